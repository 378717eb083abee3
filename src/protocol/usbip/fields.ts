/** Big-endian fields and closed texts, as USB/IP has them. */

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A text up to its zero byte. */
export function readText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return String.fromCharCode(...(end === -1 ? bytes : bytes.subarray(0, end)));
}

/** @throws RangeError when the text and its zero byte do not fit into `size` bytes */
export function writeText(target: Uint8Array, at: number, size: number, text: string): void {
  if (text.length >= size) throw new RangeError(`${text} is longer than ${size - 1} bytes`);
  for (let index = 0; index < text.length; index += 1) target[at + index] = text.charCodeAt(index) & 0xff;
}
