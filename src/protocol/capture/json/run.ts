import { fieldObservations } from "../report/fields.js";
import { isObject, type JsonReader, type LooseObject, textOf } from "./format.js";
import { type Observation, subject } from "../observation.js";

/** Words of ecflash's own summaries (flow/finish.ts) and evidence (core/evidence.ts) that carry what the module said. */
const SAYS = /^(?:it reports|Before:|After:)\s{1,4}(?<revision>\S{1,80}?)(?:,.*)?$/;
const CFUN = /^CFUN is (?<value>\d)/;

/** ecflash's run log (`--log`, `--format ndjson` of flash): revisions before and after, and where the module is left. */
export function jsonRun(): JsonReader {
  return (object) => {
    const type = textOf(object, "type");
    if (type === null || textOf(object, "at") === null) return null;
    if (type === "mode") return modeOf(object);
    if (type !== "stage-end" && type !== "result") return [];
    const lines = [...words(object, "details"), ...words(object, "summary")];
    return lines.flatMap((line) => {
      const revision = SAYS.exec(line)?.groups?.["revision"];
      if (revision !== undefined) return fieldObservations("revision", revision, "ecflash run log");
      return fieldObservations("cfun", CFUN.exec(line)?.groups?.["value"] ?? "", "ecflash run log");
    });
  };
}

function modeOf(event: LooseObject): readonly Observation[] {
  const portPath = textOf(event, "portPath");
  const where = isObject(event["state"]) ? textOf(event["state"], "where") : null;
  if (portPath === null || (where !== "edl" && where !== "normal")) return [];
  return [subject(`path:${portPath}`), { kind: "mode", mode: where, how: "ecflash run log" }];
}

function words(object: LooseObject, key: string): readonly string[] {
  const value = object[key];
  return Array.isArray(value) ? value.filter((line) => typeof line === "string") : [];
}
