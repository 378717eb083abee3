import { fieldOf } from "./fields.js";
import { type LineReader, type Observation, subject } from "./observation.js";
import { ReportFields } from "./report-fields.js";
import { cellsOfRow } from "./table-cells.js";

/** Heads of tables of what should be, or of what is said of a firmware anywhere. */
const UNREAL = /expect|example|should|sample|target|requir|latest|minimum|affected|recommend|support/i;
/** A remark behind a value. */
const REMARK = /\s{1,8}\([^()]{0,120}\)$/;
const LENGTH_LIMIT = 1024;
/** Empty lines in a row that may be between rows. */
const BLANKS = 2;

/** A table of two columns, name and value, in Markdown or HTML: how notes and reports of one module are kept. */
export function reportTable(): LineReader {
  let rows = new ReportFields();
  let inside = false;
  let unreal = false;
  let number = 0;
  let blanks = 0;
  const end = (): readonly Observation[] => {
    const said =
      inside && !unreal && rows.has("revision") && rows.isReport()
        ? [
            subject(rows.placeKey() ?? `table:${number}`),
            ...rows.observations("table", ["version", "label"]),
            subject(null),
          ]
        : [];
    rows = new ReportFields();
    inside = false;
    unreal = false;
    number += 1;
    return said;
  };
  return (line) => {
    const cells = line.length > LENGTH_LIMIT ? null : cellsOfRow(line);
    blanks = line.trim() === "" ? blanks + 1 : 0;
    if (cells === null) return !inside || (blanks > 0 && blanks <= BLANKS) ? [] : end();
    if (!inside) unreal = cells.some((cell) => UNREAL.test(cell));
    inside = true;
    const [name = "", value = "", ...more] = cells;
    const field = more.length > 0 ? null : fieldOf(name);
    if (field !== null) rows.put(name, field, value.replace(REMARK, ""));
    return [];
  };
}
