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
      if (field === null || text === null) continue;
      // A router's own firmware may stand before that of its modem.
      const better = field === "revision" && isQuectelShape(text) && !isQuectelShape(fields.get(field) ?? "");
      if (better || !fields.has(field)) fields.set(field, text);
    }
    // Any other `version` is anybody's; only fwupd's reader knows where it is a module's.
    const version = fields.get("version") ?? "";
    if (!fields.has("revision") && isQuectelShape(version)) fields.set("revision", version);
    if (!fields.has("revision") || !isReport(fields)) return null;
    const where = fields.get("place") ?? fields.get("host") ?? "";
    const key = portPathKey(where) ?? portKey(where) ?? place;
    return [
      subject(key),
      ...[...fields].flatMap(([field, text]) =>
        field === "version" ? [] : fieldObservations(field, text, "report"),
      ),
    ];
  };
}
