import type { Role } from "../composition.js";

/** Class requests of the network functions a host makes when it takes them (CDC120, table 19; NCM 1.0, table 6-2; MBIM 1.0, table 8-3). */
const ECM = { setPacketFilter: 0x43 } as const;
const MBIM = {
  resetFunction: 0x05,
  getNtbParameters: 0x80,
  getNtbInputSize: 0x85,
  setNtbInputSize: 0x86,
} as const;

/** Transfer blocks of at most 16 KiB (f_mbim.c of Qualcomm's kernels has 16-bit blocks only; the size is expected). */
const NTB_BYTES = 16_384;

/** Length, 16-bit blocks, then for IN and for OUT: size, divisor, remainder, alignment; no limit of datagrams. */
const NTB_PARAMETERS = [
  28,
  0,
  1,
  0,
  ...long(NTB_BYTES),
  ...[4, 0, 0, 0, 4, 0, 0, 0],
  ...long(NTB_BYTES),
  ...[4, 0, 0, 0, 4, 0, 0, 0],
];

/** An IN request of a network function; null where it has none. */
export function networkIn(role: Role, request: number): Uint8Array | null {
  if (role !== "mbim") return null;
  if (request === MBIM.getNtbParameters) return Uint8Array.from(NTB_PARAMETERS);
  return request === MBIM.getNtbInputSize ? Uint8Array.from(long(NTB_BYTES)) : null;
}

/** Whether a network function takes an OUT request. No packet is carried, so there is nothing to set. */
export function networkTakes(role: Role, request: number): boolean {
  if (role === "ecm") return request === ECM.setPacketFilter;
  return role === "mbim" && (request === MBIM.resetFunction || request === MBIM.setNtbInputSize);
}

function long(value: number): number[] {
  return [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];
}
