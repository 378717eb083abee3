import { describeError, wordsOf } from "../../core/catalogue.js";
import { describeJudgement } from "../../core/verdict-words.js";
import { exitClass } from "../check-row.js";
import { judgementText } from "../check-text.js";
import type { MakeRenderer } from "../check-renderer.js";
import { coloursFor } from "../colours.js";
import { xmlText } from "../escape.js";
import { missingOf } from "../inventory.js";

/** Which element a class of exits has in a test case. Undecided is an error: the test could not be made. */
const ELEMENT = { failed: "failure", undecided: "error", "passed-over": "skipped" } as const;

/** One test case a module, and one a row of an inventory without a record, in the XML that Jenkins, GitLab and the others read (fixtures/schemas/junit.xsd). */
export const junitRenderer: MakeRenderer = ({ out, now }) => {
  const cases: string[] = [];
  const counts = { failure: 0, error: 0, skipped: 0 };
  const colours = coloursFor({ isTTY: false });
  const testCase = (source: string, inner: string) =>
    cases.push(
      `    <testcase classname="ecflash.check" name="${xmlText(source)}">\n${inner}    </testcase>\n`,
    );
  const element = (name: keyof typeof counts, type: string, message: string, text = "") => {
    counts[name] += 1;
    // The Ant format gives `skipped` a message only.
    const kind = name === "skipped" ? "" : ` type="${xmlText(type)}"`;
    return `      <${name} message="${xmlText(message)}"${kind}>${text}</${name}>\n`;
  };
  const lines = (all: readonly string[]) => all.map(xmlText).join("\n");

  return {
    begin: () => undefined,
    record: (judgement, exit) => {
      const name = exitClass(judgement, exit);
      const long = lines(judgementText(judgement, colours).split("\n"));
      const result =
        name === "passed" ? "" : element(ELEMENT[name], judgement.verdict, describeJudgement(judgement), "");
      testCase(judgement.reading.source, `${result}      <system-out>${long}</system-out>\n`);
    },
    failure: ({ source, error }) =>
      void testCase(source, element("error", error.code, wordsOf(error).what, lines(describeError(error)))),
    end: ({ inventory }) => {
      for (const { source, says } of missingOf(inventory))
        testCase(source, element("error", "missing", says));
      const numbers = `tests="${cases.length}" failures="${counts.failure}" errors="${counts.error}"`;
      const time = now.toISOString().replace(/\.\d+Z$/, "");
      out.write('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n');
      out.write(
        `  <testsuite name="ecflash check" ${numbers} skipped="${counts.skipped}" timestamp="${time}">\n`,
      );
      for (const text of cases) out.write(text);
      out.write("  </testsuite>\n</testsuites>\n");
    },
  };
};
