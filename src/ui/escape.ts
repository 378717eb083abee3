import { maskIdentities } from "../core/mask.js";

/** C0 and C1 controls but the tab, line and paragraph separators, and what turns the direction of writing around. */
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Text from outside as it may be shown in a line: identities masked, control characters, ESC and line ends visible. */
export function shown(text: string): string {
  return maskIdentities(text).replace(CONTROL, (char) => {
    const hex = char.charCodeAt(0).toString(16);
    return hex.length > 2 ? `\\u${hex}` : `\\x${hex.padStart(2, "0")}`;
  });
}

/**
 * A value as JSON that may also meet a terminal: identities in its strings are masked, and control characters that JSON
 * leaves raw (0x9b alone starts an escape sequence) are written as `\u009b`.
 */
export function jsonText(value: unknown, indent?: number): string {
  const masked = (_key: string, item: unknown) => (typeof item === "string" ? maskIdentities(item) : item);
  const text = JSON.stringify(value, masked, indent);
  // What is left raw of line ends was put there by the indent.
  return text.replace(CONTROL, (char) =>
    char === "\n" ? char : `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
