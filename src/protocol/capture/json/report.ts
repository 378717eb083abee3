import { isObject, type JsonReader, type LooseObject, textOf } from "./format.js";
import { type Observation, subject } from "../observation.js";
import { portKey, portPathKey } from "../place.js";
import { ReportFields } from "../report/report-fields.js";

/** Any object whose fields are the report of a module: what inventories, exporters and scripts write. */
export function jsonReport(): JsonReader {
  return (object, place) => (isReportObject(object) ? reportOf(object, place) : null);
}

/** Whether an object by itself is the report of a module that is there. */
export function isReportObject(object: LooseObject): boolean {
  // fwupd's reader knows where the `version` of another make is a module's.
  return fieldsOf(object).isOfModule;
}

/** What an object says as the report of a module; `place` names it where it names no place of its own. */
export function reportOf(object: LooseObject, place: string): readonly Observation[] {
  const fields = fieldsOf(object);
  const host = fields.get("host") ?? "";
  const key = fields.placeKey() ?? portPathKey(host) ?? portKey(host) ?? place;
  return [subject(key), ...fields.observations("report", ["version"])];
}

function fieldsOf(object: LooseObject): ReportFields {
  const fields = new ReportFields();
  for (const [name, value] of Object.entries(object)) {
    const text = isObject(value) ? null : textOf(object, name);
    if (text !== null) fields.putNamed(name, text);
  }
  return fields;
}
