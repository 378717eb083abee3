import { fieldObservations } from "../report/fields.js";
import type { LineReader, Observation } from "../observation.js";
import { isQuectelShape } from "../revision-text.js";

/** A list of `getprop`, and a line of a property file. */
const LISTED = /^\[gsm\.version\.baseband\d?\]: \[(?<value>[^\]]{1,200})\]$/;
const ASSIGNED = /^gsm\.version\.baseband\d?\s?[=:]\s?(?<value>\S{1,200})$/;
/** What the radio interface layer answered to Android: `[0042]< BASEBAND_VERSION ...`, in the native log in braces. */
const ANSWERED = /\[\d{1,6}\]\s?< BASEBAND_VERSION \{?(?<value>[^\s{}]{1,100})/;
const LENGTH_LIMIT = 512;

/**
 * What Android says of the module behind its radio interface layer. A phone names its own baseband there, so only a
 * revision of Quectel's is one.
 */
export function android(): LineReader {
  return (line) => {
    const text = line.slice(0, LENGTH_LIMIT).trim();
    const found = LISTED.exec(text) ?? ASSIGNED.exec(text) ?? ANSWERED.exec(text);
    return revisionOf(found?.groups?.["value"] ?? "");
  };
}

/** Two slots answer with two equal values in one property. */
function revisionOf(value: string): readonly Observation[] {
  const first = value.split(",")[0] ?? "";
  return isQuectelShape(first) ? fieldObservations("revision", first, "Android") : [];
}
