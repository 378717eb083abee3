import type { Facts, HardwareCode, Variant } from "./facts.js";

export type LabelReading =
  | {
      readonly kind: "code";
      readonly text: string;
      readonly hardware: HardwareCode;
      /** `M4G` for `-512-`, when the label prints the size. */
      readonly flash: string | null;
      /** `STD`, `SGNS`, `SKT`: the order option. */
      readonly option: string | null;
    }
  /** `EC25-AF` names a variant only; which hardware code it is stays open. */
  | { readonly kind: "variant"; readonly text: string; readonly variant: Variant }
  | { readonly kind: "ambiguous"; readonly text: string; readonly readings: readonly string[] }
  | { readonly kind: "unknown"; readonly text: string };

/** The second field of an ordering code is the NAND size in megabytes, the revision's `M4G` the same in gigabits (domain.md 1.1). */
const FLASH_OF_MEGABYTES: Readonly<Record<string, string>> = { "128": "M1G", "256": "M2G", "512": "M4G" };

/**
 * Reads an ordering code (`EC25AFA-512-STD`), the short labels sellers print (`EC25-AFA`), or a variant (`EC25-AF`), also
 * with other words of the shield around it. Two readings of one text are never decided here: the caller asks.
 */
export function parseLabel(input: string, facts: Facts): LabelReading {
  const text = input.trim().toUpperCase();
  const words = text.split(/[\s,;:]+/).map((word) => parseWhole(word, facts));
  const codes = words.filter((word) => word.kind === "code");
  const variants = words.filter((word) => word.kind === "variant");
  const names = new Set(codes.map(({ hardware }) => hardware.code));
  for (const { variant } of variants)
    if (!codes.some(({ hardware }) => hardware.variant === variant.name)) names.add(variant.name);
  if (names.size > 1) return { kind: "ambiguous", text, readings: [...names] };
  const whole = parseWhole(text, facts);
  if (whole.kind !== "unknown") return whole;
  // A variant among other words is no reading: "EC25-AF A" is more likely EC25-AFA, which is an EC25-A (domain.md 1.2).
  const found = codes.find(({ flash }) => flash !== null) ?? codes[0];
  return found === undefined ? whole : { ...found, text };
}

function parseWhole(text: string, facts: Facts): LabelReading {
  const fields = text.split(/[-\s]+/).filter((field) => field !== "");
  const first = fields[0] ?? "";
  const joined = facts.models.has(first)
    ? { code: first + (fields[1] ?? ""), rest: fields.slice(2) }
    : { code: first, rest: fields.slice(1) };
  const hardware = facts.hardwareCodes.get(joined.code);
  const variant = facts.variants.get(text) ?? facts.variants.get(fields.join("-"));
  if (hardware !== undefined && variant !== undefined) {
    return { kind: "ambiguous", text, readings: [hardware.code, variant.name] };
  }
  if (hardware !== undefined) {
    const flash = FLASH_OF_MEGABYTES[joined.rest[0] ?? ""] ?? null;
    const option = (flash === null ? joined.rest[0] : joined.rest[1]) ?? null;
    return { kind: "code", text, hardware, flash, option };
  }
  if (variant !== undefined) return { kind: "variant", text, variant };
  return { kind: "unknown", text };
}

/** The hardware codes of a variant, as far as the table knows them. */
export function codesOfVariant(variantName: string, facts: Facts): HardwareCode[] {
  return [...facts.hardwareCodes.values()].filter((row) => row.variant === variantName);
}
