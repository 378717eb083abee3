import type { BandMask, Facts, Variant } from "./facts.js";

/** GSM/WCDMA bits of `AT+QCFG="band"` (forums.quectel.com 28400, domain.md 1.4). */
const GW_BANDS: readonly (readonly [bigint, string])[] = [
  [0x1n, "GSM 900"],
  [0x2n, "GSM 1800"],
  [0x4n, "GSM 850"],
  [0x8n, "GSM 1900"],
  [0x10n, "WCDMA 2100"],
  [0x20n, "WCDMA 1900"],
  [0x40n, "WCDMA 850"],
  [0x80n, "WCDMA 900"],
  [0x100n, "WCDMA 800"],
  [0x200n, "WCDMA 1700"],
];

/** LTE band numbers of a mask, ascending. */
export function lteBandsOf(mask: bigint): number[] {
  const bands: number[] = [];
  for (let band = 1, rest = mask; rest > 0n; band += 1, rest >>= 1n) if (rest & 1n) bands.push(band);
  return bands;
}

/** The LTE mask of a list of band numbers. */
export function lteMaskOf(bands: readonly number[]): bigint {
  return bands.reduce((mask, band) => mask | (1n << BigInt(band - 1)), 0n);
}

/** `B2 B4 B12, WCDMA 1900 850`: a mask in words. */
export function describeMask(mask: BandMask): string {
  const lte = lteBandsOf(mask.lte).map((band) => `B${band}`);
  const gw = GW_BANDS.filter(([bit]) => (mask.gw & bit) !== 0n).map(([, name]) => name);
  return [lte.join(" ") || "no LTE band", gw.join(", ")].filter((part) => part !== "").join("; ");
}

export function formatMask(mask: BandMask): string {
  return `0x${mask.gw.toString(16)},0x${mask.lte.toString(16)}`;
}

export function sameMask(a: BandMask, b: BandMask): boolean {
  return a.gw === b.gw && a.lte === b.lte;
}

/** Variants whose factory mask was seen on a real unit and equals this mask in both words. Several share one (AF, AFX). */
export function variantsWithSeenMask(mask: BandMask, facts: Facts): Variant[] {
  return [...facts.variants.values()].filter(
    (variant) => variant.factoryMask?.standing === "seen" && sameMask(variant.factoryMask, mask),
  );
}

/**
 * Whether modules of this variant may come with this mask, for all that is known: by its own mask where one was seen, else
 * by the LTE word of whatever is recorded, a guess too. What it could have cannot speak against it (domain.md 2.3: AF, AFX
 * and AFXD share a mask, EU and EUX share one).
 */
export function couldHaveMask(mask: BandMask, { factoryMask, lteBands }: Variant): boolean {
  if (factoryMask?.standing === "seen") return sameMask(factoryMask, mask);
  return mask.lte !== 0n && mask.lte === (factoryMask?.lte ?? lteMaskOf(lteBands));
}

/** True when the mask names a band the variant does not have and lacks one it has. False where the variant's bands are a guess. */
export function contradictsVariant(mask: BandMask, variant: Variant): boolean {
  if (variant.standing === "guess" || variant.lteBands.length === 0) return false;
  const own = lteMaskOf(variant.lteBands);
  return (mask.lte & ~own) !== 0n && (own & ~mask.lte) !== 0n;
}
