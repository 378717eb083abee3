import { isObject, type JsonReader } from "./json-format.js";
import { type Loose, looseValues } from "./loose-json.js";
import type { Observation } from "./observation.js";

/** What somebody wants, offers or remembers is no installed revision, however deep it lies. */
const NOT_INSTALLED =
  /expect|example|sample|target|want|desired|required|available|latest|release|update|upgrade|candidate|previous|catalog|package|default|history/i;

export interface FoundInJson {
  readonly offset: number;
  readonly said: readonly Observation[];
}

/** Every JSON value in a text, each object given to the readers from the outside in until one knows it. */
export function* readJson(text: string, readers: readonly JsonReader[]): Generator<FoundInJson> {
  if (!/["'{]/.test(text)) return;
  for (const { key, value, offset } of looseValues(text)) {
    if (key !== null && NOT_INSTALLED.test(key)) continue;
    const said = readValue(value, `json:${offset}`, readers);
    if (said.length > 0) yield { offset, said };
  }
}

function readValue(value: Loose, place: string, readers: readonly JsonReader[]): readonly Observation[] {
  if (Array.isArray(value))
    return value.flatMap((item: Loose, at: number) => readValue(item, `${place}.${at}`, readers));
  if (!isObject(value)) return [];
  for (const read of readers) {
    const said = read(value, place);
    if (said !== null) return said;
  }
  return Object.entries(value).flatMap(([key, inner]) =>
    NOT_INSTALLED.test(key) ? [] : readValue(inner, `${place}.${key}`, readers),
  );
}
