/**
 * Bits of the GW word of `AT+QCFG="band"` (domain.md 1.4) as bits of QmiDmsBandCapability and QmiNasBandPreference, which
 * are the same (libqmi, qmi-flags64-dms.h, qmi-flags64-nas.h). The LTE words need no table: bit n-1 is band n in both.
 */
const GW_BITS: readonly (readonly [gw: bigint, kind: "gsm" | "umts", qmi: readonly bigint[]])[] = [
  [0x1n, "gsm", [8n, 9n]],
  [0x2n, "gsm", [7n]],
  [0x4n, "gsm", [19n]],
  [0x8n, "gsm", [21n]],
  [0x10n, "umts", [22n]],
  [0x20n, "umts", [23n]],
  [0x40n, "umts", [26n]],
  [0x80n, "umts", [49n]],
  [0x100n, "umts", [27n]],
  [0x200n, "umts", [25n]],
];

/** The GSM and WCDMA bands as QMI numbers them. */
export function qmiBands(bandGw: bigint): bigint {
  return GW_BITS.filter(([gw]) => (bandGw & gw) !== 0n)
    .flatMap(([, , bits]) => bits)
    .reduce((mask, bit) => mask | (1n << bit), 0n);
}

/** Whether any band of that kind is in the word. */
export function hasBands(bandGw: bigint, kind: "gsm" | "umts"): boolean {
  return GW_BITS.some(([gw, its]) => its === kind && (bandGw & gw) !== 0n);
}

/** The LTE word cut to the 64 bits that a QMI mask has. */
export function lteBands(bandLte: bigint): bigint {
  return bandLte & 0xffff_ffff_ffff_ffffn;
}
