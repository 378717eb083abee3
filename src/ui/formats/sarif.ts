import { wordsOf } from "../../core/catalogue.js";
import { VERDICT_MEANING, VERDICTS } from "../../core/verdict-meaning.js";
import { type ExitClass, exitClass, fileLineOf, sentenceOf } from "../check-row.js";
import type { MakeRenderer } from "../check-renderer.js";
import { jsonText, shown, uriOf } from "../escape.js";
import { missingOf } from "../inventory.js";

const RULES = [
  ...VERDICTS.map((id) => ({ id, shortDescription: { text: VERDICT_MEANING[id] } })),
  { id: "missing", shortDescription: { text: "no record belongs to a row of the inventory" } },
];

const LEVEL: Readonly<Record<Exclude<ExitClass, "passed">, "error" | "warning" | "note">> = {
  failed: "error",
  undecided: "warning",
  "passed-over": "note",
};

/** SARIF 2.1.0 (OASIS). A match is no finding, so it is only counted; what could not be read is a notification. */
export const sarifRenderer: MakeRenderer = ({ out, now }) => {
  const results: object[] = [];
  const notifications: object[] = [];
  return {
    begin: () => undefined,
    record: (judgement, exit) => {
      const name = exitClass(judgement, exit);
      if (name === "passed") return;
      const { verdict, confidence, reading, evidence } = judgement;
      results.push({
        ruleId: verdict,
        ruleIndex: VERDICTS.indexOf(verdict),
        level: LEVEL[name],
        message: { text: shown(sentenceOf(judgement)) },
        locations: [locationOf(reading.source)],
        properties: {
          confidence,
          virtual: reading.virtual,
          evidence: evidence.map(({ from, says }) => shown(`${from}: ${says}`)),
        },
      });
    },
    failure: ({ source, error }) => {
      notifications.push({
        level: "error",
        descriptor: { id: error.code },
        message: { text: shown(wordsOf(error).what) },
        locations: [locationOf(source)],
      });
    },
    end: ({ exit, tally, inventory }) => {
      for (const { source, says } of missingOf(inventory)) {
        const place = { ruleId: "missing", ruleIndex: VERDICTS.length, level: LEVEL.undecided };
        results.push({ ...place, message: { text: shown(says) }, locations: [locationOf(source)] });
      }
      const invocation = {
        // The tool ran as it should also where it found something; only 1 to 6 say that it did not.
        executionSuccessful: exit === 0 || exit >= 10,
        exitCode: exit,
        startTimeUtc: now.toISOString(),
        toolExecutionNotifications: notifications,
      };
      const log = {
        $schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [
          {
            tool: { driver: { name: "ecflash", rules: RULES } },
            invocations: [invocation],
            results,
            properties: tally,
          },
        ],
      };
      out.write(`${jsonText(log, 2)}\n`);
    },
  };
};

/** A line of a captured text is a place in a file; a port path is a place with a name only. */
function locationOf(source: string): object {
  const file = fileLineOf(source);
  if (file === null) return { logicalLocations: [{ name: shown(source), kind: "module" }] };
  return {
    physicalLocation: { artifactLocation: { uri: uriOf(file.path) }, region: { startLine: file.line } },
  };
}
