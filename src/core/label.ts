import type { Facts, HardwareCode, Variant } from "./facts.js";
import { type Place, placesOf, wordsOf } from "./label-words.js";

export type LabelReading =
  | {
      readonly kind: "code";
      readonly text: string;
      readonly hardware: HardwareCode;
      /** `M4G` for `-512-`, when the label prints the size and it is known, not guessed; else that of the printed revision. */
      readonly flash: string | null;
      /** `STD`, `SGNS`, `SKT`: the order option. */
      readonly option: string | null;
      /** A revision of the same code that the label prints as well: a second witness (domain.md 1.1). */
      readonly printed: string | null;
    }
  /** `EC25-AF` names a variant only; which hardware code it is stays open. */
  | { readonly kind: "variant"; readonly text: string; readonly variant: Variant }
  | { readonly kind: "ambiguous"; readonly text: string; readonly readings: readonly string[] }
  | { readonly kind: "unknown"; readonly text: string };

/**
 * Reads an ordering code (`EC25AFA-512-STD`), the short labels sellers print (`EC25-AFA`), or a variant (`EC25-AF`), also
 * with other words of the shield around it. Two readings of one text are never decided here: the caller asks. A revision
 * alone is no label: it is what a module claims, and would only repeat the claim.
 */
export function parseLabel(input: string, facts: Facts): LabelReading {
  const { text, words } = wordsOf(input);
  const places = placesOf(words, facts);
  const readings = readingsOf(places, facts);
  if (readings.length > 1) return { kind: "ambiguous", text, readings };
  const codes = places.filter((place) => place.kind === "code");
  const code = codes.find(({ flash }) => flash !== null) ?? codes[0];
  if (code !== undefined) {
    const { hardware, option } = code;
    const printed = places.find((place) => place.kind === "revision")?.revision ?? null;
    const flash = code.flash ?? printed?.flash ?? null;
    return { kind: "code", text, hardware, flash, option, printed: printed?.text ?? null };
  }
  const named = places.find((place) => place.kind === "variant");
  return named === undefined ? { kind: "unknown", text } : { kind: "variant", text, variant: named.variant };
}

/** What the text can be read as; more than one is a question. A variant says nothing against a code of its own. */
function readingsOf(places: readonly Place[], facts: Facts): string[] {
  const codes = places.filter((place) => place.kind === "code");
  const printed = places.filter((place) => place.kind === "revision").map(({ revision }) => revision);
  const sized = [
    ...codes.map(({ hardware, flash }) => ({ code: hardware.code, flash })),
    // A printed revision of the same code says the size as well (domain.md 1.1).
    ...printed
      .filter(({ hardwareCode }) => codes.some(({ hardware }) => hardware.code === hardwareCode))
      .map(({ hardwareCode, flash }) => ({ code: hardwareCode, flash })),
  ];
  const sizes = new Set(sized.flatMap(({ flash }) => flash ?? []));
  const names = sized.map(({ code, flash }) =>
    sizes.size > 1 && flash !== null ? `${code} with ${flash}` : code,
  );
  const owners = new Set(codes.map(({ hardware }) => hardware.variant));
  for (const place of places) {
    if (place.kind === "torn") names.push(...place.readings);
    if (place.kind === "variant" && !owners.has(place.variant.name)) names.push(place.variant.name);
  }
  // A revision counts beside a code or a variant only, and then must be of the same.
  if (names.length > 0)
    for (const { hardwareCode, hardware } of printed) {
      const agrees = codes.some((code) => code.hardware.code === hardwareCode);
      const ofVariant = codes.length === 0 && hardware !== null && names.includes(hardware.variant);
      if (!agrees && !(ofVariant && isOnlyCode(hardware, facts))) names.push(hardwareCode);
    }
  return [...new Set(names)];
}

/** A variant with several codes says less than the revision printed beside it; which of the two is meant, only the user knows. */
function isOnlyCode(hardware: HardwareCode, facts: Facts): boolean {
  return codesOfVariant(hardware.variant, facts).length === 1;
}

/** The hardware codes of a variant, as far as the table knows them. */
export function codesOfVariant(variantName: string, facts: Facts): HardwareCode[] {
  return [...facts.hardwareCodes.values()].filter((row) => row.variant === variantName);
}
