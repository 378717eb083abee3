import { describe, expect, it } from "vitest";
import { parseMd5List } from "../../src/package/proof/md5-list.js";
import { fill, imageHeader, isLoadableSbl, revisionInImage } from "../../src/sim/vendor/content.js";
import { EC25_EFA_LAYOUT, EG25_GGB_LAYOUT } from "../../src/sim/vendor/maps.js";
import { makeVendorTree } from "../../src/sim/vendor/tree.js";
import { EC25A, EG25G, sha256 } from "./world.js";

const full = (revision: string, layout = EC25_EFA_LAYOUT, seed = 1) =>
  makeVendorTree({ revision, ...layout, seed });
const textOf = (tree: ReadonlyMap<string, Uint8Array>, path: string) =>
  Buffer.from(tree.get(path) ?? []).toString();

describe("the generated package", () => {
  it("is a few MiB, the same for the same seed, another for another", () => {
    const tree = full(EC25A);
    const sizeBytes = [...tree.values()].reduce((sum, { length }) => sum + length, 0);
    expect(sizeBytes).toBeGreaterThan(3 * 1024 ** 2);
    expect(sizeBytes).toBeLessThan(5 * 1024 ** 2);
    const hashes = (of: ReadonlyMap<string, Uint8Array>) =>
      [...of].map(([path, bytes]) => [path, sha256(bytes)]);
    expect(hashes(full(EC25A))).toEqual(hashes(tree));
    const path = `${EC25A}/update/tz.mbn`;
    expect(sha256(full(EC25A, EC25_EFA_LAYOUT, 2).get(path) ?? new Uint8Array())).not.toBe(
      sha256(tree.get(path) ?? new Uint8Array()),
    );
  });

  it("has the vendor's habits: byte order mark, CRLF list with an absent file, dangerous order, backslashes", () => {
    const tree = full(EC25A);
    expect([...(tree.get(`${EC25A}/contents.xml`) ?? [])].slice(0, 3)).toEqual([0xef, 0xbb, 0xbf]);
    const list = textOf(tree, `${EC25A}/md5.txt`);
    expect(list).toMatch(/^VERSION:1\.0\r\nFILE:START\r\n(FILE:\\[^\r]+:[0-9A-F]{32}\r\n)+FILE:END\r\n$/);
    expect(parseMd5List(list).has("upgrade/targetfiles.zip")).toBe(true);
    const xml = textOf(tree, `${EC25A}/update/firehose/rawprogram_nand_p4K_b256K_update.xml`);
    const steps = [...xml.matchAll(/<(erase|program) .*start_sector="(\d+)"/g)].map(
      ([, verb, at]) => `${verb ?? ""} ${at ?? ""}`,
    );
    expect(steps.slice(0, 3)).toEqual(["program 0", "program 640", "program 8960"]);
    expect(steps.slice(-5)).toEqual(["erase 8960", "erase 640", "erase 0", "erase 9280", "program 9280"]);
    expect(xml).toContain('filename="..\\sbl1.mbn"');
  });

  it("names no variant but in its folder and in the marked images", () => {
    const tree = full(EG25G, EG25_GGB_LAYOUT);
    const marked = [...tree].filter(([, bytes]) => Buffer.from(bytes).includes(EG25G)).map(([path]) => path);
    expect(marked).toEqual([`${EG25G}/update/NON-HLOS.ubi`, `${EG25G}/update/mdm9607-sysfs.ubi`]);
    expect(revisionInImage(tree.get(marked[0] ?? "") ?? new Uint8Array())).toBe(EG25G);
    expect(isLoadableSbl(tree.get(`${EG25G}/update/sbl1.mbn`) ?? new Uint8Array())).toBe(true);
  });
});

describe("generated content", () => {
  it("has its header in front and its size to the byte", () => {
    const bytes = fill(3, "x", 1001, imageHeader("R"));
    expect(bytes).toHaveLength(1001);
    expect(revisionInImage(bytes)).toBe("R");
    expect(revisionInImage(fill(3, "x", 1001))).toBeNull();
    expect(revisionInImage(new Uint8Array(64).fill(0xff))).toBeNull();
    expect(isLoadableSbl(new Uint8Array(8).fill(0xff))).toBe(false);
    expect(isLoadableSbl(new Uint8Array())).toBe(false);
  });
});

describe("md5.txt", () => {
  const digits = "0123456789abcdef0123456789abcdef";

  it("is read with byte order mark, CRLF or LF, and either case", () => {
    const list = `\ufeffVERSION:1.0\r\nFILE:START\r\nFILE:\\update\\a.mbn:${digits.toUpperCase()}\nFILE:b:${digits}\r\nFILE:END`;
    expect([...parseMd5List(list)]).toEqual([
      ["update/a.mbn", digits],
      ["b", digits],
    ]);
  });

  it.each([
    ["fewer digits", `FILE:\\a:${digits.slice(1)}`],
    ["more digits", `FILE:\\a:${digits}0`],
    ["a path that leaves", `FILE:\\..\\a:${digits}`],
    ["a file twice", `FILE:\\a:${digits}\nFILE:a:${digits}`],
    ["a loose line", "hello"],
  ])("is refused with %s", (_name, line) => {
    expect(() => parseMd5List(`VERSION:1.0\nFILE:START\n${line}\nFILE:END\n`)).toThrow("package-malformed");
  });

  it("is refused when it is cut off", () => {
    expect(() => parseMd5List(`VERSION:1.0\nFILE:START\nFILE:\\a:${digits}\n`)).toThrow("package-malformed");
    expect(() => parseMd5List("")).toThrow("package-malformed");
  });
});
