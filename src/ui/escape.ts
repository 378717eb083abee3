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

/** As `shown`, for a place where a tab has a meaning too. */
export function oneLine(text: string): string {
  return shown(text).replaceAll("\t", "\\x09");
}

/** Text for XML content and attributes. What XML 1.0 has no way to write (lone surrogates, U+FFFE) is replaced. */
export function xmlText(text: string): string {
  return oneLine(text)
    .replace(/[\p{Surrogate}\ufffe\uffff]/gu, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&apos;");
}

/**
 * A cell of RFC 4180. A spreadsheet takes a text that begins with one of `= + - @`, tab or CR for a formula; an
 * apostrophe before it makes it text (OWASP, CSV injection). One that has apostrophes there gets one more, so that who
 * takes one off has the text again.
 */
export function csvCell(text: string): string {
  const safe = /^'*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  const line = oneLine(safe);
  return /[",]/.test(line) ? `"${line.replaceAll('"', '""')}"` : line;
}

/** The message of a workflow command (docs.github.com, workflow commands). */
export function commandData(text: string): string {
  return oneLine(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** A property of a workflow command, where `:` and `,` end it. */
export function commandProperty(text: string): string {
  return commandData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

/** The value of a label in the text format of Prometheus, without its quotes. */
export function labelValue(text: string): string {
  return oneLine(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"');
}

/** A path as a URI reference, as SARIF wants it. */
export function uriOf(path: string): string {
  const safe = maskIdentities(path).replace(/\p{Surrogate}/gu, "\ufffd");
  const encoded = safe.split("/").map(encodeURIComponent).join("/");
  return encoded.startsWith("/") ? `file://${encoded}` : encoded;
}
