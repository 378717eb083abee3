import type { Facts, HardwareCode, Variant } from "./facts.js";
import { goOn, readFields } from "./label-fields.js";
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
  const joined = facts.models.has(word) && next !== "" ? nameIn([word, next], facts) : null;
  const head = joined ?? nameIn([word], facts);
  if (head === null) return { found: null, taken: 1 };
  const used = joined === null ? 1 : 2;
  if (head.kind === "torn") return { found: head, taken: used };
  if (head.kind === "variant") {
    const { name } = head.variant;
    return placed(head, { kind: "variant", name, variant: name, bare: true }, used);
  }
  const fields = [...head.fields];
  let taken = used;
  for (;;) {
    const more = fieldsOf(words[at + taken] ?? "");
    const [first = "", second = fieldsOf(words[at + taken + 1] ?? "")[0] ?? ""] = more;
    if (!goOn(first, second, facts)) break;
    fields.push(...more);
    taken += 1;
  }
  const { code, variant } = head.hardware;
  const bare = fields.length === 0;
  return placed(codeWith(head.hardware, fields, facts), { kind: "code", name: code, variant, bare }, taken);

  function placed(found: Place, name: Head, count: number): { found: Place; taken: number } {
    const readings = found.kind === "torn" ? null : readingsWith(name, words[at + count] ?? "", facts);
    return { found: readings === null ? found : { kind: "torn", readings }, taken: count };
  }
}

/** A code with its fields; a question where they say two sizes, or nothing that is known in the place of the size. */
function codeWith(hardware: HardwareCode, fields: readonly string[], facts: Facts): Place {
  const { sizes, option, strange } = readFields(fields, facts);
  const { code } = hardware;
  if (strange !== null) {
    const whole = code + strange;
    const other = facts.hardwareCodes.has(whole) ? whole : `${code}-${strange}`;
    return { kind: "torn", readings: [code, other] };
  }
  const [flash = null, ...others] = sizes;
  if (others.length > 0) return { kind: "torn", readings: sizes.map((size) => `${code} with ${size}`) };
  return { kind: "code", hardware, flash, option };
}

type Name =
  | { readonly kind: "code"; readonly hardware: HardwareCode; readonly fields: readonly string[] }
  | Extract<Place, { kind: "variant" | "torn" }>;

/** What words that belong together name: `EC25AFA-512-STD`, `EC25-AFA`, `EC25-AF`. Whole codes only, found in the closed table. */
function nameIn(words: readonly string[], facts: Facts): Name | null {
  const fields = words.flatMap(fieldsOf);
  const [first = "", second = ""] = fields;
  const split = facts.models.has(first);
  const hardware = facts.hardwareCodes.get(split ? first + second : first);
  const variant = facts.variants.get(fields.join("-"));
  if (hardware !== undefined && variant !== undefined)
    return { kind: "torn", readings: [hardware.code, variant.name] };
  if (hardware !== undefined) return { kind: "code", hardware, fields: fields.slice(split ? 2 : 1) };
  return variant === undefined ? null : { kind: "variant", variant };
}

function fieldsOf(word: string): string[] {
  return word.split("-").filter((field) => field !== "");
}
