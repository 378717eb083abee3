/** One thing an AT port said: a line, or a prompt that waits for input and has no line end. */
export type AtToken = { readonly kind: "line"; readonly text: string } | { readonly kind: "prompt" };

/** A line of an AT port is short; a longer one is noise (NMEA under a wrong baud rate, binary DIAG) and is dropped whole. */
const LINE_LIMIT = 4096;

/**
 * Chunks in, lines out, however the chunks are cut. CR, LF and any mix of them end a line, empty lines mean nothing,
 * and `>` at the start of a line is a prompt, since what follows it is no answer of the module.
 */
export class AtLineReader {
  #rest = "";
  /** Inside a line that is too long: its tail must not pass for a line of its own. */
  #overlong = false;

  push(bytes: Uint8Array): AtToken[] {
    const parts = (this.#rest + latin1(bytes)).split(/[\r\n]/);
    this.#rest = parts.pop() ?? "";
    const tokens: AtToken[] = [];
    for (const part of parts) {
      const text = this.#overlong || part.length > LINE_LIMIT ? "" : takePrompts(part, tokens).trim();
      this.#overlong = false;
      if (text !== "") tokens.push({ kind: "line", text });
    }
    this.#overlong ||= this.#rest.length > LINE_LIMIT;
    this.#rest = this.#overlong ? "" : takePrompts(this.#rest, tokens);
    return tokens;
  }
}

/** What is left of a line once the prompts it starts with are taken off. */
function takePrompts(line: string, tokens: AtToken[]): string {
  let text = line;
  while (/^\s*>/.test(text)) {
    tokens.push({ kind: "prompt" });
    text = text.replace(/^\s*>/, "");
  }
  return text;
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
