import { describe, expect, it } from "vitest";
import { EcflashError } from "../../../src/core/errors.js";
import { JUDGEMENTS } from "../judgements.js";
import { rendered } from "../rendered.js";
import { parseCsv } from "./parsers.js";
import { EVERYTHING } from "./told.js";

const recordsOf = (text: string) => {
  const [header = [], ...rows] = parseCsv(text);
  return rows.map((row) => Object.fromEntries(header.map((name, index) => [name, row[index]])));
};

describe("check as CSV", () => {
  it("has a header and as many cells in every row", async () => {
    const rows = parseCsv(await rendered("csv", EVERYTHING));
    expect(rows).toHaveLength(1 + 11 + 2);
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([21]));
  });

  it("has what is expected, what was found and why", async () => {
    const error = new EcflashError("module-gone", { what: "AT+QGMR" });
    const [mismatch, failed] = recordsOf(
      await rendered("csv", { judgements: [JUDGEMENTS.mismatch], failures: [{ source: "1-1.4", error }] }),
    );
    expect(mismatch).toMatchObject({
      source: "1-1.2",
      verdict: "mismatch",
      exit: "10",
      expected: "EC25AFA",
      actual: "EC25EFAR06A11M4G_01.001.01.001",
      imei: "***********0018",
      error: "",
      advice: "Put the right firmware on: ecflash flash --label EC25AFA-512-STD",
    });
    expect(failed).toMatchObject({ source: "1-1.4", verdict: "", exit: "6", error: "module-gone" });
  });

  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])("%j is no formula", async (operator) => {
    const { match } = JUDGEMENTS;
    const judgement = { ...match, reading: { ...match.reading, operator } };
    const [record] = recordsOf(await rendered("csv", { judgements: [judgement] }));
    expect(record?.["operator"]?.startsWith("'")).toBe(true);
  });

  it("a comma, a quote and a line end stay in their cell", async () => {
    const { match } = JUDGEMENTS;
    const judgement = { ...match, reading: { ...match.reading, operator: 'A "B", C\r\nD' } };
    const [record] = recordsOf(await rendered("csv", { judgements: [judgement] }));
    expect(record).toMatchObject({ operator: String.raw`A "B", C\x0d\x0aD` });
  });
});
