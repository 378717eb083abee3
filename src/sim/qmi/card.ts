import type { QmiState } from "./state.js";

/**
 * The card in the virtual slot. Its numbers are nobody's: the country code 00 of the ICCID is not assigned, and the IMSI
 * is of country 000.
 */
export const ICCID = "89000000000000000000";
export const IMSI = "000000000000018";

/** What reading a file comes to: its bytes, or the card's status words (ETSI TS 102 221, 10.2.1). */
export type CardRead =
  | { readonly kind: "bytes"; readonly bytes: readonly number[] }
  | { readonly kind: "missing" }
  | { readonly kind: "locked" };

interface CardFile {
  readonly bytes: readonly number[];
  readonly needsPin: boolean;
}

/** Elementary files by id (3GPP TS 31.102, 4.2; the ICCID is ETSI TS 102 221, 13.2). */
function fileOf(id: number, { plmn, operator }: QmiState): CardFile | null {
  switch (id) {
    case 0x2fe2:
      return { bytes: ICCID_BYTES, needsPin: false };
    case 0x6f07:
      return { bytes: imsiBytes(IMSI), needsPin: true };
    // Administrative data: normal operation, and how many digits a network code has.
    case 0x6fad:
      return { bytes: [0x00, 0x00, 0x00, plmn.length === 6 ? 3 : 2], needsPin: false };
    // Service provider name: shown always, sixteen characters filled with 0xff.
    case 0x6f46:
      return { bytes: [0x01, ...padded(operator, 16)], needsPin: false };
    default:
      return null;
  }
}

/** A transparent file of the card; group identifiers (6f3e, 6f3f) and all others are not on it. */
export function readCard(id: number, state: QmiState): CardRead {
  const file = fileOf(id, state);
  if (file === null) return { kind: "missing" };
  if (file.needsPin && state.sim !== "ready") return { kind: "locked" };
  return { kind: "bytes", bytes: file.bytes };
}

/** Digits two in a byte, the first in the low half; an odd end is filled with f. */
function swapped(digits: string): number[] {
  const even = digits.length % 2 === 0 ? digits : `${digits}f`;
  return Array.from({ length: even.length / 2 }, (_, index) =>
    Number.parseInt(`${even[2 * index + 1] ?? "f"}${even[2 * index] ?? "f"}`, 16),
  );
}

export const ICCID_BYTES: readonly number[] = swapped(ICCID);

/** Length, then the digits behind a half byte that says IMSI and odd. */
function imsiBytes(imsi: string): number[] {
  const body = swapped(`9${imsi}`);
  return [body.length, ...body];
}

function padded(value: string, size: number): number[] {
  const bytes = Array.from(value.slice(0, size), (char) => char.charCodeAt(0) & 0x7f);
  return [...bytes, ...new Array<number>(size - bytes.length).fill(0xff)];
}
