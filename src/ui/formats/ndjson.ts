import { failureDocument, moduleDocument } from "../check-json.js";
import type { MakeRenderer } from "../check-renderer.js";
import type { CheckRecord } from "../check-schema.js";
import { TallyCounter } from "../check-tally.js";
import { jsonText } from "../escape.js";

/** One line a module as it is judged, then one line that sums up: the contract `ecflash.check.record/1`. */
export const ndjsonRenderer: MakeRenderer = ({ out }) => {
  const counter = new TallyCounter();
  const line = (record: CheckRecord) => out.write(`${jsonText(record)}\n`);
  const schema = "ecflash.check.record/1";
  return {
    begin: () => undefined,
    record: (judgement) => {
      counter.record(judgement);
      line({ schema, kind: "module", ...moduleDocument(judgement) });
    },
    failure: (failure) => {
      counter.failure();
      line({ schema, kind: "failure", ...failureDocument(failure) });
    },
    end: ({ exit }) => line({ schema, kind: "summary", ...counter.tally, exit }),
  };
};
