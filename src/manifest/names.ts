import type { Finding, Placed, Rows } from "./rows.js";
import { LIST_NAMES, LISTS, type List } from "./lists.js";

/**
 * Every name resolves and no row stands twice. A hardware code must be its variant's letters and its memory code, so that
 * no row can claim another variant's firmware, and no variant may read as a hardware code: labels print both.
 */
export function findFaults(rows: Rows): Finding[] {
  // Names that do not resolve come first: what follows from them would mislead.
  return [
    ...LIST_NAMES.flatMap((name) => repeats(LISTS[name] as List<unknown>, rows[name])),
    ...variantFaults(rows),
    ...codeFaults(rows),
    ...variantsWithoutCode(rows),
    ...cloneFaults(rows),
    ...crossingFaults(rows),
  ];
}

function fault({ path, at }: Placed<unknown>, key: string, reason: string): Finding {
  return { path, at: key === "" ? at : `${at}.${key}`, reason };
}

function repeats({ key, keyAt }: List<unknown>, placed: readonly Placed<unknown>[]): Finding[] {
  const seen = new Map<string, Placed<unknown>>();
  return placed.flatMap((one) => {
    const name = key(one.row);
    const first = seen.get(name);
    seen.set(name, first ?? one);
    if (first === undefined) return [];
    const shipped = one.site && !first.site ? " of the shipped rows, which a site may not change," : "";
    return [fault(one, keyAt ?? "", `${name}${shipped} stands twice`)];
  });
}

function variantFaults({ models, variants, "hardware-codes": hardwareCodes }: Rows): Finding[] {
  const known = new Set(models.map(({ row }) => row.model));
  const codes = new Set(hardwareCodes.map(({ row }) => row.code));
  return variants.flatMap((one) => {
    const { name, model } = one.row;
    return [
      ...(known.has(model) ? [] : [fault(one, "model", `no model is called ${model}`)]),
      ...(codes.has(name.replace("-", "")) ? [fault(one, "name", `${name} reads as a hardware code`)] : []),
    ];
  });
}

/** A variant without a code cannot be flashed or matched; only one that is a mere name has none. */
function variantsWithoutCode({ variants, "hardware-codes": hardwareCodes }: Rows): Finding[] {
  const used = new Set(hardwareCodes.map(({ row }) => row.variant));
  return variants
    .filter(({ row }) => row.standing !== "guess" && !used.has(row.name))
    .map((one) => fault(one, "name", `${one.row.name} has no hardware code`));
}

function codeFaults({ models, variants, "hardware-codes": hardwareCodes }: Rows): Finding[] {
  const variantOf = new Map(variants.map(({ row }) => [row.name, row]));
  const names = models.map(({ row }) => row.model);
  return hardwareCodes.flatMap((one) => {
    const { code, model, variant, memory } = one.row;
    const owner = variantOf.get(variant);
    if (owner === undefined) return [fault(one, "variant", `no variant is called ${variant}`)];
    const readAs = longestModel(code, names);
    return [
      ...(owner.model === model ? [] : [fault(one, "model", `${variant} is a ${owner.model}`)]),
      ...(readAs === model ? [] : [fault(one, "model", `${code} would be read as a ${readAs}`)]),
      ...(variant.replace("-", "") + memory === code
        ? []
        : [fault(one, "code", `${code} is not ${variant} with memory code ${memory}`)]),
    ];
  });
}

function longestModel(code: string, models: readonly string[]): string {
  const found = models.filter((model) => code.startsWith(model));
  return found.sort((a, b) => b.length - a.length)[0] ?? "model nobody named";
}

/** A clone's firmware is known by how it begins; that must not be how anybody else's begins. */
function cloneFaults({ clones, models, "hardware-codes": hardwareCodes }: Rows): Finding[] {
  const names = [...models.map(({ row }) => row.model), ...hardwareCodes.map(({ row }) => row.code)];
  return clones.flatMap((one) => {
    const { prefix } = one.row;
    const hit = names.find((name) => name.startsWith(prefix) || prefix.startsWith(`${name}R`));
    return hit === undefined ? [] : [fault(one, "prefix", `${prefix} is how ${hit} begins`)];
  });
}

function crossingFaults(rows: Rows): Finding[] {
  const codes = new Set(rows["hardware-codes"].map(({ row }) => row.code));
  const check = (one: Placed<unknown>, key: string, code: string) =>
    codes.has(code) ? [] : [fault(one, `${key}hardwareCode`, `no hardware code is called ${code}`)];
  return [
    ...rows["forbidden-crossings"].flatMap((one) => [
      ...check(one, "from.", one.row.from.hardwareCode),
      ...check(one, "to.", one.row.to.hardwareCode),
    ]),
    ...rows["tested-crossings"].flatMap((one) => [
      ...check(one, "from.", one.row.from.hardwareCode),
      ...check(one, "to.", one.row.to.hardwareCode),
    ]),
    ...rows.floors.flatMap((one) => check(one, "", one.row.hardwareCode)),
    ...oneWayFaults(rows),
  ];
}

function oneWayFaults({ variants, "one-way-variants": oneWay }: Rows): Finding[] {
  const known = new Set(variants.map(({ row }) => row.name));
  return oneWay
    .filter(({ row }) => !known.has(row.variant))
    .map((one) => fault(one, "variant", `no variant is called ${one.row.variant}`));
}
