import type { Facts } from "./facts.js";

/** What the fields of an ordering code behind the hardware code say (domain.md 1.1). */
export interface Fields {
  /** `M4G` for `512`; a size whose meaning is a guess says nothing, since a guess never decides. */
  readonly sizes: readonly string[];
  /** `STD`, `SKT`; of several the one that goes with a carrier's firmware, else the first. */
  readonly option: string | null;
  /** A field in the place of the size that is neither a size nor an option that is known: `1024`. */
  readonly strange: string | null;
}

/** A size, also with its unit or with the option close behind it: `512`, `512MB`, `512STD`. */
const SIZED = /^(\d{2,5})(?:MB)?([A-Z]*)$/;

/** Reads the fields left to right. Only the first may be strange, or one of digits: options that nobody recorded are many. */
export function readFields(fields: readonly string[], facts: Facts): Fields {
  const { options: known, sizes: knownSizes } = facts.ordering;
  const sizes: string[] = [];
  const options: string[] = [];
  let strange: string | null = null;
  for (const [index, field] of fields.entries()) {
    const sized = sizedField(field, facts);
    if (sized !== null) {
      const { flash, standing } = knownSizes.get(sized.size) ?? { flash: "", standing: "guess" };
      if (standing !== "guess") sizes.push(flash);
      if (sized.option !== "") options.push(sized.option);
    } else if (!known.has(field) && (index === 0 || /^\d+$/.test(field))) strange ??= field;
    else options.push(field);
  }
  const option = options.find((one) => known.get(one)?.mark != null) ?? options[0] ?? null;
  return { sizes: [...new Set(sizes)], option, strange };
}

/** Whether the words of a label from here on go on with fields of the code before them, though no dash says so. */
export function goOn(field: string, next: string, facts: Facts): boolean {
  const { options } = facts.ordering;
  return (
    options.has(field) || sizedField(field, facts) !== null || (/^\d+$/.test(field) && options.has(next))
  );
}

function sizedField(field: string, { ordering }: Facts): { size: string; option: string } | null {
  const [, size = "", option = ""] = SIZED.exec(field) ?? [];
  return ordering.sizes.has(size) && (option === "" || ordering.options.has(option))
    ? { size, option }
    : null;
}
