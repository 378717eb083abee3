import { fieldObservations } from "../report/fields.js";
import { isObject, type JsonReader, type LooseObject, objectsOf, textOf } from "./format.js";
import { type Observation, subject } from "../observation.js";
import { portPathKey } from "../place.js";

/** ecflash's own `check --format json` and `ndjson`: what the module claimed and showed, and what it was declared to be. */
export function jsonCheck(): JsonReader {
  return (object, place) => {
    const schema = textOf(object, "schema");
    if (schema === "ecflash.check/1")
      return objectsOf(object, "modules").flatMap((module, at) => read(module, `${place}.${at}`));
    if (schema !== "ecflash.check.record/1") return null;
    return textOf(object, "kind") === "module" ? read(object, place) : [];
  };
}

function read(module: LooseObject, place: string): readonly Observation[] {
  const { claimed, declared, shown } = module;
  const said: Observation[] = [subject(portPathKey(textOf(module, "source") ?? "") ?? place)];
  if (isObject(shown)) said.push(...shownOf(shown));
  if (isObject(claimed))
    said.push(...fieldObservations("revision", textOf(claimed, "revision") ?? "", "ecflash check"));
  if (isObject(declared))
    said.push(...fieldObservations("label", textOf(declared, "text") ?? "", "ecflash check"));
  return said;
}

function shownOf(shown: LooseObject): readonly Observation[] {
  const mode = textOf(shown, "mode");
  const mask = shown["bandMask"];
  const bits = isObject(mask) ? `${textOf(mask, "gw") ?? ""},${textOf(mask, "lte") ?? ""}` : "";
  const modes: readonly Observation[] =
    mode === "normal" || mode === "edl" || mode === "dump" || mode === "fastboot"
      ? [{ kind: "mode", mode, how: "ecflash check" }]
      : [];
  return [
    ...modes,
    ...fieldObservations("maker", textOf(shown, "maker") ?? "", "ecflash check"),
    ...fieldObservations("model", textOf(shown, "model") ?? "", "ecflash check"),
    ...fieldObservations("cfun", textOf(shown, "cfun") ?? "", "ecflash check"),
    ...fieldObservations("band", bits, "ecflash check"),
    ...fieldObservations("registration", textOf(shown, "registration") ?? "", "ecflash check"),
    ...fieldObservations("operator", textOf(shown, "operator") ?? "", "ecflash check"),
  ];
}
