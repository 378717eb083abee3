import type { Registration } from "../../../core/reading.js";
import { QMICLI_REGISTRATIONS } from "../../qmicli.js";
import { fieldObservations } from "../report/fields.js";
import { withoutKernelLines } from "./kernel-line.js";
import { type LineReader, type Observation, subject } from "../observation.js";
import { portKey } from "../place.js";

/** How many lines behind its heading a value may stand: those of a serving system are the longest answer. */
const REACH_LINES = 24;
const LENGTH_LIMIT = 2048;

const SET_FAILED = /couldn't set operating mode: (?<why>QMI protocol error \(\d+\): '\w+')/;
/** Of an answer that `grep` cut, the command tells what it was. */
const ASKED = /\bqmicli\b.{0,200} --dms-get-(?<what>revision|ids|operating-mode)\b.{0,40}\| ?grep\b/;
const ASKED_TITLES: Readonly<Record<string, string>> = {
  revision: "Device revision retrieved",
  ids: "Device IDs retrieved",
  "operating-mode": "Operating mode retrieved",
};
/** `[/dev/cdc-wdm0] Operating mode retrieved:`; the port is left out by who quotes an answer. */
const HEADING =
  /(?:\[(?<port>\/dev\/[\w-]{1,32})\] )?(?<title>Operating mode retrieved|Device revision retrieved|Device revision ID retrieved|Device manufacturer retrieved|Device model identification retrieved|Device model ID retrieved|Device IDs retrieved|Successfully got serving system):/;
const VALUE = /(?:^|\s)(?<name>[A-Z][A-Za-z ]{1,30}):\s{0,8}'(?<value>[^']{0,200})'/g;

const revision = (value: string) => fieldObservations("revision", value, "qmicli");
const model = (value: string) => fieldObservations("model", value, "qmicli");

/** What each answer's values say, by its heading (domain.md 5.3, libqmi 1.32). */
const ANSWERS: Readonly<Record<string, Readonly<Record<string, (value: string) => readonly Observation[]>>>> =
  {
    "Operating mode retrieved": { Mode: (value) => [{ kind: "qmi-mode", text: value }] },
    "Device revision retrieved": { Revision: revision },
    "Device revision ID retrieved": { Revision: revision },
    "Device manufacturer retrieved": { Manufacturer: (value) => fieldObservations("maker", value, "qmicli") },
    "Device model identification retrieved": { Model: model },
    "Device model ID retrieved": { Model: model },
    "Device IDs retrieved": { IMEI: (value) => fieldObservations("imei", value, "qmicli") },
    "Successfully got serving system": {
      "Registration state": (value) => registered(QMICLI_REGISTRATIONS[value]),
      "Roaming status": (value) => (value === "on" ? registered("roaming") : []),
      Description: (value) => fieldObservations("operator", value, "qmicli"),
    },
  };

/** Answers of qmicli (domain.md 2.2, 5.3), each behind its heading, in lines of its own or collapsed into one. */
export function qmicli(): LineReader {
  let linesLeft = 0;
  let title = "";
  return (line) => {
    const text = line.slice(0, LENGTH_LIMIT);
    const failure = SET_FAILED.exec(text)?.groups?.["why"];
    if (failure !== undefined) return [{ kind: "cfun-error", text: failure }];
    if (withoutKernelLines(text) === "") return [];
    const asked = ASKED.exec(text)?.groups?.["what"];
    if (asked !== undefined) {
      title = ASKED_TITLES[asked] ?? "";
      linesLeft = REACH_LINES;
      return [];
    }
    const found: Observation[] = [];
    for (const part of text.split(/(?=\[\/dev\/)/)) {
      const heading = HEADING.exec(part);
      if (heading !== null) {
        title = heading.groups?.["title"] ?? "";
        linesLeft = REACH_LINES + 1;
        const port = portKey(heading.groups?.["port"] ?? "");
        if (port !== null) found.push(subject(port));
      }
      if (linesLeft === 0) continue;
      const rest = heading === null ? part : part.slice(heading.index + heading[0].length);
      if (rest.trim() !== "" && !VALUE_LINE.test(rest)) linesLeft = 0;
      else found.push(...valuesOf(rest, title));
    }
    linesLeft = Math.max(0, linesLeft - 1);
    return found;
  };
}

/** Names with quoted values, and the headings of groups of them; anything else ends an answer. */
const VALUE_LINE = /^\s*(?:[-*•] )?\s*(?:\[?[\w -]{1,40}\]?:\s*(?:'|$)|[A-Z][\w ]{1,40}:)/;

function valuesOf(text: string, title: string): readonly Observation[] {
  return [...text.matchAll(VALUE)].flatMap(
    ({ groups }) => ANSWERS[title]?.[groups?.["name"] ?? ""]?.(groups?.["value"] ?? "") ?? [],
  );
}

function registered(registration: Registration | undefined): readonly Observation[] {
  return registration === undefined ? [] : [{ kind: "registration", domain: "qmi", registration }];
}
