/** One thing an AT port said: a line, or a prompt that waits for input and has no line end. */
export type AtToken = { readonly kind: "line"; readonly text: string } | { readonly kind: "prompt" };

/** A line of an AT port is short; a longer one is noise (NMEA under a wrong baud rate, binary DIAG) and is dropped. */
const LINE_LIMIT = 4096;

/**
 * Chunks in, lines out, however the chunks are cut. CR, LF and any mix of them end a line, empty lines mean nothing,
 * and `> ` at the end of what arrived is a prompt.
 */
export class AtLineReader {
  #rest = "";

  push(bytes: Uint8Array): AtToken[] {
    this.#rest += latin1(bytes);
    const parts = this.#rest.split(/[\r\n]+/);
    const rest = parts.pop() ?? "";
    this.#rest = rest.length > LINE_LIMIT ? "" : rest;
    const tokens: AtToken[] = parts
      .filter((text) => text.trim() !== "")
      .map((text) => ({ kind: "line", text: text.trim() }));
    if (/^>\s?$/.test(this.#rest)) {
      this.#rest = "";
      tokens.push({ kind: "prompt" });
    }
    return tokens;
  }
}

/** Bytes as characters one to one, so that binary noise never throws. */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}

/** Characters as bytes; what is above 255 becomes `?`, since an AT port carries single bytes. */
export function toLatin1(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => {
    const code = char.charCodeAt(0);
    return code > 255 ? 0x3f : code;
  });
}
