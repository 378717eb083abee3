import type { HardwareCodeRow, ModelRow, VariantRow } from "./schema.js";

/** The rows that name each other, as they stand in the files. */
export interface Rows {
  readonly models: readonly ModelRow[];
  readonly variants: readonly VariantRow[];
  readonly hardwareCodes: readonly HardwareCodeRow[];
}

/** One finding: which file, where in it, and what is wrong. */
export interface Finding {
  readonly file: "models.json" | "variants.json" | "hardware-codes.json";
  readonly reason: string;
}

/**
 * Every name resolves and no name stands twice. A hardware code must be its variant's letters and its memory code, so
 * that no row can claim another variant's firmware, and no variant may read as a hardware code: labels print both.
 */
export function findFaults(rows: Rows): Finding[] {
  // Names that do not resolve come first: what follows from them would mislead.
  return [...modelFaults(rows), ...variantFaults(rows), ...codeFaults(rows), ...unusedVariants(rows)];
}

/** The values that stand more than once, with the index of the repetition. */
export function repeated(values: readonly string[]): { index: number; value: string }[] {
  const seen = new Set<string>();
  const found: { index: number; value: string }[] = [];
  values.forEach((value, index) => {
    if (seen.has(value)) found.push({ index, value });
    seen.add(value);
  });
  return found;
}

function modelFaults({ models }: Rows): Finding[] {
  return repeated(models.map(({ model }) => model)).map(({ index, value }) => ({
    file: "models.json",
    reason: `models[${index}].model: ${value} stands twice`,
  }));
}

function variantFaults({ models, variants, hardwareCodes }: Rows): Finding[] {
  const file = "variants.json";
  const known = new Set(models.map(({ model }) => model));
  const codes = new Set(hardwareCodes.map(({ code }) => code));
  const faults: Finding[] = repeated(variants.map(({ name }) => name)).map(({ index, value }) => ({
    file,
    reason: `variants[${index}].name: ${value} stands twice`,
  }));
  variants.forEach(({ name, model }, index) => {
    const at = `variants[${index}]`;
    if (!known.has(model)) faults.push({ file, reason: `${at}.model: no model is called ${model}` });
    if (codes.has(name.replace("-", "")))
      faults.push({ file, reason: `${at}.name: ${name} reads as a hardware code` });
  });
  return faults;
}

/** A variant without a code would make every module that is declared so a mismatch. */
function unusedVariants({ variants, hardwareCodes }: Rows): Finding[] {
  const used = new Set(hardwareCodes.map(({ variant }) => variant));
  return variants.flatMap(({ name }, index) =>
    used.has(name)
      ? []
      : [{ file: "variants.json", reason: `variants[${index}].name: ${name} has no hardware code` }],
  );
}

function codeFaults({ models, variants, hardwareCodes }: Rows): Finding[] {
  const file = "hardware-codes.json";
  const variantOf = new Map(variants.map((variant) => [variant.name, variant]));
  const faults: Finding[] = repeated(hardwareCodes.map(({ code }) => code)).map(({ index, value }) => ({
    file,
    reason: `hardwareCodes[${index}].code: ${value} stands twice`,
  }));
  hardwareCodes.forEach(({ code, model, variant, memory }, index) => {
    const at = `hardwareCodes[${index}]`;
    const owner = variantOf.get(variant);
    if (owner === undefined) {
      faults.push({ file, reason: `${at}.variant: no variant is called ${variant}` });
      return;
    }
    if (owner.model !== model) faults.push({ file, reason: `${at}.model: ${variant} is a ${owner.model}` });
    if (longestModel(code, models) !== model)
      faults.push({ file, reason: `${at}.model: ${code} would be read as a ${longestModel(code, models)}` });
    if (variant.replace("-", "") + memory !== code)
      faults.push({ file, reason: `${at}.code: ${code} is not ${variant} with memory code ${memory}` });
  });
  return faults;
}

function longestModel(code: string, models: readonly ModelRow[]): string {
  const found = models.map(({ model }) => model).filter((model) => code.startsWith(model));
  return found.sort((a, b) => b.length - a.length)[0] ?? "model nobody named";
}
