import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type InventoryRow, type RawRow, readRows } from "../../src/core/inventory.js";
import { detectColumns, namedColumns, parseColumns } from "../../src/core/inventory-columns.js";
import { InventoryMatcher, keysOf } from "../../src/core/inventory-match.js";
import type { ModuleReading } from "../../src/core/reading.js";
import { FACTS, moduleSaying } from "./facts.js";

const IMEI = "000000000000018";
const OTHER_IMEI = "000000000000026";

const raw = (cells: RawRow["cells"], at = 2): RawRow => ({ where: `line ${at}`, cells });
const rowsOf = (...cells: RawRow["cells"][]) =>
  readRows(
    cells.map((one, at) => raw(one, at + 2)),
    FACTS,
  );
const record = (source: string, more: Partial<ModuleReading> = {}) => moduleSaying([], { source, ...more });
const withImei = (imei: string): Partial<ModuleReading> => ({ imei: { kind: "present", imei } });

describe("readRows", () => {
  it("declares by label, by variant, or leaves it open", () => {
    const { rows, problems } = rowsOf(
      { imei: IMEI, label: "EC25AFA-512-STD", variant: "EC25-A" },
      { serial: "a01", variant: "ec25-e" },
      { port: "1-1.2", host: "GW1" },
    );
    expect(problems).toEqual([]);
    expect(rows.map(({ declarations }) => declarations.map(({ from, variant }) => [from, variant]))).toEqual([
      [["inventory", "EC25-A"]],
      [["inventory", "EC25-E"]],
      [],
    ]);
    expect(rows.map(({ name }) => name)).toEqual(["IMEI ***********0018", "serial A01", "port 1-1.2 of gw1"]);
  });

  it.each([
    [{ imei: "8.6E+14", label: "EC25-A" }, /line 2: "8.6E\+14" is no IMEI/],
    [{ imei: "18", label: "EC25-A" }, /line 2: "18" is no IMEI/],
    [{ imei: " ", label: "EC25-A" }, /line 2: it names no module/],
    [{ imei: IMEI, label: "EC25QQA-512-STD" }, /line 2: The label "EC25QQA-512-STD" names no hardware code/],
    [{ imei: IMEI, variant: "EC25-Q" }, /line 2: No variant is called "EC25-Q"/],
    [
      { imei: IMEI, label: "EC25AFA-512-STD", variant: "EC25-E" },
      /line 2: its label .* is an EC25-A, its variant says EC25-E/,
    ],
  ])("refuses %j with its line", (cells, says) => {
    const { rows, problems } = rowsOf(cells);
    expect(rows).toEqual([]);
    expect(problems).toEqual([expect.stringMatching(says)]);
  });

  it.each([
    [
      [{ imei: IMEI }, { imei: "00000000000001 7" }],
      "line 2 and line 3 are one module: IMEI ***********0018",
    ],
    [
      [
        { imei: IMEI, label: "EC25-A" },
        { imei: IMEI, label: "EC25-E" },
      ],
      "line 2 and line 3 are one module: IMEI ***********0018, declared EC25-A and EC25-E",
    ],
    [[{ serial: "x1" }, { serial: "X1" }], "line 2 and line 3 are one module: serial X1"],
    [
      [
        { imei: IMEI, serial: "X1" },
        { imei: OTHER_IMEI, serial: "x1" },
      ],
      "line 2 and line 3: serial X1 with two IMEIs",
    ],
    [[{ port: "1-1" }, { port: "1-1" }], "line 2 and line 3 are one module: port 1-1"],
  ])("refuses one module in two rows: %j", (cells, says) => {
    expect(rowsOf(...cells).problems).toEqual([says]);
  });

  it("takes the same port of two hosts, and of two modules that are named themselves", () => {
    const { problems } = rowsOf(
      { host: "a", port: "1-1" },
      { host: "b", port: "1-1" },
      { imei: IMEI, port: "1-1" },
      { imei: OTHER_IMEI, port: "1-1" },
    );
    expect(problems).toEqual([]);
  });
});

describe("columns", () => {
  it.each([
    [["IMEI", "Ordering code"], { imei: "IMEI", label: "Ordering code" }],
    [["Seriennummer", "Bestell-Code"], { serial: "Seriennummer" }],
    [["Seriennummer", "Bestellcode"], { serial: "Seriennummer", label: "Bestellcode" }],
    [["Numéro de série", "Étiquette"], { serial: "Numéro de série", label: "Étiquette" }],
    [["Número de serie", "Código de pedido"], { serial: "Número de serie", label: "Código de pedido" }],
    [["Numero di serie", "Etichetta"], { serial: "Numero di serie", label: "Etichetta" }],
    [["IMEI号", "型号"], { imei: "IMEI号", variant: "型号" }],
    [["ホスト名", "ラベル"], { host: "ホスト名", label: "ラベル" }],
    [["host_name", "USB-Path", "P/N", "note"], { host: "host_name", port: "USB-Path", label: "P/N" }],
  ])("detects %j", (headers, found) => {
    const columns = detectColumns(headers);
    if (headers.includes("Bestell-Code")) expect(columns).toMatch(/no column says what the module is/);
    else expect(columns).toEqual(found);
  });

  it("never chooses between two, and says what is not there", () => {
    expect(detectColumns(["IMEI", "imei 1", "IMEI1", "label"])).toMatch(
      /"IMEI" and "IMEI1" may both be the imei/,
    );
    expect(detectColumns(["name", "label"])).toMatch(
      /no column says which module .*there are "name", "label"/,
    );
    expect(namedColumns({ imei: "A", label: "B" }, ["A", "C"])).toMatch(
      /no column is called "B"; there are "A", "C"/,
    );
  });

  it("parses what --columns says, or nothing of it", () => {
    expect(parseColumns("imei=IMEI, label = Order code ")).toEqual({ imei: "IMEI", label: "Order code" });
    for (const text of ["", "imei", "imei=", "colour=red", "imei=A,imei=B"])
      expect(parseColumns(text)).toBeNull();
  });
});

