import type { BandMask } from "../../core/facts.js";
import type { ImeiReading, Registration } from "../../core/reading.js";
import type { AtAnswer } from "./answer.js";

/** Answers of single commands as values. Each gives null when the answer does not say it; formats in domain.md, section 2. */

type Lines = Pick<AtAnswer, "lines">;

/** The fields behind `+NAME: `, quotes taken off, from the last line that has them. */
export function fieldsOf({ lines }: Lines, name: string): string[] | null {
  const line = lines.findLast((text) => text.startsWith(`${name}:`));
  if (line === undefined) return null;
  return splitFields(line.slice(name.length + 1));
}

/** Splits at commas outside quotes: `"LTE BAND 3",1275`. An empty field keeps its place. */
export function splitFields(text: string): string[] {
  const fields = [""];
  let quoted = false;
  for (const char of text) {
    if (char === '"') quoted = !quoted;
    else if (char === "," && !quoted) fields.push("");
    else fields.push((fields.pop() ?? "") + char);
  }
  return fields.map((field) => field.trim());
}

/** `AT+QGMR`, `AT+CGMR`: one bare line. A line with control or 8-bit characters is noise of the line, not a name. */
export function revisionOf(answer: Lines): string | null {
  return answer.lines.find((text) => /^[!-*,-~][ -~]*$/.test(text)) ?? null;
}

/** Maker, model and short revision of `ATI`. */
export function identityOf({ lines }: Lines): {
  maker: string | null;
  model: string | null;
  revision: string | null;
} {
  const at = lines.findIndex((text) => text.startsWith("Revision:"));
  const revision = at < 0 ? null : (lines[at] ?? "").slice("Revision:".length).trim();
  const names = (at < 0 ? lines : lines.slice(0, at)).filter((text) => !text.startsWith("+"));
  return {
    maker: names.at(-2) ?? names[0] ?? null,
    model: names.length > 1 ? (names.at(-1) ?? null) : null,
    revision,
  };
}

export function functionalityOf(answer: Lines): number | null {
  return wholeNumber(fieldsOf(answer, "+CFUN")?.[0]);
}

/** `+QCFG: "band",0x260,0x80a,0x0`. BigInt, since AF's LTE mask has 71 bits (domain.md 1.4). */
export function bandOf(answer: Lines): BandMask | null {
  const [name, gw, lte] = fieldsOf(answer, "+QCFG") ?? [];
  if (name !== "band") return null;
  const masks = [hex(gw), hex(lte)];
  return masks[0] == null || masks[1] == null ? null : { gw: masks[0], lte: masks[1] };
}

export function usbnetOf(answer: Lines): number | null {
  const [name, mode] = fieldsOf(answer, "+QCFG") ?? [];
  return name === "usbnet" ? wholeNumber(mode) : null;
}

const REGISTRATIONS: Readonly<Record<string, Registration>> = {
  "0": "none",
  "1": "home",
  "2": "searching",
  "3": "denied",
  "4": "unknown",
  "5": "roaming",
  // A cell for emergency calls only (3GPP 27.007): it carries no data.
  "8": "none",
};

/**
 * `+CREG: 0,1` and `+CEREG: 0,5`: the second field is the state. A URC of the same name (`+CREG: 2`, or with cell ids
 * `+CREG: 1,"1A2B",...`) has it in the first and is passed over.
 */
export function registrationOf({ lines }: Lines, name: "+CREG" | "+CEREG"): Registration | null {
  const answered = lines.flatMap((text) => fieldsOf({ lines: [text] }, name)?.[1] ?? []);
  const state = answered.findLast((field) => Object.hasOwn(REGISTRATIONS, field));
  return state === undefined ? null : (REGISTRATIONS[state] ?? null);
}

/** `+COPS: 0,0,"TW Mobile",7`; null when it names nobody (`+COPS: 0`). */
export function operatorOf(answer: Lines): string | null {
  return fieldsOf(answer, "+COPS")?.[2] || null;
}

export function simOf(answer: AtAnswer): string | null {
  if (answer.status === "ok") return fieldsOf(answer, "+CPIN")?.[0] || null;
  return answer.cme === null ? null : `CME ERROR ${answer.cme}`;
}

/** A bare line of 15 digits. An OK without digits, or all zeros, is an empty IMEI: EFS2 lost what it held. */
export function imeiOf(answer: AtAnswer): ImeiReading {
  if (answer.status !== "ok") return { kind: "unread" };
  const imei = answer.lines
    .map((text) => /^(?:\+[A-Z]+:\s*)?"?(?<digits>\d{14,16})"?$/.exec(text)?.groups?.["digits"])
    .find(Boolean);
  return imei === undefined || /^0+$/.test(imei) ? { kind: "empty", reads: 1 } : { kind: "present", imei };
}

export function serialOf(answer: Lines): string | null {
  return fieldsOf(answer, "+EGMR")?.[0] ?? null;
}

export interface PacketAddresses {
  readonly ipv4: string | null;
  readonly ipv6: string | null;
}

/** `+CGPADDR: 1,"10.187.7.8","42.1.4..."`: IPv6 comes as sixteen decimal bytes (CGPIAF off) or in colon form. */
export function addressesOf(answer: Lines): PacketAddresses {
  const found = (fieldsOf(answer, "+CGPADDR") ?? []).slice(1).flatMap((field) => field.split(","));
  const ipv4 = found.find((text) => text !== "0.0.0.0" && bytesOf(text, 4) !== null) ?? null;
  const ipv6 = found.map(ipv6Text).find((text) => text !== null) ?? null;
  return { ipv4, ipv6 };
}

/** Null for what is no address, and for the one of zeros, which stands for "none". */
function ipv6Text(field: string): string | null {
  if (/^[\da-f]*:[\da-f]*:[\da-f:.]*$/i.test(field)) return /[1-9a-f]/i.test(field) ? field : null;
  const bytes = bytesOf(field, 16);
  if (bytes === null || bytes.every((byte) => byte === 0)) return null;
  const words = Array.from({ length: 8 }, (_, at) =>
    ((bytes[2 * at] ?? 0) * 256 + (bytes[2 * at + 1] ?? 0)).toString(16),
  );
  return words.join(":");
}

/** `count` decimal bytes with dots between them. */
function bytesOf(text: string, count: number): number[] | null {
  const parts = text.split(".");
  const bytes = parts.map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 256));
  return bytes.length === count && bytes.every((byte) => byte <= 255) ? bytes : null;
}

export interface PingSummary {
  readonly sent: number;
  readonly received: number;
}

/** Result of `AT+QPING` from its URCs: the summary line, or the error code when it failed. Null while it still runs. */
export function pingResultOf(line: string): PingSummary | { readonly error: number } | null {
  if (!line.startsWith("+QPING:")) return null;
  const fields = splitFields(line.slice("+QPING:".length));
  const result = wholeNumber(fields[0]);
  if (result === null) return null;
  if (result !== 0) return { error: result };
  const [, sent, received] = fields.map(wholeNumber);
  return fields.length >= 7 && sent != null && received != null ? { sent, received } : null;
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function hex(text: string | undefined): bigint | null {
  const digits = /^(?:0x)?(?<digits>[0-9a-f]+)$/i.exec(text ?? "")?.groups?.["digits"];
  return digits === undefined ? null : BigInt(`0x${digits}`);
}
