/** One line of a captured text as the formats see it, with its number in the text as it was given. */
export interface CaptureLine {
  readonly number: number;
  readonly text: string;
}

/** `[06-13_20:35:36:701]`, which begins every line of a quectel-CM log. */
const QUECTEL_CM_STAMP = /\[\d\d-\d\d_\d\d:\d\d:\d\d:\d{3}\]/g;

/**
 * The lines of a captured text. Line ends of any kind (also a terminal's visible `^M`), typographic quotes, colour
 * codes and unusual spaces are evened out; a quectel-CM log that was collapsed into one line, as forums do, is cut
 * before each of its time stamps. Takes time in proportion to the text's length.
 */
export function* linesOf(text: string): Generator<CaptureLine> {
  let number = 0;
  for (const whole of evened(text).split("\n")) {
    number += 1;
    for (const part of beforeStamps(whole)) yield { number, text: part };
  }
}

const ESCAPE = "\u001b";
const COLOUR = new RegExp(`${ESCAPE}\\[[0-9;?]*[A-Za-z]`, "g");

function evened(text: string): string {
  return text
    .replace(COLOUR, "")
    .replace(/(?:\^M|\r)+\n?/g, lineEnds)
    .replace(/[\u201c\u201d\u201e\u201f\u2033]/g, '"')
    .replace(/[\u2018\u2019\u201a\u201b\u2032]/g, "'")
    .replace(/[\u00a0\u2007\u202f]/g, " ")
    .replace(/[\ufeff\u200b\u200c\u200d\u0000]/g, "");
}

/** Carriage returns before a line feed are one line end, however many (an echo has two); without one, each is. */
function lineEnds(run: string): string {
  return run.endsWith("\n") ? "\n" : "\n".repeat(run.replaceAll("^M", "\r").length);
}

function* beforeStamps(line: string): Generator<string> {
  let from = 0;
  for (const { index } of line.matchAll(QUECTEL_CM_STAMP)) {
    if (index > from) yield line.slice(from, index);
    from = index;
  }
  yield line.slice(from);
}
