import type { LineReader, Observation } from "../observation.js";
import { ReportFields } from "./report-fields.js";

const SERIES = /(?<![\w:])[a-zA-Z_:][\w:]{0,120}\{/g;
const LABEL = /\s{0,16}([a-zA-Z_]\w{0,60})="((?:\\.|[^"\\]){0,300})",?/y;
/** A series that a mail wrapped goes on in this many lines at most. */
const WRAPPED_LINES = 6;
const LENGTH_LIMIT = 2048;

/** A Prometheus textfile: info metrics whose labels report a module, one series a module; several may stand in a line. */
export function prometheus(): LineReader {
  let begun = "";
  let left = 0;
  return (line) => {
    if (line.length > LENGTH_LIMIT) return [];
    const text = begun === "" ? line : `${begun} ${line.trim()}`;
    const starts =
      text.includes('="') || text.endsWith("{") ? [...text.matchAll(SERIES)].map(({ index }) => index) : [];
    const first = starts[0];
    if (first === undefined) return [];
    const isWhole = /\}\s{1,8}[-+\d.eENaIinf]{1,32}/.test(text.slice(starts.at(-1)));
    left = begun === "" ? WRAPPED_LINES : left - 1;
    begun = isWhole || left === 0 || text.length > LENGTH_LIMIT ? "" : text.slice(first);
    return isWhole ? starts.flatMap((from, at) => seriesOf(text.slice(from, starts[at + 1]))) : [];
  };
}

function seriesOf(text: string): readonly Observation[] {
  const fields = new ReportFields();
  LABEL.lastIndex = text.indexOf("{") + 1;
  for (let found = LABEL.exec(text); found !== null; found = LABEL.exec(text))
    fields.putNamed(found[1] ?? "", (found[2] ?? "").replace(/\\(.)/g, "$1"));
  const key =
    fields.get("imei") ??
    fields.get("serial") ??
    fields.get("place") ??
    fields.get("host") ??
    fields.get("revision") ??
    "";
  return fields.ofModule(`series:${key}`, "Prometheus");
}
