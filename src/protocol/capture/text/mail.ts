/** What mail does to a text on its way (RFC 2045): quoted-printable, and parts in base64. */

const ENCODED = /(?:=[\dA-F]{2}){1,256}/g;
const SOFT_BREAK = /=[ \t]{0,8}\r?\n/g;
const DECLARED = /^content-transfer-encoding:[ \t]{0,8}quoted-printable/im;
const BASE64_PART = /^content-transfer-encoding:[ \t]{0,8}base64/i;
/** Header lines between the one that says base64 and the empty line before the part. */
const HEADERS_LIMIT = 32;

/**
 * Undoes both where the text shows that they were done. Quoted-printable without a header is known by an equals sign that
 * is written `=3D`: where it is not, `AT+CFUN=15` means what it says.
 */
export function fromMail(text: string): string {
  const whole = withPartsDecoded(text);
  const isQuoted =
    DECLARED.test(whole) || (whole.includes("=3D") && /=(?:20)?\r?\n|=[EC][\dA-F]=/.test(whole));
  return isQuoted ? whole.replace(SOFT_BREAK, "").replace(ENCODED, decoded) : whole;
}

function decoded(run: string): string {
  return utf8Of(Buffer.from(run.replaceAll("=", ""), "hex"));
}

function utf8Of(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // The sender's charset was another; what modules say is ASCII in all of them.
    return new TextDecoder("latin1").decode(bytes);
  }
}

function withPartsDecoded(text: string): string {
  if (!/base64/i.test(text)) return text;
  const lines = text.split("\n");
  const kept: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    kept.push(line);
    if (!BASE64_PART.test(line)) continue;
    const blank = lines.slice(at + 1, at + 1 + HEADERS_LIMIT).findIndex((one) => one.trim() === "");
    if (blank < 0) continue;
    const from = at + 2 + blank;
    let to = from;
    while (/^[A-Za-z\d+/]{2,}={0,2}\s*$/.test((lines[to] ?? "").slice(0, 200))) to += 1;
    if (to === from) continue;
    kept.push(...lines.slice(at + 1, from), textOf(lines.slice(from, to).join("")));
    at = to - 1;
  }
  return kept.join("\n");
}

/** The part as text; nothing for a picture. */
function textOf(base64: string): string {
  const bytes = Buffer.from(base64, "base64");
  return bytes.includes(0) ? "" : utf8Of(bytes);
}
