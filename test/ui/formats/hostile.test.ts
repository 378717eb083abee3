import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDeclarations } from "../../../src/core/declaration.js";
import { EcflashError } from "../../../src/core/errors.js";
import { UNREAD } from "../../../src/core/reading.js";
import { type Judgement, judge } from "../../../src/core/verdict.js";
import { loadFacts } from "../../../src/manifest/load.js";
import { CHECK_FORMATS, type CheckFormat } from "../../../src/ui/check-formats.js";
import { oneLine } from "../../../src/ui/escape.js";
import { rendered, type Told } from "../rendered.js";
import { missingRow, reportOf } from "./fleet.js";
import { parseCommands, parseCsv, parseMender, parseProm, parseXml } from "./parsers.js";

const facts = await loadFacts();

/** What ends a line, a cell, a label, a command, an element, or a text's direction. */
const NASTY = [
  ..."00 07 08 09 0a 0b 0d 1b 7f 85 9b 2028 202e feff fffe d800 dc00"
    .split(" ")
    .map((hex) => String.fromCharCode(Number.parseInt(hex, 16))),
  ..."= + - @ \" ' \\ , ; : | % < > & { } #".split(" "),
  "\r\n::error::owned",
  "]]>",
  "</testcase>",
  "%0A",
  '",x="',
  "000000000000018",
  "=HYPERLINK(1)",
];

const anyText = fc
  .array(fc.oneof(fc.constantFrom(...NASTY), fc.string({ maxLength: 5 }), fc.string({ unit: "binary" })), {
    maxLength: 8,
  })
  .map((parts) => parts.join(""));

const anyJudgement: fc.Arbitrary<Judgement> = fc
  .record({
    source: anyText,
    maker: fc.option(anyText),
    modelText: fc.option(anyText),
    revision: fc.oneof(anyText, fc.constant("EC25EFAR06A11M4G_01.001.01.001")),
    operator: fc.option(anyText),
    sim: fc.option(anyText),
    qmiMode: fc.option(anyText),
    cfunError: fc.option(anyText),
    circumstance: anyText,
    label: fc.constantFrom(undefined, "EC25AFA-512-STD"),
  })
  .map(({ revision, circumstance, label, ...said }) =>
    judge(
      {
        ...UNREAD,
        ...said,
        virtual: false,
        mode: "normal",
        cfun: 7,
        cfunHistory: [7],
        revisions: [{ text: revision, from: "AT+QGMR" }],
        circumstances: [{ from: "note", says: circumstance }],
      },
      facts,
      { declarations: readDeclarations({ label }, facts) },
    ),
  );

const anyTold: fc.Arbitrary<Told> = fc.record({
  judgements: fc.array(anyJudgement, { minLength: 1, maxLength: 3 }),
  failures: fc.array(
    fc.tuple(anyText, anyText).map(([source, reason]) => ({
      source,
      error: new EcflashError("input-unreadable", { path: source, reason }),
    })),
    { maxLength: 2 },
  ),
  exit: fc.constantFrom(0, 10, 11, 13),
});

/** With an inventory, of whose rows some have no record. */
const anyFleet: fc.Arbitrary<Told> = fc
  .record({
    told: anyTold,
    path: anyText,
    rows: fc.array(fc.tuple(anyText, anyText), { minLength: 1, maxLength: 3 }),
  })
  .map(({ told, path, rows }) => {
    const missing = rows.map(([where, name]) => missingRow(where, name));
    return { ...told, inventory: reportOf(missing, path) };
  });

/** C0 but the line feed, C1, and what turns the direction of writing around. */
const RAW = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

/** The sources that a reader of each format gets, in order of modules, then failures. */
const SOURCES: { readonly [F in CheckFormat]?: (text: string) => string[] } = {
  json: (text) => {
    const { modules, failures } = JSON.parse(text) as Record<"modules" | "failures", { source: string }[]>;
    return [...modules, ...failures].map(({ source }) => oneLine(source));
  },
  ndjson: (text) =>
    text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { source?: string })
      .flatMap(({ source }) => (source === undefined ? [] : [oneLine(source)])),
  csv: (text) =>
    parseCsv(text)
      .slice(1)
      .map(([source = ""]) => source.replace(/^'(?='*(?:[=+\-@]|\\x0[9d]))/, "")),
  junit: (text) =>
    parseXml(text).children[0]?.children.map(({ attributes }) => attributes["name"] ?? "") ?? [],
  prometheus: (text) =>
    parseProm(text)
      .filter(({ name }) => name === "ecflash_module_info" || name === "ecflash_check_failure")
      .map(({ labels }) => labels["source"] ?? ""),
  github: (text) => parseCommands(text).map(({ message }) => message),
  mender: (text) =>
    parseMender(text)
      .filter(([key]) => key === "ecflash_source" || key === "ecflash_failure")
      .map(([, value]) => value),
};

describe.each(CHECK_FORMATS)("whatever a module says, in %s", (format) => {
  it("nothing is raw, no identity is whole", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(anyTold, anyFleet), async (told) => {
        const text = await rendered(format, told);
        // CRLF ends a record of CSV and stands nowhere else.
        const lines = format === "csv" ? text.replaceAll("\r\n", "\n") : text;
        if (format === "text") expect(lines.replaceAll("\t", " ")).not.toMatch(RAW);
        else expect(lines).not.toMatch(RAW);
        // Beside other digits or in a hexadecimal number it is none (mask.test.ts).
        expect(text).not.toMatch(/(?<![\da-fx.])000000000000018(?![\da-f])/i);
      }),
      { numRuns: 150 },
    );
  });
});

describe.each(Object.entries(SOURCES))("whatever a module says, in %s", (format, sourcesOf) => {
  it("it parses back, with the sources that were told", async () => {
    await fc.assert(
      fc.asyncProperty(anyTold, async (told) => {
        const { judgements = [], failures = [] } = told;
        const all = [
          ...judgements.map(({ reading }) => reading.source),
          ...failures.map(({ source }) => source),
        ];
        const found = sourcesOf(await rendered(format as CheckFormat, told));
        expect(found).toHaveLength(all.length);
        for (const [index, source] of all.entries()) {
          const want = oneLine(source).replace(/[\p{Surrogate}\ufffe\uffff]/gu, "\ufffd");
          const got = (found[index] ?? "").replace(/[\p{Surrogate}\ufffe\uffff]/gu, "\ufffd");
          if (format === "mender" && want === "") expect(got).toMatch(/^none$|^: /);
          else expect(got.startsWith(want)).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe("whatever a module says", () => {
  it("SARIF parses back with a result or notification for each", async () => {
    await fc.assert(
      fc.asyncProperty(anyTold, async (told) => {
        const { runs } = JSON.parse(await rendered("sarif", told)) as {
          runs: [{ results: unknown[]; invocations: [{ toolExecutionNotifications: unknown[] }] }];
        };
        const judged = told.judgements?.filter(({ verdict }) => verdict !== "match") ?? [];
        expect(runs[0].results).toHaveLength(judged.length);
        expect(runs[0].invocations[0].toolExecutionNotifications).toHaveLength(told.failures?.length ?? 0);
      }),
    );
  });

  it("Nagios gets one line with one sign before the figures", async () => {
    await fc.assert(
      fc.asyncProperty(anyTold, async (told) => {
        expect(await rendered("nagios", told)).toMatch(/^ECFLASH [A-Z]+: [^|\n]* \| [a-z-]+=\d+[^|\n]*\n$/);
      }),
    );
  });
});
