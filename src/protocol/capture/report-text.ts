import { unstamped } from "./at-decorations.js";

/** Longer lines are prose or data. */
const LENGTH_LIMIT = 512;
/** Bullets and the tree that fwupdmgr draws. */
const DRAWN = /^[\s│├└─•*-]{0,64}/;
/** A line of a report as a program keeps it: `"Manufacturer: Quectel\n"`. */
const LITERAL = /^\s{0,64}b?(["'])(?<text>(?:(?!\1|\\).)*)(?:\\[rn]){1,4}\1[,;)]{0,2}$/;
/** A row of a Markdown table of two or three columns. */
const ROW = /^\s{0,16}\|(?<name>[^|]{1,60})\|(?<value>[^|]{1,160})\|(?:[^|]{0,200}\|)?\s{0,16}$/;

/** The part of a line in which names and values may stand; empty where there is none. */
export function reportText(stamped: string): string {
  if (stamped.length > LENGTH_LIMIT) return "";
  const line = unstamped(stamped.trim());
  const literal = LITERAL.exec(line)?.groups?.["text"];
  if (literal !== undefined) return literal;
  const row = ROW.exec(line)?.groups;
  if (row !== undefined) return `${(row["name"] ?? "").trim()}: ${(row["value"] ?? "").trim()}`;
  // Any other bar is of mmcli, which has a reader of its own.
  return line.includes("|") ? "" : line.replace(DRAWN, "");
}
