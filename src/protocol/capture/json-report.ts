import { fieldOf } from "./fields.js";
import { isObject, type JsonReader, textOf } from "./json-format.js";
import { subject } from "./observation.js";
import { portKey, portPathKey } from "./place.js";
import { ReportFields } from "./report-fields.js";

/** Any object whose fields are the report of a module: what inventories, exporters and scripts write. */
export function jsonReport(): JsonReader {
  return (object, place) => {
    const fields = new ReportFields();
    for (const [name, value] of Object.entries(object)) {
      const field = fieldOf(name);
      const text = isObject(value) ? null : textOf(object, name);
      if (field !== null && text !== null) fields.put(name, field, text);
    }
    // fwupd's reader knows where the `version` of another make is a module's.
    if (!fields.has("revision") || !fields.isReport()) return null;
    const host = fields.get("host") ?? "";
    const key = fields.placeKey() ?? portPathKey(host) ?? portKey(host) ?? place;
    return [subject(key), ...fields.observations("report", ["version"])];
  };
}
