import type { Registration } from "../../../core/reading.js";
import { bandOf } from "../../at/values.js";
import { imeiObservations, type Observation } from "../observation.js";
import type { Field } from "./field-names.js";
import { isQuectelShape, revisionText } from "../revision-text.js";

export { type Field, fieldOf } from "./field-names.js";

const REGISTRATIONS: Readonly<Record<string, Registration>> = {
  home: "home",
  roaming: "roaming",
  searching: "searching",
  denied: "denied",
  idle: "none",
  none: "none",
};

/** Source code that will print a value, and values that somebody took out: `${modem.model}`, `%s`, `<snip>`. */
const TEMPLATE = /\$\{|\{\{|^%\w$|^\$\w+$|^<[^>]*>$/;

/** What a field's value says of the module; nothing for a value that is not of its kind. */
export function fieldObservations(field: Field, raw: string, from: string): readonly Observation[] {
  const value = raw.trim();
  if (value === "" || value === "--" || value.length > 200 || TEMPLATE.test(value)) return [];
  switch (field) {
    case "revision":
    case "version": {
      const revision = revisionText(value.replace(/^(?:Revision|VERSION):\s*/i, ""));
      return revision === null ? [] : [{ kind: "revision", text: revision.text, from }];
    }
    case "maker":
      return [{ kind: "maker", text: value }];
    case "model":
      return [{ kind: "model", text: value }];
    case "imei":
      return imeiObservations(value);
    case "serial":
      return /^\d{14,16}$/.test(value) ? imeiObservations(value) : [{ kind: "serial", text: value }];
    case "label":
      return [{ kind: "label", text: value }];
    case "cfun":
      return /^\d{1,2}$/.test(value) ? [{ kind: "cfun", value: Number(value) }] : [];
    case "band": {
      const mask = value.startsWith("0x") ? bandOf({ lines: [`+QCFG: "band",${value}`] }) : null;
      return mask === null ? [] : [{ kind: "band", mask }];
    }
    case "registration": {
      const registration = REGISTRATIONS[value.toLowerCase()];
      return registration === undefined ? [] : [{ kind: "registration", domain: "eps", registration }];
    }
    case "operator":
      return [{ kind: "operator", name: value }];
    case "host":
      return [{ kind: "host", text: value }];
    case "taken":
      return [{ kind: "taken", text: isoTime(value) }];
    case "place":
    case "live":
      return [];
  }
}

/** A time in seconds or milliseconds since 1970 as the text of a time; any other text as it is. */
function isoTime(text: string): string {
  if (!/^\d{10}(?:\d{3}|\.\d+)?$/.test(text)) return text;
  const ms = text.length === 13 && !text.includes(".") ? Number(text) : Number(text) * 1000;
  return new Date(ms).toISOString();
}

/**
 * Whether fields together are the report of a module that is there: a Quectel revision beside something that only a
 * module has (who it is, where it is, how it runs), or another make's beside its maker's name.
 */
export function isReport(fields: ReadonlyMap<Field, string>): boolean {
  const revision = (fields.get("revision") ?? fields.get("version") ?? "").replace(
    /^(?:Revision|VERSION):\s*/i,
    "",
  );
  const has = (...names: Field[]) => names.some((name) => fields.has(name));
  if (isQuectelShape(revision.split(/\s/)[0] ?? ""))
    return has("imei", "serial", "live", "place", "host") || (has("maker") && has("model"));
  return revisionText(revision) !== null && has("maker") && (has("model") || has("imei", "serial"));
}
