/**
 * The text of a file whoever wrote it: UTF-8, UTF-16 of either order with or without a mark (what PowerShell writes), else
 * Latin-1, in which every byte is something. Null for what is no text: other files hold zero bytes.
 */
export function decodeText(bytes: Uint8Array): string | null {
  const utf16 = utf16Of(bytes);
  if (utf16 !== null) return new TextDecoder(utf16).decode(bytes);
  if (bytes.includes(0) && !isText(bytes)) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // Bytes that are no UTF-8 are a terminal's old 8-bit characters; what modules say is ASCII in both.
    return new TextDecoder("latin1").decode(bytes);
  }
}

/** How much of the beginning tells the encoding. */
const PROBE_BYTES = 4096;
/** ASCII in UTF-16 has a zero in every second byte; some foreign letters among it are usual. */
const ZERO_SHARE = 0.4;
/** A serial line's noise may hold a few zero bytes; files that are no text hold many. */
const NOISE_SHARE = 0.02;

export type Utf16 = "utf-16le" | "utf-16be";

/** The order of UTF-16 that a text begins in, by its mark or by the zeros of its ASCII; null for any other encoding. */
export function utf16Of(bytes: Uint8Array): Utf16 | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const probe = bytes.subarray(0, PROBE_BYTES);
  if (probe.length < 4) return null;
  const zeros = [0, 0];
  for (const [at, byte] of probe.entries()) if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros.map((count) => count / (probe.length / 2));
  if (odd > ZERO_SHARE && even < odd / 2) return "utf-16le";
  if (even > ZERO_SHARE && odd < even / 2) return "utf-16be";
  return null;
}

function isText(bytes: Uint8Array): boolean {
  const probe = bytes.subarray(0, PROBE_BYTES);
  return probe.filter((byte) => byte === 0).length <= probe.length * NOISE_SHARE;
}
