import type { Facts, HardwareCode, Variant } from "./facts.js";
import { type Head, readingsWith } from "./label-pieces.js";
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
  /** What can be read in several ways: `EC25-AF A` is likelier EC25-AFA (domain.md 1.2). */
  | { readonly kind: "torn"; readonly readings: readonly string[] };

/** Dashes that word processors and forums put in the place of `-`. */
const DASHES = /[\u2010-\u2015\u2212]/g;

/** Marks around a word, such as a dash, a full stop or a bracket. */
const AROUND = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu;

/** A label as it was pasted: in capitals, and its words without the marks around them. */
export function wordsOf(input: string): { text: string; words: string[] } {
  const text = input.trim().toUpperCase().replace(DASHES, "-");
  const parts = text.split(/[\s,;:=/|()"'\u201c\u201d]+/).map((part) => part.replace(AROUND, ""));
  return { text, words: parts.filter((word) => word !== "") };
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
  if (head.kind !== "code" && head.kind !== "variant") return { found: head, taken: used };
  const { found, taken } =
    head.kind === "code" ? withFields(head, words, at + used, facts) : { found: head, taken: 0 };
  const readings = readingsWith(headOf(found), words[at + used + taken] ?? "", facts);
  return { found: readings === null ? found : { kind: "torn", readings }, taken: used + taken };
}

type CodePlace = Extract<Place, { kind: "code" }>;

/** A code with the size and option that stand in words of their own from `at` on, and how many of them do. */
function withFields(
  head: CodePlace,
  words: readonly string[],
  at: number,
  facts: Facts,
): { found: CodePlace; taken: number } {
  const behind = words[at] ?? "";
  if (head.flash !== null || head.option !== null) return { found: head, taken: 0 };
  if (facts.ordering.options.has(behind)) return { found: { ...head, option: behind }, taken: 1 };
  if (!facts.ordering.sizes.has(behind)) return { found: head, taken: 0 };
  return { found: { ...head, flash: flashOf(behind, facts), option: words[at + 1] ?? null }, taken: 1 };
}

function headOf(place: CodePlace | Extract<Place, { kind: "variant" }>): Head {
  if (place.kind === "variant")
    return { kind: "variant", name: place.variant.name, variant: place.variant.name, bare: true };
  const { hardware, flash, option } = place;
  const bare = flash === null && option === null;
  return { kind: "code", name: hardware.code, variant: hardware.variant, bare };
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
