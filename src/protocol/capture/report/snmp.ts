import { fieldOf } from "./fields.js";
import type { LineReader, Observation } from "../observation.js";
import { ReportFields } from "./report-fields.js";

/** `VENDOR-MIB::mImei.1 = STRING: ...`: one object of one row; a walk gives all rows of a column before the next column. */
const OBJECT =
  /^\s{0,64}[\w-]{1,64}::(?<name>[A-Za-z]\w{0,60})(?:\.(?<row>[\d.]{1,24}))? = (?:[A-Z][\w-]{1,24}: )?"?(?<value>[^"]{1,120}?)"?\s{0,8}$/;
/** Makers begin the names of a table alike: `mImei`, `mModel`. */
const PREFIX = /^[a-z]{1,16}(?=[A-Z])/;
const LENGTH_LIMIT = 512;
const ROWS_LIMIT = 256;
/** Lines of something else end a walk. */
const STRANGE_LIMIT = 2;

/** The output of snmpwalk with names of a MIB: what a management station reads of a router's modems. */
export function snmp(): LineReader {
  let rows = new Map<string, ReportFields>();
  let strange = 0;
  const end = (): readonly Observation[] => {
    const said = [...rows].flatMap(([row, fields]) => fields.ofModule(`snmp:${row}`, "SNMP"));
    rows = new Map();
    return said;
  };
  return (line) => {
    const found = line.length > LENGTH_LIMIT ? undefined : OBJECT.exec(line)?.groups;
    if (found === undefined) {
      strange += 1;
      return rows.size > 0 && strange > STRANGE_LIMIT ? end() : [];
    }
    strange = 0;
    const name = found["name"] ?? "";
    const field = fieldOf(name) ?? fieldOf(name.replace(PREFIX, ""));
    const row = found["row"] ?? "";
    const fields = rows.get(row) ?? new ReportFields();
    if (rows.size < ROWS_LIMIT) rows.set(row, fields);
    if (field !== null) fields.put(name, field, found["value"] ?? "");
    return [];
  };
}
