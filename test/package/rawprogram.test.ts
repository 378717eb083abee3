import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isEcflashError } from "../../src/core/errors.js";
import { parseRawprogram, resolveVendorPath } from "../../src/protocol/rawprogram.js";

const GEOMETRY = 'PAGES_PER_BLOCK="64" SECTOR_SIZE_IN_BYTES="4096"';
const PLACE = 'num_partition_sectors="640" physical_partition_number="0" start_sector="0"';
const ERASE = `<erase ${GEOMETRY} ${PLACE}/>`;
const PROGRAM = `<program ${GEOMETRY} filename="..\\sbl1.mbn" ${PLACE}/>`;
const wrap = (...lines: string[]) =>
  `<?xml version="1.0" ?>\r\n<data>\r\n${lines.join("\r\n")}\r\n</data>\r\n`;
const parse = (text: string) => parseRawprogram(text, "x.xml");

function reasonOf(text: string): string {
  try {
    parse(text);
  } catch (error) {
    if (isEcflashError(error, "rawprogram-malformed")) return error.facts.reason;
    throw error;
  }
  throw new Error("it was accepted");
}

describe("rawprogram", () => {
  it("keeps the order of the file, with lines", () => {
    const { geometry, elements } = parse(`\ufeff${wrap(PROGRAM, "<!-- note -->", ERASE)}`);
    expect(geometry).toEqual({ pageSizeBytes: 4096, pagesPerBlock: 64, blockCount: null });
    expect(elements.map(({ kind, line }) => [kind, line])).toEqual([
      ["program", 3],
      ["erase", 5],
    ]);
    expect(elements[0]).toMatchObject({ startSector: 0, sectorCount: 640, path: "update/sbl1.mbn" });
  });

  it("accepts a label and a last_sector that is right", () => {
    const line = ERASE.replace("/>", ' label="SBL" last_sector="639"/>');
    expect(parse(wrap(line)).elements).toHaveLength(1);
    expect(reasonOf(wrap(line.replace("639", "640")))).toMatch("last_sector contradicts");
  });

  it.each([
    ["an unknown element", wrap(ERASE, "<patch/>"), "<patch> is not known"],
    ["a nested element", wrap(ERASE.replace("/>", "><erase/></erase>")), "<erase> is not known"],
    ["an unknown attribute", wrap(ERASE.replace("/>", ' ecc_disabled="1"/>')), "ecc_disabled"],
    ["a filename on an erase", wrap(ERASE.replace("/>", ' filename="a"/>')), "filename"],
    ["a missing attribute", wrap(ERASE.replace('start_sector="0"', "")), "lacks start_sector"],
    ["a duplicate attribute", wrap(ERASE.replace("/>", ' start_sector="0"/>')), "duplicate attribute"],
    ["an unclosed element", wrap(ERASE.replace("/>", ">")), "not well-formed"],
    ["two roots", `${wrap(ERASE)}<data/>`, "not well-formed"],
    ["another root", "<patches></patches>", "root"],
    ["an empty plan", wrap(""), "no erase and no program"],
    ["a document type", `<!DOCTYPE data>${wrap(ERASE).slice(23)}`, "document type"],
    ["text", wrap(ERASE, "loose"), "loose"],
    ["a second geometry", wrap(ERASE, ERASE.replace("4096", "2048")), "geometry differs"],
    ["no NAND's geometry", wrap(ERASE.replace("4096", "4000")), "no NAND block"],
    ["a hexadecimal number", wrap(ERASE.replace('sectors="640"', 'sectors="0x280"')), "not a decimal"],
    ["a negative number", wrap(ERASE.replace('start_sector="0"', 'start_sector="-1"')), "not a decimal"],
    [
      "a formula",
      wrap(ERASE.replace('start_sector="0"', 'start_sector="NUM_DISK_SECTORS-5."')),
      "not a decimal",
    ],
    ["an erase of nothing", wrap(ERASE.replace('sectors="640"', 'sectors="0"')), "whole chip"],
    ["another physical partition", wrap(ERASE.replace('number="0"', 'number="1"')), "must be 0"],
    ["a file outside", wrap(PROGRAM.replace("..\\sbl1", "..\\..\\..\\sbl1")), "not inside the package"],
    ["no file", wrap(PROGRAM.replace("..\\sbl1.mbn", "")), "not inside the package"],
  ])("refuses %s", (_name, text, reason) => {
    expect(reasonOf(text)).toMatch(reason);
  });

  it("answers junk with rawprogram-malformed and nothing else", () => {
    const good = wrap(ERASE, PROGRAM);
    const damaged = fc
      .tuple(fc.nat(good.length), fc.nat(20), fc.string())
      .map(([at, cut, put]) => good.slice(0, at) + put + good.slice(at + cut));
    fc.assert(
      fc.property(fc.oneof(fc.string(), damaged), (text) => {
        try {
          parse(text);
        } catch (error) {
          expect(isEcflashError(error, "rawprogram-malformed")).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("a vendor's path", () => {
  it.each([
    ["..\\sbl1.mbn", "update/sbl1.mbn"],
    ["partition_complete_p4K_b256K.mbn", "update/firehose/partition_complete_p4K_b256K.mbn"],
    ["./a.mbn", "update/firehose/a.mbn"],
    ["..\\..\\contents.xml", "contents.xml"],
    ["..\\..\\..\\etc", null],
    ["..\\..\\..\\package\\update\\x", null],
    ["/etc/passwd", null],
    ["\\update\\x", null],
    ["C:\\x", null],
    ["..", null],
    ["a\\..", null],
    ["a\\", null],
    ["", null],
    ["a\u0000b", null],
  ])("%j is %j", (vendorPath, expected) => {
    expect(resolveVendorPath(vendorPath, "update/firehose")).toBe(expected);
  });

  it("never leaves the package", () => {
    const part = fc.constantFrom("..", ".", "a", "b.mbn", "");
    const path = fc.array(fc.tuple(part, fc.constantFrom("/", "\\")), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(path, (parts) => {
        const resolved = resolveVendorPath(parts.flat().join("").slice(0, -1), "update/firehose");
        if (resolved === null) return;
        expect(resolved.split("/")).not.toContain("..");
        expect(resolved).toMatch(/^[^/\\]/);
      }),
    );
  });
});
