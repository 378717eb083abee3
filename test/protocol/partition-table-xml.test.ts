import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePartitionTable } from "../../src/protocol/partition-table-xml.js";

const table = (rows: string) =>
  `\ufeff<?xml version="1.0"?><nandboot><partitions>${rows}</partitions></nandboot>`;
const row = (name: string, size: string, pad = "") =>
  `<partition><name length="16" type="string">${name}</name><size_kb length="4">${size}</size_kb>${pad}<attr>0xFF</attr></partition>`;

describe("a partition XML", () => {
  it("is read in order, with pads, hexadecimal numbers and a last one to the end", () => {
    const rows = [
      row("0:SBL", "1024", "<pad_kb>256</pad_kb>"),
      row("0:MIBIB", "0x500"),
      row("0:system", "0xFFFFFFFF"),
    ];
    expect(parsePartitionTable(table(rows.join("\r\n")))).toEqual([
      { name: "SBL", sizeKib: 1024, padKib: 256 },
      { name: "MIBIB", sizeKib: 1280, padKib: 0 },
      { name: "system", sizeKib: null, padKib: 0 },
    ]);
  });

  it.each([
    ["no rows", table("")],
    ["a name without its prefix", table(row("SBL", "1"))],
    ["a size that is no number", table(row("0:SBL", "1e3"))],
    ["a row without a size", table("<partition><name>0:SBL</name></partition>")],
    ["XML that is cut off", table(row("0:SBL", "1")).slice(0, -3)],
    ["no XML", "partition"],
  ])("with %s is not guessed at", (_, text) => {
    expect(parsePartitionTable(text)).toBeNull();
  });

  it("never throws", () => {
    const good = table(row("0:SBL", "1"));
    const cut = fc
      .tuple(fc.nat(good.length), fc.string())
      .map(([at, put]) => good.slice(0, at) + put + good.slice(at + 3));
    fc.assert(fc.property(fc.oneof(cut, fc.string()), (text) => void parsePartitionTable(text)));
  });
});
