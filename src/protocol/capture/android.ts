import { fieldObservations } from "./fields.js";
import { withoutKernelLines } from "./kernel-line.js";
import type { LineReader, Observation } from "./observation.js";
import { isQuectelShape } from "./revision-text.js";

/** A list of `getprop`, a property asked for alone, and a line of a property file. */
const LISTED = /^\[gsm\.version\.baseband\d?\]: \[(?<value>[^\]]{1,200})\]$/;
const ASKED = /\bgetprop gsm\.version\.baseband\d?$/;
const ASSIGNED = /^gsm\.version\.baseband\d?\s?[=:]\s?(?<value>\S{1,200})$/;
/** What the radio interface layer answered to Android: `[0042]< BASEBAND_VERSION ...`, in the native log in braces. */
const ANSWERED = /\[\d{1,6}\]\s?< BASEBAND_VERSION \{?(?<value>[^\s{}]{1,100})/;
const LENGTH_LIMIT = 512;

/**
 * What Android says of the module behind its radio interface layer. A phone names its own baseband there, so only a
 * revision of Quectel's is one.
 */
export function android(): LineReader {
  let asked = false;
  return (line) => {
    const text = withoutKernelLines(line.slice(0, LENGTH_LIMIT)).trim();
    if (text === "") return [];
    const found = LISTED.exec(text) ?? ASSIGNED.exec(text) ?? ANSWERED.exec(text);
    const value = found?.groups?.["value"] ?? (asked ? text : "");
    asked = ASKED.test(text);
    return revisionOf(value);
  };
}

/** Two slots answer with two equal values in one property. */
function revisionOf(value: string): readonly Observation[] {
  const first = value.split(",")[0] ?? "";
  return isQuectelShape(first) ? fieldObservations("revision", first, "Android") : [];
}
