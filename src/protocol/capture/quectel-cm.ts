import type { Registration } from "../../core/reading.js";
import type { LineReader, Observation } from "./observation.js";
import { revisionText } from "./revision-text.js";

/** Lines of quectel-CM that say something of the module (domain.md 5.1), each `[time] name rest`. */
const READERS: Readonly<Record<string, (rest: string, stamped: boolean) => readonly Observation[]>> = {
  requestBaseBandVersion: (rest, stamped) => {
    const revision = revisionText(rest);
    // Only a line of the log itself may name what is not of Quectel's shape; prose may mention the function's name.
    if (revision === null || !(stamped || revision.shape === "quectel")) return [];
    return [{ kind: "revision", text: revision.text, from: "quectel-CM" }];
  },
  requestGetSIMStatus: (rest) => {
    const status = /^SIMStatus:\s*SIM_(?<status>[A-Z_]+)$/.exec(rest)?.groups?.["status"];
    return status === undefined ? [] : [{ kind: "sim", text: status.replaceAll("_", " ") }];
  },
  requestRegistrationState2: (rest) => {
    const found = /^MCC:\s*(?<mcc>\d+),\s*MNC:\s*\d+,\s*PS:\s*(?<ps>\w+)/.exec(rest)?.groups;
    if (found === undefined) return [];
    // The log does not tell home from roaming; attached to a network with a country code is all it says.
    const attached = Number(found["mcc"]) !== 0 && found["ps"] === "Attached";
    const registration: Registration = attached ? "home" : "none";
    return [{ kind: "registration", domain: "qmi", registration }];
  },
};

const LOG_LINE = /^\s*(?<stamp>\[[\d:_-]+\]\s*)?(?<name>request[A-Za-z0-9]+)\s+(?<rest>.*)$/;

/** The log of Quectel's connection manager, in any of its versions. */
export function quectelCm(): LineReader {
  return (line) => {
    const found = LOG_LINE.exec(line)?.groups;
    const reader = READERS[found?.["name"] ?? ""];
    return reader?.((found?.["rest"] ?? "").trim(), found?.["stamp"] !== undefined) ?? [];
  };
}
