import { wordsOf } from "../../core/catalogue.js";
import { type ExitClass, exitClass, fileLineOf, sentenceOf } from "../check-row.js";
import type { MakeRenderer } from "../check-renderer.js";
import { commandData, commandProperty } from "../escape.js";
import { missingOf } from "../inventory.js";
import { tallyText } from "../tally-text.js";

const COMMAND: Readonly<Record<Exclude<ExitClass, "passed">, "error" | "warning" | "notice">> = {
  failed: "error",
  undecided: "warning",
  "passed-over": "notice",
};

/** Annotations of a GitHub workflow, one a module that is no match, and a line in its log that counts all. */
export const githubRenderer: MakeRenderer = ({ out }) => {
  const annotate = (command: string, source: string, title: string, message: string) => {
    const file = fileLineOf(source);
    const properties = [
      ...(file === null ? [] : [`file=${commandProperty(file.path)}`, `line=${file.line}`]),
      `title=${commandProperty(`ecflash: ${title}`)}`,
    ];
    out.write(`::${command} ${properties.join(",")}::${commandData(`${source}: ${message}`)}\n`);
  };
  return {
    begin: () => undefined,
    record: (judgement, exit) => {
      const name = exitClass(judgement, exit);
      if (name === "passed") return;
      annotate(COMMAND[name], judgement.reading.source, judgement.verdict, sentenceOf(judgement));
    },
    failure: ({ source, error }) => {
      annotate("error", source, error.code, wordsOf(error).what);
    },
    end: ({ tally, inventory }) => {
      for (const { source, says } of missingOf(inventory)) annotate("warning", source, "missing", says);
      out.write(`ecflash check: ${tallyText(tally)}\n`);
    },
  };
};
