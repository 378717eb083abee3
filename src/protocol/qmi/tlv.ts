import { QMI_ERROR, type QmiErrorName } from "./errors.js";

/** One type-length-value of a QMI message. Numbers inside are little-endian. */
export interface Tlv {
  readonly type: number;
  readonly value: Uint8Array;
}

/** Bytes of one field; a value is its fields in order. */
export type Field = readonly number[];

const MAX_VALUE_BYTES = 0xffff;
const RESULT = 0x02;

/** @throws RangeError for a type that is no byte, or a value longer than its length field can say */
export function tlv(type: number, ...fields: readonly Field[]): Tlv {
  const value = Uint8Array.from(fields.flat());
  if (value.length > MAX_VALUE_BYTES) throw new RangeError(`a TLV cannot hold ${value.length} bytes`);
  return { type: u8(type)[0] ?? 0, value };
}

export const u8 = (value: number): Field => unsigned(value, 1);
export const u16 = (value: number): Field => unsigned(value, 2);
export const u32 = (value: number): Field => unsigned(value, 4);
export const i8 = (value: number): Field => signed(value, 1);
export const i16 = (value: number): Field => signed(value, 2);

/** @throws RangeError when it does not fit 64 bits */
export function u64(value: bigint): Field {
  if (value < 0n || value > 0xffff_ffff_ffff_ffffn) throw new RangeError(`${value} does not fit 8 bytes`);
  return Array.from({ length: 8 }, (_, index) => Number((value >> BigInt(8 * index)) & 0xffn));
}

/** A text that fills its TLV: no length before it, no zero behind it. @throws RangeError beyond Latin-1 */
export function text(value: string): Field {
  return Array.from(value, (char) => u8(char.charCodeAt(0))[0] ?? 0);
}

/** A text inside a sequence, with its length in a byte before it. @throws RangeError when it is too long for that */
export function shortText(value: string): Field {
  return list(u8, text(value).map(u8));
}

/** An array: how many, as `count` writes it, then the elements. */
export function list(count: (value: number) => Field, elements: readonly Field[]): Field {
  return [...count(elements.length), ...elements.flat()];
}

function unsigned(value: number, bytes: number): Field {
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** (8 * bytes))
    throw new RangeError(`${value} does not fit ${bytes} unsigned bytes`);
  return Array.from({ length: bytes }, (_, index) => Math.floor(value / 2 ** (8 * index)) % 256);
}

function signed(value: number, bytes: number): Field {
  const half = 2 ** (8 * bytes - 1);
  if (!(value >= -half && value < half)) throw new RangeError(`${value} does not fit ${bytes} signed bytes`);
  return unsigned(value < 0 ? value + 2 * half : value, bytes);
}

/** The result TLV that every response carries: success or failure, then the error. */
export function resultTlv(error: QmiErrorName): Tlv {
  return tlv(RESULT, u16(error === "None" ? 0 : 1), u16(QMI_ERROR[error]));
}

/** The error number of a response; 0 is success, null when there is no readable result. */
export function resultOf(tlvs: readonly Tlv[]): number | null {
  return readTlv(tlvs, RESULT, (value) => {
    const failed = value.u16() !== 0;
    const code = value.u16();
    return failed ? code : 0;
  });
}

/** Runs off the end of a value; never leaves this file. */
class TooShort extends Error {}

/** Fields of a value, taken in order. */
export class ValueReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  u8(): number {
    return this.#number(1);
  }

  u16(): number {
    return this.#number(2);
  }

  u32(): number {
    return this.#number(4);
  }

  i8(): number {
    const value = this.#number(1);
    return value >= 0x80 ? value - 0x100 : value;
  }

  i16(): number {
    const value = this.#number(2);
    return value >= 0x8000 ? value - 0x10000 : value;
  }

  u64(): bigint {
    return BigInt(this.u32()) | (BigInt(this.u32()) << 32n);
  }

  bytes(length: number): Uint8Array {
    if (this.#at + length > this.#bytes.length) throw new TooShort();
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** A text of `length` bytes, by default all that is left. */
  text(length = this.#bytes.length - this.#at): string {
    return Array.from(this.bytes(length), (byte) => String.fromCharCode(byte)).join("");
  }

  shortText(): string {
    return this.text(this.u8());
  }

  #number(length: number): number {
    return this.bytes(length).reduceRight((sum, byte) => sum * 256 + byte, 0);
  }
}

/** What `read` makes of the TLV of that type; null when it is absent or too short. Bytes behind the last field are left alone. */
export function readTlv<T>(tlvs: readonly Tlv[], type: number, read: (value: ValueReader) => T): T | null {
  const found = tlvs.find((candidate) => candidate.type === type);
  if (found === undefined) return null;
  try {
    return read(new ValueReader(found.value));
  } catch (error) {
    if (error instanceof TooShort) return null;
    throw error;
  }
}