describe("InventoryMatcher", () => {
  const made = (...cells: RawRow["cells"][]) => new InventoryMatcher(rowsOf(...cells).rows);
  const where = (rows: readonly InventoryRow[]) => rows.map((row) => row.where);

  it("goes by the strongest key that both know, alone", () => {
    const matcher = made({ imei: IMEI, port: "1-1" }, { serial: "S2", port: "1-2" }, { port: "1-3" });
    const found = (source: string, more: Partial<ModuleReading>) =>
      where(matcher.rowsOf(keysOf(record(source, more))));
    // Moved to another port it is the same module; another one at its port is not.
    expect(found("1-9", withImei(IMEI))).toEqual(["line 2"]);
    expect(found("1-1", withImei(OTHER_IMEI))).toEqual([]);
    expect(found("1-1", {})).toEqual(["line 2"]);
    expect(found("1-2", { ...withImei(OTHER_IMEI), serial: "s2" })).toEqual(["line 3"]);
    expect(found("1-3", withImei(OTHER_IMEI))).toEqual(["line 4"]);
    expect(where(matcher.rowsByIdentity(keysOf(record("1-3", withImei(OTHER_IMEI)))))).toEqual([]);
  });

  it("leaves a place to its own row where one names the module, and does not guess which port of a host", () => {
    const one = made({ imei: IMEI, host: "gw-1" }, { host: "gw-1" });
    expect(where(one.rowsOf(keysOf(record("a.txt:1", { host: "gw-1", ...withImei(IMEI) }))))).toEqual([
      "line 2",
    ]);
    const two = made(
      { host: "gw-1", port: "1-1" },
      { host: "gw-1", port: "1-2" },
      { host: "gw-2", port: "1-1" },
    );
    expect(where(two.rowsOf(keysOf(record("gw-1.txt:1"))))).toEqual([]);
    expect(where(two.rowsOf(keysOf(record("gw-2.txt:1"))))).toEqual(["line 4"]);
    expect(where(two.rowsOf(keysOf(record("1-1"), "gw-1")))).toEqual(["line 2"]);
    expect(where(two.rowsOf(keysOf(record("1-1"))))).toEqual([]);
  });

  it.each([
    ["gw-1", "gw-1.site.example", true],
    ["gw-1.site.example", "gw-1", true],
    ["gw-1.a.example", "gw-1.b.example", false],
    ["gw-1", "gw-10", false],
  ])("a row of %s and a record of %s: %s", (row, host, same) => {
    const found = made({ host: row }).rowsOf(keysOf(record("x.ndjson:1", { host })));
    expect(found).toHaveLength(same ? 1 : 0);
  });

  it("knows the host of a record by what it says, or by its file's name", () => {
    expect(keysOf(record("captures/gw-17.txt:3"))).toMatchObject({ host: "gw-17", port: null });
    expect(keysOf(record("all.ndjson:3", { host: "GW-18" }))).toMatchObject({ host: "gw-18" });
    expect(keysOf(record("-:3"))).toMatchObject({ host: null, port: null });
    expect(keysOf(record("1-1.2"))).toMatchObject({ host: null, port: "1-1.2" });
  });

  it("rows are matched and missing together, each record is listed or not, whatever comes", () => {
    const digit = fc.integer({ min: 0, max: 7 });
    const key = fc.record({ kind: fc.constantFrom("imei", "serial", "port"), digit });
    const imeiOf = (at: number) => `0000000000000${at}0`;
    const cellsOf = ({ kind, digit: at }: { kind: string; digit: number }) =>
      kind === "imei" ? { imei: imeiOf(at) } : kind === "serial" ? { serial: `S${at}` } : { port: `1-${at}` };
    const recordOf = ({ kind, digit: at }: { kind: string; digit: number }) => {
      if (kind === "imei") return record("x.txt:1", withImei(imeiOf(at)));
      return kind === "serial" ? record("x.txt:1", { serial: `S${at}` }) : record(`1-${at}`);
    };
    const name = ({ kind, digit: at }: { kind: string; digit: number }) => `${kind} ${at}`;
    fc.assert(
      fc.property(fc.uniqueArray(key, { selector: name }), fc.array(key), (rows, records) => {
        const matcher = made(...rows.map(cellsOf));
        for (const one of records) {
          const found = recordOf(one);
          matcher.note(keysOf(found), found.source);
        }
        const { rows: count, matched, missing, unlisted } = matcher.tally;
        const seen = new Set(records.map(name));
        const owned = new Set(rows.map(name));
        expect(count).toBe(rows.length);
        expect(matched + missing.length).toBe(count);
        expect(matched).toBe(rows.filter((row) => seen.has(name(row))).length);
        expect(unlisted).toBe(records.filter((one) => !owned.has(name(one))).length);
      }),
    );
  });
});
