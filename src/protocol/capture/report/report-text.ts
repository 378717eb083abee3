import { unstamped } from "../at/decorations.js";
import { fieldOf } from "./field-names.js";
import { isNotInstalled } from "./not-installed.js";

/** Longer lines are prose or data. */
const LENGTH_LIMIT = 512;
/** Bullets, numbers of a list, the tree that fwupdmgr draws, and what a program calls the whole: `Modem(model=`, `{Model:`. */
const DRAWN =
  /^[\s│├└─•*-]{0,64}(?:\d{1,2}[.)]\s{1,4}|[A-Za-z]\w{0,40}\((?=\w{1,40}=)|[^{"']{0,80}\{\s?(?=[A-Za-z]\w{1,30}:\s?[^\s']))?/;
/** A listing in columns has only blanks between: `Firmware     EC25...`. */
const IN_COLUMNS = /^(?<name>[A-Za-z][\w ./-]{0,30}?)(?:\t|[ \t]{2,60})(?<value>\S{1,80})$/;
/** Values that Rust prints. */
const SOME = /\bSome\(("[^"]{0,120}")\)/g;
/** A line of a report as a program keeps it: `"Manufacturer: Quectel\n"`. */
const LITERAL = /^\s{0,64}b?(["'])(?<text>(?:(?!\1|\\).)*)(?:\\[rn]){1,4}\1[,;)]{0,2}$/;
/** A row of a table of two or three columns; the last bar may be left out. */
const ROW = /^\s{0,16}\|(?<name>[^|]{1,60})\|(?<value>[^|]{1,160})(?:\|[^|]{0,200}){0,2}$/;

/** The part of a line in which names and values may stand; empty where there is none. */
export function reportText(stamped: string): string {
  if (stamped.length > LENGTH_LIMIT) return "";
  const line = unstamped(stamped.trim());
  const literal = LITERAL.exec(line)?.groups?.["text"];
  if (literal !== undefined) return literal;
  const row = ROW.exec(line)?.groups;
  if (row !== undefined) return `${(row["name"] ?? "").trim()}: ${(row["value"] ?? "").trim()}`;
  // Any other bar is of mmcli, as are these keys: it has a reader of its own.
  if (line.includes("|") || /^modem\.(?:generic|3gpp|dbus-path)/.test(line)) return "";
  const columns = IN_COLUMNS.exec(line)?.groups;
  if (columns !== undefined && fieldOf(columns["name"] ?? "") !== null)
    return `${columns["name"] ?? ""}: ${columns["value"] ?? ""}`;
  const drawn = DRAWN.exec(line)?.[0] ?? "";
  return (isNotInstalled(drawn) ? line : line.slice(drawn.length)).replace(SOME, "$1");
}
