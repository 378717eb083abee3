import { isObject, type JsonReader } from "./format.js";
import { withSiblings } from "./siblings.js";
import { type Loose, looseValues } from "./loose-json.js";
import { isNotInstalled } from "../report/not-installed.js";
import type { Observation } from "../observation.js";

export interface FoundInJson {
  readonly offset: number;
  readonly said: readonly Observation[];
}

/** Every JSON value in a text, each object given to the readers from the outside in until one knows it. */
export function* readJson(text: string, readers: readonly JsonReader[]): Generator<FoundInJson> {
  if (!/["'{]/.test(text)) return;
  for (const { key, value, offset } of looseValues(text)) {
    if (key !== null && isNotInstalled(key)) continue;
    const said = readValue(value, `json:${offset}`, readers);
    if (said.length > 0) yield { offset, said };
  }
}

/** Loggers of containers keep a line that was JSON as a string of their own. */
function unpacked(value: Loose): Loose {
  if (typeof value !== "string" || !/^\s{0,16}\{/.test(value)) return value;
  const [found, ...more] = looseValues(value);
  return found !== undefined && more.length === 0 ? found.value : value;
}

function readValue(value: Loose, place: string, readers: readonly JsonReader[]): readonly Observation[] {
  if (Array.isArray(value))
    return withSiblings(
      value,
      value.map((item: Loose, at: number) => readValue(item, `${place}.${at}`, readers)),
      place,
    );
  if (!isObject(value)) return [];
  for (const read of readers) {
    const said = read(value, place);
    if (said !== null) return said;
  }
  return Object.entries(value).flatMap(([key, inner]) =>
    isNotInstalled(key) ? [] : readValue(unpacked(inner), `${place}.${key}`, readers),
  );
}
