import type { Judgement } from "../../core/verdict.js";
import { checkDocument } from "../check-json.js";
import type { CheckFailure, MakeRenderer } from "../check-renderer.js";
import { jsonText } from "../escape.js";

/** One document of the contract `ecflash.check/1`, when everything was judged. */
export const jsonRenderer: MakeRenderer = ({ out }) => {
  const judgements: Judgement[] = [];
  const failures: CheckFailure[] = [];
  return {
    begin: () => undefined,
    record: (judgement) => void judgements.push(judgement),
    failure: (failure) => void failures.push(failure),
    end: ({ tally, exit, inventory }) => {
      const document = checkDocument({ judgements, failures, tally, exit, inventory });
      out.write(`${jsonText(document, 2)}\n`);
    },
  };
};
