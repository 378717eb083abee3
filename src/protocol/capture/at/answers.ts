import { bandOf, fieldsOf, functionalityOf, operatorOf, registrationOf, usbnetOf } from "../../at/values.js";
import { imeiObservations, type Observation } from "../observation.js";
import { isQuectelShape, revisionText } from "../revision-text.js";

type Answer = { readonly lines: readonly [string] };

/** Answers that name themselves, so they can be read without the command: terminals often run without echo. */
const NAMED: Readonly<Record<string, (answer: Answer, command: string) => readonly Observation[]>> = {
  "+CFUN": (answer) => number("cfun", functionalityOf(answer)),
  "+QCFG": (answer) => {
    const mask = bandOf(answer);
    return mask === null ? number("usbnet", usbnetOf(answer)) : [{ kind: "band", mask }];
  },
  "+CREG": (answer) => {
    const registration = registrationOf(answer, "+CREG");
    return registration === null ? [] : [{ kind: "registration", domain: "cs", registration }];
  },
  "+CEREG": (answer) => {
    const registration = registrationOf(answer, "+CEREG");
    return registration === null ? [] : [{ kind: "registration", domain: "eps", registration }];
  },
  // `+COPS: (2,"..."),(...)` is the list of AT+COPS=?, not what the module is registered to.
  "+COPS": (answer) =>
    /^\+COPS:\s*\d/.test(answer.lines[0]) ? [{ kind: "operator", name: operatorOf(answer) }] : [],
  "+CPIN": (answer) => {
    const text = fieldsOf(answer, "+CPIN")?.[0];
    return text !== undefined && /^[A-Z][A-Z0-9 -]*$/.test(text) ? [{ kind: "sim", text }] : [];
  },
  "+EGMR": (answer, command) => {
    const text = fieldsOf(answer, "+EGMR")?.[0] ?? "";
    if (command === "AT+EGMR=0,7") return text === "" ? [{ kind: "imei-empty" }] : imeiObservations(text);
    return command === "AT+EGMR=0,5" && text !== "" ? [{ kind: "serial", text }] : [];
  },
  "+CGSN": (answer) => imeiObservations(fieldsOf(answer, "+CGSN")?.[0] ?? ""),
  // Quectel answers these bare; gateways and some builds put the name before, and so do SIMCom's and Fibocom's modules.
  "+CGMI": (answer) => otherMake("maker", fieldsOf(answer, "+CGMI")?.[0]),
  "+CGMM": (answer) => otherMake("model", fieldsOf(answer, "+CGMM")?.[0]),
  "+CGMR": (answer) => [
    ...namedRevision(answer, "+CGMR"),
    ...otherMake("revision", fieldsOf(answer, "+CGMR")?.[0]),
  ],
  "+GMR": (answer) => namedRevision(answer, "+GMR"),
  "+QGMR": (answer) => namedRevision(answer, "+QGMR"),
};

/** The name of a line such as `+CFUN: 7`; null for a line that names nothing. */
export function nameOf(statement: string): string | null {
  return /^(?<name>\+[A-Z]+):/.exec(statement)?.groups?.["name"] ?? null;
}

