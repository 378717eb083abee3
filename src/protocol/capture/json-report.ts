import { type Field, fieldObservations, fieldOf, isReport } from "./fields.js";
import { isObject, type JsonReader, textOf } from "./json-format.js";
import { subject } from "./observation.js";
import { portKey, portPathKey } from "./place.js";
import { isQuectelShape } from "./revision-text.js";

/** Any object whose fields are the report of a module: what inventories, exporters and scripts write. */
export function jsonReport(): JsonReader {
  return (object, place) => {
    const fields = new Map<Field, string>();
    for (const [name, value] of Object.entries(object)) {
      const field = fieldOf(name);
      const text = isObject(value) ? null : textOf(object, name);
      if (field !== null && text !== null && !fields.has(field)) fields.set(field, text);
    }
    // `version` alone is anybody's, unless nothing else looks like it (ubus of Teltonika's routers).
    const isTold = fields.has("revision") || isQuectelShape(fields.get("version") ?? "");
    if (!isTold || !isReport(fields)) return null;
    const where = fields.get("place") ?? fields.get("host") ?? "";
    const key = portPathKey(where) ?? portKey(where) ?? place;
    return [
      subject(key),
      ...[...fields].flatMap(([field, text]) =>
        field === "version" && fields.has("revision") ? [] : fieldObservations(field, text, "report"),
      ),
    ];
  };
}
