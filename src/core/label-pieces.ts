import type { Facts } from "./facts.js";

/** Letters only: a date code or a serial number behind a code is no piece of it. */
const LETTERS = /^[A-Z]+$/;

/** The code or variant that a label begins with, as far as the word behind it may change what it is. */
export interface Head {
  readonly kind: "code" | "variant";
  /** `EC25AFA`, or `EC25-A`. */
  readonly name: string;
  /** `EC25-A` for both. */
  readonly variant: string;
  /** False where size or option stand between the name and the word: then it is no piece of the name. */
  readonly bare: boolean;
}

/**
 * What `head` may be together with the word behind it, its own name first; null where the word says nothing of that. Two
 * ways lead to another: the word is the rest of a longer name (`EC25-A FXD`), or it is a second name without the letters
 * both share (`EC25AFFA/AFFD`). That one name begins like another is reason enough to ask, and never to decide.
 */
export function readingsWith(head: Head, behind: string, facts: Facts): string[] | null {
  const piece = behind.split("-")[0] ?? "";
  if (!LETTERS.test(piece) || facts.ordering.options.has(piece)) return null;
  const torn = head.bare ? longer(head, piece, facts) : null;
  const others = secondNames(head, piece, facts);
  const readings = [...new Set([head.name, ...(torn === null ? [] : [torn]), ...others])];
  return readings.length > 1 ? readings : null;
}

/** The longer name that head and piece give together, or begin. */
function longer({ kind, name }: Head, piece: string, facts: Facts): string | null {
  const whole = name.replace("-", "") + piece;
  const codes = [...facts.hardwareCodes.values()];
  const variants = [...facts.variants.keys()].map((known) => ({ known, letters: known.replace("-", "") }));
  const variant = variants.find(({ letters }) => letters === whole);
  if (variant !== undefined) return variant.known;
  const begins =
    codes.some(({ code }) => code.startsWith(whole)) ||
    variants.some(({ letters }) => letters.startsWith(whole));
  // Behind a variant also what merely looks like a memory code: `EC25-A XFA` may be a code nobody recorded.
  const like =
    kind === "variant" &&
    piece.length <= 5 &&
    (piece.length === 1 || codes.some(({ memory }) => piece.endsWith(memory)));
  return begins || like ? whole : null;
}

/** Known names that the piece is short for: with the model of head before it, or with its variant (`EC25AFFA/FD`). */
function secondNames({ kind, name, variant, bare }: Head, piece: string, facts: Facts): string[] {
  // One letter is a piece of a variant (`longer`), and behind a whole ordering code likelier a mark of the shield.
  if (piece.length === 1 && (kind === "variant" || !bare)) return [];
  const model = variant.split("-")[0] ?? "";
  const codes = [model + piece, variant.replace("-", "") + piece].filter((code) =>
    facts.hardwareCodes.has(code),
  );
  const named = `${model}-${piece}`;
  const owner = kind === "code" && named === variant;
  return [...codes, ...(facts.variants.has(named) && !owner ? [named] : [])].filter(
    (other) => other !== name,
  );
}
