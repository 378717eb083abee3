import { withoutLineNumbers } from "./line-numbers.js";
import { withoutLogStamps } from "./log-stamps.js";
import { fromMail } from "./mail.js";
import { withoutMarkup } from "./markup.js";

/** One line of a captured text as the formats see it, with its number in the text. */
export interface CaptureLine {
  readonly number: number;
  readonly text: string;
}

/**
 * Where a line of a log begins, so that logs which were collapsed into one line, as forums do, can be cut again: the
 * stamps of quectel-CM, QFirehose, dmesg (seconds or dates), and the lines of lsusb and mmcli.
 */
const BEGINNINGS =
  /\[\d\d-\d\d_\d\d:\d\d:\d\d:\d{3}\]|\[\d{3}\.\d{3}\]|\[ {0,6}\d{1,7}\.\d{6}\]|\[[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}\]|Bus \d{3} Device \d{3}: ID |(?<=\s)\/org\/freedesktop\/ModemManager1\/Modem\/\d{1,5} \[|modem\.(?:generic|3gpp|dbus-path)[\w.-]{0,80} {0,60}: /g;

/** What no program reads as one line: no format of lines has longer ones, and each is looked at by every reader. */
const LENGTH_LIMIT = 16_384;

/** Empty lines in a row that readers are given: more than any lets pass inside of what it reads, and no more than that. */
export const BLANKS_LIMIT = 4;

/** Mail quoting of any depth, also with blanks before it. */
const QUOTING = /^[ \t]{0,8}(?:> ?){1,16}(?!>)/gm;

/**
 * A captured text, evened out: mail encodings and quoting, markup, line ends of any kind (also a terminal's visible `^M`), typographic
 * quotes, escape sequences and unusual spaces. Takes time in proportion to the text's length.
 */
export function evened(text: string): string {
  return unquoted(withQuoting(text));
}

/** The same with the marks of quoting, which tell what was written before what. */
export function withQuoting(text: string): string {
  return withoutMarkup(fromMail(text.replace(/^\ufeff/, "")).replace(ESCAPES, ""))
    .replace(/(?:\^M|\r){1,64}\n?/g, lineEnds)
    .replace(/[\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\u0093\u0094]/g, '"')
    .replace(/[\u2018\u2019\u201a\u201b\u2032\u00b4\u0091\u0092]/g, "'")
    .replace(/[\u00a0\u2007\u202f\u2009]/g, " ")
    .replace(/[\u2028\u2029\u0085]/g, "\n");
}

/** Without those marks, what no terminal shows, numbers of lines, and the stamps of collected logs. */
export function unquoted(text: string): string {
  const shown = text
    .replace(QUOTING, "")
    .replace(/[\ufeff\u200b\u200c\u200d\u2060\u00ad\u0000-\u0007\u000b\u000c\u000e-\u001f\u007f]/g, "");
  return withoutLogStamps(withoutLineNumbers(shown));
}

/** The lines of an evened text, collapsed logs cut. A line beyond the limit ends at it. */
export function* linesOf(text: string): Generator<CaptureLine> {
  let number = 0;
  let blanks = 0;
  let from = 0;
  while (from <= text.length) {
    const end = text.indexOf("\n", from);
    const to = end < 0 ? text.length : end;
    number += 1;
    blanks = to === from ? blanks + 1 : 0;
    if (blanks <= BLANKS_LIMIT)
      for (const part of partsOf(text.slice(from, to))) yield { number, text: part.replace(BULLET, "") };
    from = to + 1;
  }
}

/** A line of a list is the line. */
const BULLET = /^[ \t]{0,64}[•*-][ \t]{1,4}(?=\S)/;

const ESCAPE = "\u001b";
/** Colours and cursor movements, window titles (up to 200 letters), character sets. */
const ESCAPES = new RegExp(
  `${ESCAPE}(?:\\[[0-9;?]{0,32}[ -/]?[@-~]|\\][^\\u0007${ESCAPE}\\n]{0,200}(?:\\u0007|${ESCAPE}\\\\)|[()][A-Z0-9]|[=>78cM])`,
  "g",
);

/** Carriage returns before a line feed are one line end, however many (an echo has two); without one, each is. */
function lineEnds(run: string): string {
  return run.endsWith("\n") ? "\n" : "\n".repeat(run.replaceAll("^M", "\r").length);
}

function* partsOf(line: string): Generator<string> {
  let from = 0;
  for (const { index } of line.matchAll(BEGINNINGS)) {
    if (index > from) yield line.slice(from, Math.min(index, from + LENGTH_LIMIT));
    from = index;
  }
  yield line.slice(from, from + LENGTH_LIMIT);
}
