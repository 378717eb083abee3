import { describe, expect, it } from "vitest";
import { isEcflashError } from "../../src/core/errors.js";
import { checkMd5Lists, type Md5ListName, parseMd5Sums } from "../../src/package/proof/md5-list.js";

const A = "0123456789abcdef0123456789abcdef";
const B = "fedcba9876543210fedcba9876543210";
const FILES = new Map([
  ["update/a", A],
  ["update/b", B],
]);
const vendor = (...lines: string[]) => ["VERSION:1.0", "FILE:START", ...lines, "FILE:END"].join("\n");
const check = (list: Md5ListName, text: string, files = FILES) => {
  const { report, faults } = checkMd5Lists(new Map([[list, text]]), files);
  for (const fault of faults) throw fault;
  return report;
};
const codeOf = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    if (isEcflashError(error)) return error.code;
    throw error;
  }
  return null;
};
const BOTH = [`FILE:\\update\\a:${A}`, `FILE:\\update\\b:${B}`];

describe("md5.txt", () => {
  it.each([
    ["as it is", vendor(...BOTH)],
    ["with byte order mark and CRLF", `\ufeff${vendor(...BOTH).replaceAll("\n", "\r\n")}\r\n`],
    [
      "in upper case",
      vendor(...BOTH.map((line) => line.replace(/[0-9a-f]{32}$/, (md5) => md5.toUpperCase()))),
    ],
    ["with slashes", vendor(...BOTH.map((line) => line.replaceAll("\\", "/")))],
    ["with the file that is never there", vendor(...BOTH, `FILE:\\upgrade\\targetfiles.zip:${A}`)],
  ])("holds %s", (_what, text) => {
    expect(check("md5.txt", text)).toMatchObject({ kind: "checked", lists: ["md5.txt"], unlisted: [] });
  });

  it.each([
    ["the last digit differs", vendor(`FILE:\\update\\a:${A.slice(0, 31)}0`), "package-md5"],
    ["the second half differs", vendor(`FILE:\\update\\a:${A.slice(0, 16)}${B.slice(16)}`), "package-md5"],
    ["a file is absent", vendor(`FILE:\\update\\c:${A}`), "package-file-missing"],
    [
      "another targetfiles.zip is absent",
      vendor(`FILE:\\update\\targetfiles.zip:${A}`),
      "package-file-missing",
    ],
    ["31 digits", vendor(`FILE:\\update\\a:${A.slice(1)}`), "package-malformed"],
    ["a way out", vendor(`FILE:\\..\\..\\a:${A}`), "package-malformed"],
    ["twice", vendor(...BOTH, BOTH[0] ?? ""), "package-malformed"],
    ["cut", vendor(...BOTH).slice(0, -9), "package-malformed"],
    ["empty", "", "package-malformed"],
  ])("does not hold when %s", (_what, text, code) => {
    expect(codeOf(() => check("md5.txt", text))).toBe(code);
  });

  it("names what it does not list, but never a list", () => {
    const files = new Map([...FILES, ["notes.pdf", A], ["md5.txt", B]]);
    expect(check("md5.txt", vendor(...BOTH), files)).toMatchObject({ unlisted: ["notes.pdf"] });
  });
});

describe("quectel.md5", () => {
  it.each([
    `${A}  update/a\n${B} *update/b\n`,
    `${A.toUpperCase()}  ./update/a\r\n${B}  update\\b\r\n`,
    `\ufeff${A}  update/a\n\\${B}  update\\\\b\n`,
  ])("holds: %j", (text) => {
    expect([...parseMd5Sums(text)]).toEqual([...FILES]);
    expect(check("quectel.md5", text)).toMatchObject({ lists: ["quectel.md5"], listed: 2 });
  });

  it.each([
    [`${B}  update/a\n`, "package-md5"],
    [`${A}  update/c\n`, "package-file-missing"],
    [`${A} update/a\n`, "package-malformed"],
    ["", "package-malformed"],
  ])("does not hold: %j", (text, code) => {
    expect(codeOf(() => check("quectel.md5", text))).toBe(code);
  });
});

it("no list is said, and both count together", () => {
  expect(checkMd5Lists(new Map(), FILES)).toEqual({ report: { kind: "absent" }, faults: [] });
  const both = new Map<Md5ListName, string>([
    ["md5.txt", vendor(BOTH[0] ?? "")],
    ["quectel.md5", `${B}  update/b\n`],
  ]);
  expect(checkMd5Lists(both, FILES).report).toMatchObject({ listed: 2, unlisted: [] });
});
