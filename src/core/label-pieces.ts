import type { Facts } from "./facts.js";

/** Letters only: a date code or a serial number behind a code is no piece of it. */
const LETTERS = /^[A-Z]+$/;

/** The letters that a word begins with, up to its dash; empty where they cannot be a piece of a code. */
function pieceOf(word: string, facts: Facts): string {
  const piece = word.split("-")[0] ?? "";
  return LETTERS.test(piece) && !facts.ordering.options.has(piece) ? piece : "";
}

/**
 * What a code or variant called `name` may be together with the word behind it, `name` itself first; null where the word is
 * no piece of it. That one code begins like another is reason enough to ask, and never to decide.
 */
export function tornReadings(
  name: string,
  kind: "code" | "variant",
  behind: string,
  facts: Facts,
): string[] | null {
  const piece = pieceOf(behind, facts);
  if (piece === "") return null;
  const whole = name.replace("-", "") + piece;
  const codes = [...facts.hardwareCodes.values()];
  const begins = codes.some(({ code }) => code.startsWith(whole));
  // Behind a variant also what merely looks like a memory code: `EC25-A XFA` may be a code nobody recorded.
  const like =
    kind === "variant" &&
    piece.length <= 5 &&
    (piece.length === 1 || codes.some(({ memory }) => piece.endsWith(memory)));
  return begins || like ? [name, whole] : null;
}
