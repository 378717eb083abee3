import { qmiModeOf } from "../../mmcli.js";
import { ExampleWatch } from "../at/examples.js";
import { fieldObservations } from "../report/fields.js";
import { type LineReader, type Observation, subject } from "../observation.js";
import { modemKey, portKey, portPathKey } from "../place.js";
import { isQuectelShape } from "../revision-text.js";

/** Labels of `mmcli -m N` in its versions since 1.6, and the last parts of the keys of `mmcli -K`. */
const LABELS: Readonly<Record<string, (value: string) => readonly Observation[]>> = {
  manufacturer: (value) => fieldObservations("maker", value, "mmcli"),
  model: (value) => fieldObservations("model", value, "mmcli"),
  "firmware revision": revision,
  revision,
  "equipment id": (value) => fieldObservations("imei", value, "mmcli"),
  "equipment-identifier": (value) => fieldObservations("imei", value, "mmcli"),
  imei: (value) => fieldObservations("imei", value, "mmcli"),
  registration: (value) => fieldObservations("registration", value, "mmcli"),
  "registration-state": (value) => fieldObservations("registration", value, "mmcli"),
  "power state": power,
  "power-state": power,
  "operator name": (value) => fieldObservations("operator", value, "mmcli"),
  "operator-name": (value) => fieldObservations("operator", value, "mmcli"),
  device: (value) => alias(portPathKey(value)),
  physdev: (value) => alias(portPathKey(value)),
  "primary port": (value) => alias(portKey(value)),
  "primary-port": (value) => alias(portKey(value)),
};
const PATHS = ["path", "dbus path", "dbus-path"];

/** `BG95M3LAR02A03`, `EG916QGLLGR01A03M04`: revisions of modules on other chips. */
const WHOLE = /^[A-Z]{2}\d{2,3}[A-Z]\w*R\d\dA\d\d(?:M\d\d)?(?:_[\d.]+)?$/;

