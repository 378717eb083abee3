import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  contradictsVariant,
  couldHaveMask,
  describeMask,
  formatMask,
  lteBandsOf,
  lteMaskOf,
  variantsWithSeenMask,
} from "../../src/core/bands.js";
import type { Variant } from "../../src/core/facts.js";
import { FACTS, MASK_OF_A } from "./facts.js";

function variant(name: string): Variant {
  const row = FACTS.variants.get(name);
  if (row === undefined) throw new RangeError(name);
  return row;
}

describe("LTE masks", () => {
  it.each([
    { mask: 0x80an, bands: [2, 4, 12], seen: "EC25-A" },
    { mask: 0x42000000000000381an, bands: [2, 4, 5, 12, 13, 14, 66, 71], seen: "EC25-AF, beyond 64 bits" },
    { mask: 0x1a0080800c5n, bands: [1, 3, 7, 8, 20, 28, 38, 40, 41], seen: "EC25-EUX" },
    {
      mask: 0x1e00b0e18dfn,
      bands: [1, 2, 3, 4, 5, 7, 8, 12, 13, 18, 19, 20, 25, 26, 28, 38, 39, 40, 41],
      seen: "EG25-G",
    },
    { mask: 0n, bands: [], seen: "no LTE at all" },
  ])("bit n-1 is band n: $seen", ({ mask, bands }) => {
    expect(lteBandsOf(mask)).toEqual(bands);
    expect(lteMaskOf(bands)).toBe(mask);
  });

  it("names each band once, ascending, whatever the list", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 88 })), (bands) => {
        expect(lteBandsOf(lteMaskOf(bands))).toEqual([...new Set(bands)].sort((a, b) => a - b));
      }),
    );
  });

  it("are said in words, and printed as the module prints them", () => {
    expect(describeMask(MASK_OF_A)).toBe("B2 B4 B12; WCDMA 1900, WCDMA 850, WCDMA 1700");
    expect(describeMask({ gw: 0n, lte: 0n })).toBe("no LTE band");
    expect(formatMask(MASK_OF_A)).toBe("0x260,0x80a");
    expect(formatMask({ gw: 0x260n, lte: 0x42000000000000381an })).toBe("0x260,0x42000000000000381a");
  });
});

describe("variantsWithSeenMask", () => {
  const names = (gw: bigint, lte: bigint) => variantsWithSeenMask({ gw, lte }, FACTS).map(({ name }) => name);

  it("names every variant that shares the mask", () => {
    expect(names(0x260n, 0x80an)).toEqual(["EC25-A"]);
    expect(names(0x260n, 0x42000000000000381an)).toEqual(["EC25-AF", "EC25-AFX"]);
  });

  it("compares both words: the same LTE bands with other 3G bands are nobody's", () => {
    expect(names(0x60n, 0x80an)).toEqual([]);
  });

  it("leaves out a mask that was only computed from a table", () => {
    expect(names(0xd3n, 0x1a0000800d5n)).toEqual([]);
  });
});

describe("couldHaveMask", () => {
  const EUX = { gw: 0x93n, lte: 0x1a0080800c5n };
  const EU: Variant = { ...variant("EC25-EUX"), name: "EC25-EU", factoryMask: null };
  const recorded = (standing: "seen" | "table" | "guess", gw: bigint): Variant => ({
    ...EU,
    lteBands: [],
    factoryMask: { gw, lte: EUX.lte, standing, source: "test" },
  });

  it.each([
    ["its own, seen", EUX, variant("EC25-EUX"), true],
    ["seen, with other 3G bands", { ...EUX, gw: 0x83n }, variant("EC25-EUX"), false],
    ["of a table", EUX, recorded("table", 0x93n), true],
    ["a guess", EUX, recorded("guess", 0x93n), true],
    ["a guess whose 3G word is not known", EUX, recorded("guess", 0xd3n), true],
    ["none recorded, and the LTE bands are those", EUX, EU, true],
    ["none recorded, and other bands", MASK_OF_A, EU, false],
    ["nothing is known of it", { gw: 0n, lte: 0n }, { ...EU, lteBands: [] }, false],
  ] as const)("%s", (_, mask, row, could) => {
    expect(couldHaveMask(mask, row)).toBe(could);
  });
});

describe("contradictsVariant", () => {
  it("needs both: a band the variant lacks, and one missing that it has", () => {
    expect(contradictsVariant(MASK_OF_A, variant("EC25-E"))).toBe(true);
    expect(contradictsVariant({ gw: 0n, lte: lteMaskOf([2, 4, 12, 13]) }, variant("EC25-A"))).toBe(false);
    expect(contradictsVariant({ gw: 0n, lte: lteMaskOf([2]) }, variant("EC25-A"))).toBe(false);
  });

  it("is never so for a locked module (a subset) nor for one with bands opened (a superset)", () => {
    const rows = [...FACTS.variants.values()];
    fc.assert(
      fc.property(fc.constantFrom(...rows), fc.bigInt({ min: 0n, max: 2n ** 72n }), (row, noise) => {
        const own = lteMaskOf(row.lteBands);
        expect(contradictsVariant({ gw: 0n, lte: own & noise }, row)).toBe(false);
        expect(contradictsVariant({ gw: 0n, lte: own | noise }, row)).toBe(false);
      }),
    );
  });

  it("is never so where the variant's own bands are a guess", () => {
    expect(contradictsVariant(MASK_OF_A, variant("EC25-V"))).toBe(false);
  });
});
