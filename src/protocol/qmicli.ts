import type { Registration } from "../core/reading.js";

/** `Registration state` of a serving system, by its printed names; roaming is a value of its own beside it (libqmi 1.32). */
export const QMICLI_REGISTRATIONS: Readonly<Record<string, Registration>> = {
  registered: "home",
  "not-registered": "none",
  "not-registered-searching": "searching",
  "registration-denied": "denied",
};

/**
 * The values of one answer of qmicli by their names, as they stand on lines `Name: 'value'`; of a name that comes twice
 * the first. Empty for an answer without any, as an error is.
 */
export function qmicliValues(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split("\n")) {
    const { name, value } = /^\s*(?<name>[A-Za-z][\w /-]*): '(?<value>[^']*)'/.exec(line)?.groups ?? {};
    if (name !== undefined && value !== undefined && !values.has(name)) values.set(name, value);
  }
  return values;
}

/** `error: couldn't open the QmiDevice: ...`: why it failed, or null. */
export function qmicliError(text: string): string | null {
  return /^error: (?<why>.+)$/m.exec(text)?.groups?.["why"]?.trim() ?? null;
}