/** Lines that end with a label, or break inside a revision, go on in the next one. */
const LENGTH_LIMIT = 16_384;
const KEY_VALUE = /^modem\.(?:(?:generic|3gpp)\.)?(?<label>[\w-]{1,40})\s{0,80}:\s?(?<value>.*)$/;
/** What was asked, where the answer's path was cut off. */
const ASKED = /(?:^|[\s`])mmcli (?:-m|--modem[= ]) ?(?<modem>\d{1,5})`?$/;
/** A line of `mmcli -L`. */
const LISTED =
  /^(?:[-*]\s{1,40})?(?<path>\/org\/freedesktop\/ModemManager1\/Modem\/\d{1,5}) \[(?<maker>[^\]]{1,80})\]\s?(?<behind>.*)/;
/** Where a collapsed list goes on with the next prompt or the next command's table. */
const MODEL_END = /( {2,}| (?=[[>]|\S{0,64}[@#$]|-{8,}))/;
const PARTS = /\||-{8,}/;
const PAIR = /^(?<label>[a-z][a-z /-]{1,40}):(?<value>.*)$/;

/** `mmcli -m N` as text and with `-K`, several modems in one text, also with the line ends lost. */
export function mmcliText(): LineReader {
  const modems = new Modems();
  const examples = new ExampleWatch();
  return (line) => {
    if (line.length > LENGTH_LIMIT) return [];
    const trimmed = line.trim();
    const isExample = examples.isExample(line);
    const listed = LISTED.exec(trimmed)?.groups;
    const asked = ASKED.exec(trimmed)?.groups?.["modem"];
    if (asked !== undefined) return modems.field("path", `/Modem/${asked}`, true);
    if (listed !== undefined && isExample) return [];
    if (listed !== undefined) {
      const [model = "", ...behind] = (listed["behind"] ?? "").split(MODEL_END);
      const said = modems.listed(listed["path"] ?? "", listed["maker"] ?? "", model);
      const table = behind.join("").split(PARTS);
      return table.length === 1 ? said : [...said, ...table.flatMap((part) => modems.part(part.trim()))];
    }
    const keyed = KEY_VALUE.exec(trimmed)?.groups;
    if (keyed !== undefined) return modems.field(keyed["label"] ?? "", (keyed["value"] ?? "").trim(), true);
    if (!line.includes("|") && !modems.isWaiting) return modems.other();
    return trimmed.split(PARTS).flatMap((part) => modems.part(part.trim()));
  };
}

class Modems {
  #known = new Set<string>();
  #count = 0;
  #inside = false;
  #listed = 0;
  /** A label whose value is to come, or the first half of a revision. */
  #waiting: { readonly label: string; readonly begun: string } | null = null;

  get isWaiting(): boolean {
    return this.#waiting !== null;
  }

  /** That it is there is all a list says of a modem; of several none is the one that is told of next. */
  listed(path: string, maker: string, model: string): readonly Observation[] {
    const key = modemKey(path);
    if (key === null) return [];
    this.#waiting = null;
    const said: readonly Observation[] = [
      subject(key),
      { kind: "mode", mode: "normal", how: "mmcli -L" },
      ...fieldObservations("maker", maker, "mmcli"),
      ...fieldObservations("model", model, "mmcli"),
    ];
    this.#listed += 1;
    return this.#listed === 1 ? said : [...said, ...this.#next()];
  }

  part(part: string): readonly Observation[] {
    if (part === "Hardware" || part === "General") this.#inside = true;
    const pair = PAIR.exec(part)?.groups;
    if (pair !== undefined)
      return this.field(pair["label"] ?? "", (pair["value"] ?? "").trim(), this.#inside);
    return part === "" ? [] : this.#goOn(part);
  }

  /** A line of something else: what was begun ends there, and the labels are not mmcli's any more. */
  other(): readonly Observation[] {
    return this.#flush();
  }

  /** What was begun and did not go on: a revision of another grammar is as short. */
  #flush(): readonly Observation[] {
    const waiting = this.#waiting;
    this.#waiting = null;
    return waiting !== null && WHOLE.test(waiting.begun) ? revision(waiting.begun) : [];
  }

  field(label: string, raw: string, inside: boolean): readonly Observation[] {
    return [...this.#flush(), ...this.#field(label, raw, inside)];
  }

  #field(label: string, raw: string, inside: boolean): readonly Observation[] {
    // Versions before 1.8 put values in quotes.
    const value = raw.replace(/^'(.*)'$/, "$1");
    if (PATHS.includes(label)) {
      if (value === "") this.#waiting = { label, begun: "" };
      const key = modemKey(value);
      if (key === null) return [];
      this.#inside = true;
      this.#listed = 0;
      this.#known = new Set();
      return [subject(key)];
    }
    const read = LABELS[label];
    // What `grep` leaves of it still is mmcli's: nothing else calls it so.
    const isOwn = label === "firmware revision" && isQuectelShape(value);
    if (read === undefined || !(inside || isOwn)) return [];
    if (value === "" || (label.endsWith("revision") && isBegun(value))) {
      this.#waiting = { label, begun: value };
      return [];
    }
    const first = label === "manufacturer" && this.#known.has(label) ? this.#next() : [];
    this.#known.add(label);
    return [...first, ...read(value)];
  }

  #goOn(part: string): readonly Observation[] {
    const waiting = this.#waiting;
    if (waiting === null) return [];
    this.#waiting = null;
    return this.#field(waiting.label, waiting.begun + part, true);
  }

  /** Another modem whose path was cut off. */
  #next(): readonly Observation[] {
    this.#count += 1;
    this.#known = new Set();
    return [subject(`modem:unnamed-${this.#count}`)];
  }
}

function revision(value: string): readonly Observation[] {
  return fieldObservations("revision", value, "mmcli");
}

function power(value: string): readonly Observation[] {
  const text = qmiModeOf(value);
  return text === null ? [] : [{ kind: "qmi-mode", text }];
}

function isBegun(value: string): boolean {
  return (
    /^[A-Z]{2}\d{2,3}[A-Z]/.test(value) && value.length < 24 && !isQuectelShape(value.split(/\s/)[0] ?? "")
  );
}

function alias(key: string | null): readonly Observation[] {
  return key === null ? [] : [{ kind: "alias", key }];
}
