import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { isEcflashError } from "../../src/core/errors.js";
import type { Columns } from "../../src/core/inventory-columns.js";
import { loadInventory } from "../../src/manifest/inventory.js";
import { FACTS } from "../core/facts.js";

const scratch = mkdtempSync(join(tmpdir(), "ecflash-inventory-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function load(content: string | Uint8Array, columns: Columns | null = null) {
  const path = join(scratch, "fleet.csv");
  writeFileSync(path, content);
  const { columns: used, rows } = await loadInventory(path, columns, FACTS);
  return {
    used,
    rows: rows.map(({ where, name, declarations }) => [where, name, declarations[0]?.text ?? null]),
  };
}

const problemsOf = async (content: string, columns: Columns | null = null) =>
  load(content, columns).then(
    () => [],
    (error: unknown) => {
      if (!isEcflashError(error, "inventory-invalid")) throw error;
      return [...error.facts.problems];
    },
  );

const FOUND = {
  used: { imei: "IMEI", label: "Label" },
  rows: [
    ["line 2", "IMEI ***********0018", "EC25AFA-512-STD"],
    ["line 3", "IMEI ***********0026", "EC25-E"],
  ],
};
const LINES = ["IMEI,Label", "000000000000018,EC25AFA-512-STD", "000000000000026,EC25-E", ""];

describe("loadInventory", () => {
  it.each([
    ["comma", LINES.join("\n")],
    ["semicolon, CRLF", LINES.join("\r\n").replaceAll(",", ";")],
    ["tab", LINES.join("\n").replaceAll(",", "\t")],
    ["UTF-8 with BOM", `\ufeff${LINES.join("\n")}`],
    ["UTF-16 LE", Buffer.from(`\ufeff${LINES.join("\r\n")}`, "utf16le")],
    ["UTF-16 BE", Buffer.from(`\ufeff${LINES.join("\r\n")}`, "utf16le").swap16()],
    ["quotes and blanks", LINES.join("\n").replace("IMEI,Label", '"IMEI", "Label"')],
  ])("reads CSV: %s", async (_name, content) => {
    expect(await load(content)).toEqual(FOUND);
  });

  it("passes over empty lines and rows, and counts lines all the same", async () => {
    const { rows } = await load(
      'IMEI,Label,Note\n\n,,\n000000000000018,EC25-A,"two\nlines"\n000000000000026,EC25-E,\n',
    );
    expect(rows.map(([where]) => where)).toEqual(["line 5", "line 6"]);
  });

  it.each([
    ["an array", (items: unknown[]) => items],
    ["an object around it", (items: unknown[]) => ({ made: "2026-01-01", modules: items })],
  ])("reads JSON: %s", async (_name, around) => {
    const items = [
      { IMEI: "000000000000018", Label: "EC25AFA-512-STD", tags: ["a"] },
      { IMEI: 990000000000026, Label: "EC25-E" },
    ];
    const { used, rows } = await load(JSON.stringify(around(items)));
    expect(used).toEqual(FOUND.used);
    expect(rows.map(([where, name]) => [where, name])).toEqual([
      ["item 1", "IMEI ***********0018"],
      ["item 2", "IMEI ***********0026"],
    ]);
  });

  const first = '{"IMEI":"000000000000018","Label":"EC25AFA-512-STD","tags":["a"]}';
  const second = '{"IMEI":990000000000026,"Label":"EC25-E"}';
  it.each([
    ["lines", `${first}\n${second}\n`, ["line 1", "line 2"]],
    ["CRLF, empty lines, no last end", `\r\n${first}\r\n\r\n${second}`, ["line 2", "line 4"]],
    ["with BOM", `\ufeff${first}\n${second}`, ["line 1", "line 2"]],
    ["UTF-16 LE", Buffer.from(`\ufeff${first}\n${second}`, "utf16le"), ["line 1", "line 2"]],
    ["one line", `${first}\n`, ["line 1"]],
  ])("reads NDJSON: %s", async (_name, content, where) => {
    const { used, rows } = await load(content);
    expect(used).toEqual(FOUND.used);
    const names = ["IMEI ***********0018", "IMEI ***********0026"];
    expect(rows.map(([place, name]) => [place, name])).toEqual(where.map((line, at) => [line, names[at]]));
  });

  it("takes the columns it is told to", async () => {
    const { used } = await load("id,kind,Label\n000000000000018,EC25-A,red\n", {
      imei: "id",
      variant: "kind",
    });
    expect(used).toEqual({ imei: "id", variant: "kind" });
  });

  it.each([
    ["", /it is empty/],
    ["IMEI,Label\n", /it has no rows/],
    ["000000000000018,EC25-A\n", /no column says which module/],
    ["IMEI,Label\n000000000000018\n", /line 2/],
    ['IMEI,Label\n"000000000000018,EC25-A\n', /Quote Not Closed/],
    ["{", /it is not JSON/],
    ['{"a":[],"b":[]}', /it is no array of objects/],
    ['["EC25-A"]', /item 1 is no object/],
    ['{"IMEI":"000000000000018"}\n{"IMEI":', /^line 2 is not JSON/],
    ['{"IMEI":"000000000000018","Label":"EC25-A"}\n\n[1]\n', /^line 3 is no object/],
    ['{"IMEI":"000000000000018","Label":"EC25-A"}\n{"IMEI":8.6e20}\n', /^line 2: IMEI is no whole number/],
    ['{\n"IMEI":\n', /^it is not JSON/],
    ['{"IMEI":"18","Label":"EC25-A"}\n', /^line 1: "18" is no IMEI/],
    ['[{"IMEI":8.6e20,"Label":"EC25-A"}]', /item 1: IMEI is no whole number/],
  ])("%j is refused whole", async (content, says) => {
    expect(await problemsOf(content)).toEqual([expect.stringMatching(says)]);
  });

  it("tells every line that is wrong, twenty of them at most", async () => {
    const bad = Array.from({ length: 25 }, (_, at) => `${at},EC25-A`);
    const problems = await problemsOf(["IMEI,Label", ...bad].join("\n"));
    expect(problems).toHaveLength(21);
    expect(problems[1]).toMatch(/^line 3: "1" is no IMEI/);
    expect(problems.at(-1)).toBe("and 5 more");
  });

  it("says that a file is not there", async () => {
    await expect(loadInventory(join(scratch, "absent.csv"), null, FACTS)).rejects.toMatchObject({
      code: "input-unreadable",
    });
  });
});
