import { EcflashError, isEcflashError } from "../../core/errors.js";
import { resolveVendorPath } from "../../protocol/rawprogram.js";

/** The vendor's own lists. They guard against damage, never against intent: that is the index's SHA-256. */
export type Md5Report =
  | { readonly kind: "absent" }
  | {
      readonly kind: "checked";
      /** `md5.txt`, `quectel.md5`: those that are there. */
      readonly lists: readonly string[];
      /** How many files they name in all. */
      readonly listed: number;
      readonly unlisted: readonly string[];
    };

export const MD5_LISTS = ["md5.txt", "quectel.md5"] as const;
export type Md5ListName = (typeof MD5_LISTS)[number];

/** md5.txt names it in every package, and it is in none (domain.md 4.3). */
const LISTED_BUT_ABSENT: ReadonlySet<string> = new Set(["upgrade/targetfiles.zip"]);

/** What the lists of a package say of its files, and all in which they are wrong. */
interface Md5Check {
  readonly report: Md5Report;
  /** `package-malformed`, `package-file-missing`, `package-md5`. */
  readonly faults: readonly EcflashError[];
}

/** Compares the lists of a package with its files, path to MD5: all 32 digits of each line, where QFirehose compares 16. */
export function checkMd5Lists(
  lists: ReadonlyMap<Md5ListName, string>,
  md5Of: ReadonlyMap<string, string>,
): Md5Check {
  if (lists.size === 0) return { report: { kind: "absent" }, faults: [] };
  const named = new Set<string>();
  const faults: EcflashError[] = [];
  for (const [list, text] of lists) {
    for (const [path, listed] of readOrFault(list, text, faults)) {
      named.add(path);
      const got = md5Of.get(path);
      if (got === undefined && LISTED_BUT_ABSENT.has(path)) continue;
      if (got === undefined) faults.push(new EcflashError("package-file-missing", { path, namedBy: list }));
      else if (got !== listed) faults.push(new EcflashError("package-md5", { path, list, listed, got }));
    }
  }
  const own: readonly string[] = MD5_LISTS;
  const unlisted = [...md5Of.keys()].filter((path) => !own.includes(path) && !named.has(path));
  return { report: { kind: "checked", lists: [...lists.keys()], listed: named.size, unlisted }, faults };
}

/** An unreadable list is one fault, and lists nothing. */
function readOrFault(list: Md5ListName, text: string, faults: EcflashError[]): ReadonlyMap<string, string> {
  try {
    return list === "md5.txt" ? parseMd5List(text) : parseMd5Sums(text);
  } catch (error) {
    if (!isEcflashError(error, "package-malformed")) throw error;
    faults.push(error);
    return new Map();
  }
}

/**
 * The vendor's list: `VERSION:1.0`, `FILE:START`, lines `FILE:\update\sbl1.mbn:<32 digits>`, `FILE:END`; byte order
 * mark, CRLF, either case (domain.md 4.3). Path to lower-case digits.
 * @throws EcflashError `package-malformed`
 */
export function parseMd5List(text: string): ReadonlyMap<string, string> {
  const [version, start, ...rest] = linesOf(text);
  const end = rest.pop();
  if (
    !/^VERSION:\d+\.\d+$/.test(version?.line ?? "") ||
    start?.line !== "FILE:START" ||
    end?.line !== "FILE:END"
  )
    throw malformed(
      "md5.txt",
      1,
      "the list does not begin with VERSION and FILE:START and end with FILE:END",
    );
  return collect("md5.txt", rest, (line) => {
    const [, path = "", md5 = ""] = /^FILE:[\\/]?(.+):([0-9A-Fa-f]{32})$/.exec(line) ?? [];
    return { path, md5 };
  });
}

/**
 * `quectel.md5`, in the format of md5sum: digits, two spaces or a space and an asterisk, path. A backslash before the
 * digits says that backslashes of the path are doubled (GNU coreutils, md5sum). Path to lower-case digits.
 * @throws EcflashError `package-malformed`
 */
export function parseMd5Sums(text: string): ReadonlyMap<string, string> {
  const lines = linesOf(text);
  if (lines.length === 0) throw malformed("quectel.md5", 1, "the list is empty");
  return collect("quectel.md5", lines, (line) => {
    const [, escaped, md5 = "", path = ""] = /^(\\?)([0-9A-Fa-f]{32}) [ *](.+)$/.exec(line) ?? [];
    return { path: escaped === "\\" ? path.replaceAll("\\\\", "\\") : path, md5 };
  });
}

interface Line {
  readonly line: string;
  readonly number: number;
}

function linesOf(text: string): Line[] {
  return text
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== "");
}

function collect(
  list: Md5ListName,
  lines: readonly Line[],
  read: (line: string) => { readonly path: string; readonly md5: string },
): ReadonlyMap<string, string> {
  const listed = new Map<string, string>();
  for (const { line, number } of lines) {
    const { path: vendorPath, md5 } = read(line);
    const path = resolveVendorPath(vendorPath, "");
    if (path === null) throw malformed(list, number, "it is not a path and an MD5 of 32 digits");
    if (listed.has(path)) throw malformed(list, number, `${path} is listed twice`);
    listed.set(path, md5.toLowerCase());
  }
  return listed;
}

function malformed(path: string, number: number, reason: string): EcflashError {
  return new EcflashError("package-malformed", { path, reason: `line ${number}: ${reason}` });
}
