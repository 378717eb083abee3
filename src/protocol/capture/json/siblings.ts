import { fieldOf } from "../report/fields.js";
import { isObject, type LooseObject, textOf } from "./format.js";
import { isReportObject, reportOf } from "./report.js";
import type { Loose } from "./loose-json.js";
import type { Observation } from "../observation.js";
import { isQuectelShape } from "../revision-text.js";

/**
 * What an array says, by what each of its items said: one that said nothing is a record, too, where it stands among records of
 * modules and is like them. Alone it could be a package; here it is a module that told less, and must not be lost.
 */
export function withSiblings(
  items: readonly Loose[],
  said: readonly (readonly Observation[])[],
  place: string,
): readonly Observation[] {
  if (said.every((one) => one.length > 0)) return said.flat();
  const records = items.filter(isObject).filter(isReportObject);
  if (records.length === 0) return said.flat();
  const shapes = new Set(records.map(shapeOf));
  const names = new Set(records.flatMap((record) => Object.keys(record).filter(isRevision)));
  return items.flatMap((item, at) => {
    const own = said[at] ?? [];
    if (own.length > 0 || !isObject(item)) return own;
    return shapes.has(shapeOf(item)) || hasRevision(item, names)
      ? [...reportOf(item, `${place}.${at}`), { kind: "record" }]
      : [];
  });
}

/** Names and nothing else: equal for items that one program wrote of things of one kind. */
function shapeOf(object: LooseObject): string {
  return Object.keys(object).sort().join("\n");
}

function isRevision(name: string): boolean {
  return fieldOf(name) === "revision";
}

/** A revision by the name the records have it by: none, or one of Quectel's. Any other may be that of another device. */
function hasRevision(object: LooseObject, names: ReadonlySet<string>): boolean {
  return Object.keys(object).some((name) => {
    if (!names.has(name)) return false;
    const text = textOf(object, name)?.trim() ?? "";
    return text === "" ? !isObject(object[name]) : isQuectelShape(text);
  });
}
