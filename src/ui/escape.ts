import { maskIdentities } from "../core/mask.js";

const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/g;

/** Safe for a terminal: control characters, ESC with them, become visible. */
function printable(text: string): string {
  return text.replace(CONTROL, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** Text from outside as it may be shown: identities masked, control characters visible. */
export function shown(text: string): string {
  return printable(maskIdentities(text));
}