/** What a line such as `+CREG: 0,1` says. A remark behind it (`(no SIM)`, `// offline`) is left out. */
export function readNamed(name: string, statement: string, command: string): readonly Observation[] {
  const remark = statement.search(/ (?:\(|#|\/\/|<-)/);
  const answer = (remark < 0 ? statement : statement.slice(0, remark)).trim();
  return NAMED[name]?.({ lines: [answer] }, command) ?? [];
}

/** What a bare line says as the answer to a command: now, only once an OK confirms it, or nothing (`null`: not an answer). */
export interface BareAnswer {
  readonly now: readonly Observation[];
  readonly onceConfirmed: readonly Observation[];
}

const NOTHING: BareAnswer = { now: [], onceConfirmed: [] };

/** Commands whose answer is a bare line, by the command without its parameters. */
const BARE: Readonly<Record<string, (line: string, command: string) => BareAnswer | null>> = {
  "AT+QGMR": readRevision,
  "AT+CGMR": readRevision,
  "AT+GMR": readRevision,
  "AT+CVERSION": (line, command) => {
    const version = /^VERSION:\s*(?<version>.*)$/.exec(line)?.groups?.["version"];
    return version === undefined ? NOTHING : readRevision(version, command);
  },
  ATI: readIdentity,
  "AT+CGSN": readImei,
  "AT+GSN": readImei,
  "AT+CGMI": (line) => ({ now: [], onceConfirmed: [{ kind: "maker", text: line }] }),
  "AT+GMI": (line) => ({ now: [], onceConfirmed: [{ kind: "maker", text: line }] }),
  "AT+CGMM": (line) => ({ now: [], onceConfirmed: [{ kind: "model", text: line }] }),
  "AT+GMM": (line) => ({ now: [], onceConfirmed: [{ kind: "model", text: line }] }),
  // Tables leave out the name of the answer that stands in the command beside it.
  "AT+QCFG": (line, command) => {
    if (command !== 'AT+QCFG="BAND"' || !line.startsWith("0x")) return null;
    return { now: readNamed("+QCFG", `+QCFG: "band",${line}`, command), onceConfirmed: [] };
  },
};

/** Null when this line cannot belong to the answer, which ends waiting for it. */
export function readBare(statement: string, command: string): BareAnswer | null {
  return BARE[headOf(command)]?.(statement, command) ?? null;
}

/** `AT+QGMR` of `AT+QGMR;+CFUN?`, `ATI` of `ATI0`, `AT+QCFG` of `AT+QCFG="band"`. */
export function headOf(command: string): string {
  return /^AT(?:[+&][A-Z]+|[A-Z])?/.exec(command)?.[0] ?? command;
}

export function hasManyLines(command: string): boolean {
  return ["ATI", "AT+CVERSION"].includes(headOf(command));
}

/** An OK to one of these without digits is an empty IMEI. Exact: `AT+CGSN=?` is answered by OK alone. */
export function asksImei(command: string): boolean {
  return ["AT+CGSN", "AT+CGSN=1", "AT+GSN", "AT+EGMR=0,7"].includes(command);
}

function namedRevision(answer: Answer, name: string): readonly Observation[] {
  const revision = revisionText(fieldsOf(answer, name)?.[0] ?? "");
  return revision?.shape === "quectel" ? [{ kind: "revision", text: revision.text, from: `AT${name}` }] : [];
}

function readRevision(line: string, command: string): BareAnswer | null {
  const revision = revisionText(line);
  if (revision === null) return null;
  const sighting: Observation = { kind: "revision", text: revision.text, from: headOf(command) };
  return revision.shape === "quectel"
    ? { now: [sighting], onceConfirmed: [] }
    : { now: [], onceConfirmed: [sighting] };
}

/** The lines of ATI: `Quectel`, `EC25`, `Revision: ...`; other makers put names before each (`Manufacturer: ...`). */
function readIdentity(line: string): BareAnswer | null {
  const whole = /^Quectel (?<model>[\w-]+) (?<revision>Revision:.*)$/.exec(line)?.groups;
  if (whole !== undefined) {
    const revision = readIdentity(whole["revision"] ?? "");
    if (revision === null) return null;
    const names: Observation[] = [
      { kind: "maker", text: "Quectel" },
      { kind: "model", text: whole["model"] ?? "" },
    ];
    return { ...revision, now: [...names, ...revision.now] };
  }
  const field = /^(?<name>[A-Z][A-Za-z ]{1,20}):\s*(?<value>.+)$/.exec(line)?.groups;
  const value = field?.["value"] ?? "";
  switch (field?.["name"]) {
    case "Revision":
      return readRevision(value, "ATI");
    case "Manufacturer":
      return { now: [], onceConfirmed: [{ kind: "maker", text: value }] };
    case "Model":
      return { now: [], onceConfirmed: [{ kind: "model", text: value }] };
    case "IMEI":
      return { now: [], onceConfirmed: imeiObservations(value.trim()) };
    case undefined:
      if (line === "Quectel") return { now: [{ kind: "maker", text: line }], onceConfirmed: [] };
      if (isQuectelShape(line)) return readRevision(line, "ATI");
      // `Quectel_Ltd`, `Baiwang`: a maker's name alone in its line.
      if (/^(?!ATI)[A-Z][A-Za-z_]{2,20}$/.test(line))
        return { now: [], onceConfirmed: [{ kind: "maker", text: line }] };
      return isModelName(line) ? { now: [{ kind: "model", text: line }], onceConfirmed: [] } : null;
    default:
      return NOTHING;
  }
}

/** `EC25`, `EC20F`, `RM520N-GL`, `BG95-M3`, `QDC507`, `Quectel_M66`. */
export function isModelName(line: string): boolean {
  return /^(?:Quectel_)?[A-Z]{1,4}\d{2,4}[A-Z]{0,2}(?:-[A-Z\d]{1,4})?$/.test(line);
}

function readImei(line: string): BareAnswer | null {
  return /^\d{14,16}$/.test(line) ? { now: imeiObservations(line), onceConfirmed: [] } : null;
}

function otherMake(kind: "maker" | "model" | "revision", text: string | undefined): readonly Observation[] {
  if (text === undefined || !/^\S{2,40}$/.test(text) || isQuectelShape(text)) return [];
  const said: Observation = kind === "revision" ? { kind, text, from: "AT+CGMR" } : { kind, text };
  return [
    said,
    ...(kind === "maker" ? [] : [{ kind: "stranger" as const, text: `a module that answers ${text}` }]),
  ];
}

function number(kind: "cfun" | "usbnet", value: number | null): readonly Observation[] {
  return value === null ? [] : [{ kind, value }];
}
