/** HDLC framing as the DIAG port uses it: CRC-16/X-25, low byte first, 0x7e ends, 0x7d escapes (domain.md 4.1). */

const END = 0x7e;
const ESCAPE = 0x7d;
const ESCAPE_XOR = 0x20;
const CRC_POLYNOMIAL = 0x8408;

/** CRC-16/X-25 over bytes. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ CRC_POLYNOMIAL : crc >>> 1;
  }
  return crc ^ 0xffff;
}

/** A payload with its CRC, escaped, with the closing flag. */
export function encodeFrame(payload: Uint8Array): Uint8Array {
  const crc = crc16(payload);
  const out: number[] = [];
  for (const byte of [...payload, crc & 0xff, crc >>> 8]) {
    if (byte === END || byte === ESCAPE) out.push(ESCAPE, byte ^ ESCAPE_XOR);
    else out.push(byte);
  }
  return Uint8Array.from([...out, END]);
}

export type Frame =
  | { readonly kind: "frame"; readonly payload: Uint8Array }
  /** Bytes between two flags whose CRC is wrong: half a frame, or log noise. */
  | { readonly kind: "junk"; readonly bytes: Uint8Array };

/** DIAG log packets are below 4 KiB; a longer run without a flag is not a frame. */
const FRAME_LIMIT = 16384;

/** Chunks in, frames out, however the chunks are cut. */
export class FrameReader {
  #rest: number[] = [];
  #escaped = false;

  push(bytes: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    for (const byte of bytes) {
      if (byte === END) {
        if (this.#rest.length > 0) frames.push(closed(this.#rest));
        this.#rest = [];
        this.#escaped = false;
      } else if (byte === ESCAPE) {
        this.#escaped = true;
      } else if (this.#rest.length < FRAME_LIMIT) {
        this.#rest.push(this.#escaped ? byte ^ ESCAPE_XOR : byte);
        this.#escaped = false;
      }
    }
    return frames;
  }
}

function closed(bytes: number[]): Frame {
  const payload = Uint8Array.from(bytes.slice(0, -2));
  const crc = (bytes.at(-2) ?? 0) | ((bytes.at(-1) ?? 0) << 8);
  if (payload.length > 0 && crc16(payload) === crc) return { kind: "frame", payload };
  return { kind: "junk", bytes: Uint8Array.from(bytes) };
}
