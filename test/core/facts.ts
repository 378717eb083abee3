import { NO_KNOWN_CROSSINGS } from "../../src/core/known-crossings.js";
import { lteMaskOf } from "../../src/core/bands.js";
import type { Declaration } from "../../src/core/declaration.js";
import type { Facts, FactoryMask, HardwareCode, Standing, Variant } from "../../src/core/facts.js";
import { type ModuleReading, UNREAD } from "../../src/core/reading.js";

/**
 * A small closed table for the tests of core. The rows are those of domain.md 1.4, as values, so that these tests do not
 * move when a manifest does.
 */
const AF_BANDS = [2, 4, 5, 12, 13, 14, 66, 71];
const EU_BANDS = [1, 3, 7, 8, 20, 28, 38, 40, 41];

function variant(
  name: string,
  lteBands: readonly number[],
  mask: readonly [gw: bigint, lte: bigint, standing: Standing] | null,
  standing: Standing = "table",
): Variant {
  const source = "domain.md 1.4";
  const factoryMask: FactoryMask | null =
    mask === null ? null : { gw: mask[0], lte: mask[1], standing: mask[2], source };
  return { name, model: name.slice(0, 4), region: "somewhere", lteBands, standing, source, factoryMask };
}

const VARIANTS = [
  variant("EC25-A", [2, 4, 12], [0x260n, 0x80an, "seen"]),
  variant("EC25-AF", AF_BANDS, [0x260n, lteMaskOf(AF_BANDS), "seen"]),
  variant("EC25-AFX", AF_BANDS, [0x260n, lteMaskOf(AF_BANDS), "seen"]),
  // Computed from the band table, never read from a unit: it must not decide anything.
  variant("EC25-E", [1, 3, 5, 7, 8, 20, 38, 40, 41], [0xd3n, 0x1a0000800d5n, "table"]),
  variant("EC25-EUX", EU_BANDS, [0x93n, 0x1a0080800c5n, "seen"]),
  variant("EC25-V", [4, 13], null, "guess"),
  variant(
    "EG25-G",
    [1, 2, 3, 4, 5, 7, 8, 12, 13, 18, 19, 20, 25, 26, 28, 38, 39, 40, 41],
    [0xbffn, 0x1e00b0e18dfn, "seen"],
  ),
  variant("EC20-CE", [1, 3, 5, 8, 38, 39, 40, 41], null),
];

function hardware(code: string, ofVariant: string, memory: string, ...flash: string[]): HardwareCode {
  return {
    code,
    model: ofVariant.slice(0, 4),
    variant: ofVariant,
    memory,
    flash,
    standing: "seen",
    source: "domain.md 1.4",
  };
}

const HARDWARE_CODES = [
  hardware("EC25AFA", "EC25-A", "FA", "M4G"),
  hardware("EC25AFFA", "EC25-AF", "FA", "M4G"),
  hardware("EC25AFFD", "EC25-AF", "FD", "M4G"),
  hardware("EC25AFXGA", "EC25-AFX", "GA", "M1G"),
  hardware("EC25EFA", "EC25-E", "FA", "M4G"),
  hardware("EC25EUXGA", "EC25-EUX", "GA", "M1G"),
  hardware("EC25VFA", "EC25-V", "FA", "M4G"),
  hardware("EG25GGB", "EG25-G", "GB", "M2G"),
  hardware("EC20CEFA", "EC20-CE", "FA", "M4G"),
  hardware("EC20CEFAG", "EC20-CE", "FAG", "M4G"),
  hardware("EC20CEFASG", "EC20-CE", "FASG", "M2G"),
];

export const FACTS: Facts = {
  variants: new Map(VARIANTS.map((row) => [row.name, row])),
  hardwareCodes: new Map(HARDWARE_CODES.map((row) => [row.code, row])),
  models: new Map([
    ["EC25", "judged"],
    ["EG25", "judged"],
    ["EC20", "judged"],
    ["EC21", "neighbour"],
  ]),
  clonePrefixes: ["QDC507"],
  ordering: {
    sizes: new Map([
      ["512", { flash: "M4G", standing: "seen" }],
      ["256", { flash: "M2G", standing: "seen" }],
      ["128", { flash: "M1G", standing: "guess" }],
    ]),
    options: new Map([
      ["STD", { mark: null, standing: "seen" }],
      ["MINIPCIE", { mark: null, standing: "table" }],
      ["LGA", { mark: null, standing: "table" }],
      ["SKT", { mark: "SKT", standing: "table" }],
    ]),
  },
  crossings: NO_KNOWN_CROSSINGS,
};

/** The same table without one code: what the tool knows of a module that is newer than it. */
export function factsWithout(code: string): Facts {
  return { ...FACTS, hardwareCodes: new Map([...FACTS.hardwareCodes].filter(([key]) => key !== code)) };
}

/** A module in normal mode that reported `revision` (all of them, oldest first) and showed `shown`. */
export function moduleSaying(
  revision: string | readonly string[],
  shown: Partial<ModuleReading> = {},
): ModuleReading {
  const texts = typeof revision === "string" ? [revision] : revision;
  return {
    ...UNREAD,
    source: "1-1.2",
    virtual: true,
    mode: "normal",
    revisions: texts.map((text) => ({ text, from: "AT+QGMR" })),
    ...shown,
  };
}

/** A declaration by ordering code, as `readDeclarations` would make it of a label that prints this code and size. */
export function byCode(
  code: string,
  flash: string | null = null,
  from: Declaration["from"] = "label",
): Declaration {
  const row = FACTS.hardwareCodes.get(code);
  if (row === undefined) throw new RangeError(`${code} is not in the table of the tests`);
  return { from, text: `${code}-512-STD`, hardware: row, variant: row.variant, flash };
}

export function byVariant(name: string): Declaration {
  return { from: "variant", text: name, hardware: null, variant: name, flash: null };
}

/** `AT+QCFG="band"` of the module in the thread: the factory mask of an EC25-A. */
export const MASK_OF_A = { gw: 0x260n, lte: 0x80an };
