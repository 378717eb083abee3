import type { Facts, HardwareCode, Variant } from "./facts.js";
import { tornReadings } from "./label-pieces.js";
import { parseRevision, type Revision } from "./revision.js";

/** What one place of a label's text says. */
export type Place =
  | {
      readonly kind: "code";
      readonly hardware: HardwareCode;
      readonly flash: string | null;
      readonly option: string | null;
    }
  | { readonly kind: "variant"; readonly variant: Variant }
  | { readonly kind: "revision"; readonly revision: Revision }
  /** A code or variant with a piece behind it that may belong to it: `EC25-AF A` is likelier EC25-AFA (domain.md 1.2). */
  | { readonly kind: "torn"; readonly readings: readonly string[] };

/** Dashes that word processors and forums put in the place of `-`. */
const DASHES = /[\u2010-\u2015\u2212]/g;

/** A label as it was pasted: in capitals, and its words. */
export function wordsOf(input: string): { text: string; words: string[] } {
  const text = input.trim().toUpperCase().replace(DASHES, "-");
  return { text, words: text.split(/[\s,;:/|()"'\u201c\u201d]+/).filter((word) => word !== "") };
}

/** All that the words say of a module, left to right. Words that say nothing leave nothing. */
export function placesOf(words: readonly string[], facts: Facts): Place[] {
  const places: Place[] = [];
  let at = 0;
  while (at < words.length) {
    const { found, taken } = placeAt(words, at, facts);
    if (found !== null) places.push(found);
    at += taken;
  }
  return places;
}

function placeAt(words: readonly string[], at: number, facts: Facts): { found: Place | null; taken: number } {
  const word = words[at] ?? "";
  const next = words[at + 1] ?? "";
  const said = parseRevision(word, facts);
  if (said.kind === "revision") return { found: { kind: "revision", revision: said.revision }, taken: 1 };
  // `EC25 AFA 512 STD`: spaces where dashes were.
  const joined = facts.models.has(word) && next !== "" ? wordsToCode([word, next], facts) : null;
  const head = joined ?? wordsToCode([word], facts);
  const used = joined === null ? 1 : 2;
  if (head === null) return { found: null, taken: 1 };
  const behind = words[at + used] ?? "";
  if (head.kind === "code") {
    const bare = head.flash === null && head.option === null;
    const torn = bare ? tornReadings(head.hardware.code, "code", behind, facts) : null;
    if (torn !== null) return { found: { kind: "torn", readings: torn }, taken: used };
    if (head.flash !== null || head.option !== null) return { found: head, taken: used };
    if (facts.ordering.options.has(behind)) return { found: { ...head, option: behind }, taken: used + 1 };
    if (!facts.ordering.sizes.has(behind)) return { found: head, taken: used };
    const flash = flashOf(behind, facts);
    const option = words[at + used + 1] ?? null;
    return { found: { ...head, flash, option }, taken: used + 1 };
  }
  const torn = head.kind === "variant" ? tornReadings(head.variant.name, "variant", behind, facts) : null;
  return { found: torn === null ? head : { kind: "torn", readings: torn }, taken: used };
}

/** One field list of a label: `EC25AFA-512-STD`, `EC25-AFA`, `EC25-AF`. Whole codes only, found in the closed table. */
function wordsToCode(words: readonly string[], facts: Facts): Place | null {
  const fields = words.flatMap((word) => word.split("-")).filter((field) => field !== "");
  const [first = "", second = ""] = fields;
  const split = facts.models.has(first);
  const code = split ? first + second : first;
  const rest = fields.slice(split ? 2 : 1);
  const hardware = facts.hardwareCodes.get(code);
  const variant = facts.variants.get(fields.join("-"));
  if (hardware !== undefined && variant !== undefined)
    return { kind: "torn", readings: [hardware.code, variant.name] };
  if (hardware !== undefined) {
    const [size = "", ...options] = rest;
    if (!facts.ordering.sizes.has(size))
      return { kind: "code", hardware, flash: null, option: rest[0] ?? null };
    return { kind: "code", hardware, flash: flashOf(size, facts), option: options[0] ?? null };
  }
  return variant === undefined ? null : { kind: "variant", variant };
}

/** The flash size a label prints; a size whose meaning is a guess says nothing, since a guess never decides. */
function flashOf(size: string, facts: Facts): string | null {
  const known = facts.ordering.sizes.get(size);
  return known === undefined || known.standing === "guess" ? null : known.flash;
}
