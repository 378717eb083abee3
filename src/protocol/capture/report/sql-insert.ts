import { fieldOf } from "./fields.js";
import type { LineReader, Observation } from "../observation.js";
import { ReportFields } from "./report-fields.js";

/** `INSERT INTO modems (imei, fw_version) VALUES ('...', '...'), (...)`: with the columns named, as dumps of few rows are. */
const INSERT = /\bINSERT INTO [`"\w.[\]]{1,80}\s{0,8}\((?<columns>[^()]{1,2000})\)\s{0,8}VALUES\b/i;
/** Tables of what there is to install. */
const CATALOGUE = /\bINSERT INTO \S{0,64}(?:release|firmware|package|target|catalog|update|history)/i;
const LENGTH_LIMIT = 16_384;

/** Rows that a dump or a migration writes into a table of modules; the rows may go on in the next lines. */
export function sqlInsert(): LineReader {
  let columns: readonly string[] = [];
  let row = 0;
  return (line) => {
    if (line.length > LENGTH_LIMIT) return [];
    const found = INSERT.exec(line);
    if (found === null && !/^\s{0,16}\(/.test(line)) columns = [];
    if (found !== null) {
      const names = (found.groups?.["columns"] ?? "").split(",");
      columns = CATALOGUE.test(line) ? [] : names.map((name) => name.replace(/[`"[\]\s]/g, ""));
    }
    if (!columns.some((name) => fieldOf(name) === "revision")) return [];
    const rows = rowsOf(found === null ? line : line.slice(found.index + found[0].length));
    return rows.flatMap((cells) => {
      row += 1;
      return cells.length === columns.length ? moduleOf(columns, cells, row) : [];
    });
  };
}

function moduleOf(columns: readonly string[], cells: readonly string[], row: number): readonly Observation[] {
  const fields = new ReportFields();
  for (const [at, name] of columns.entries()) {
    const cell = cells[at] ?? "";
    if (cell !== "" && cell !== "NULL") fields.putNamed(name, cell);
  }
  return fields.ofModule(`sql:${row}`, "SQL");
}

/** The values of each row in brackets; a quote is doubled or escaped inside of a text. */
function rowsOf(text: string): string[][] {
  const rows: string[][] = [];
  let cells: string[] | null = null;
  let cell = "";
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? "";
    if (quoted) {
      const isEscape = char === "\\" || (char === "'" && text[at + 1] === "'");
      if (isEscape) at += 1;
      if (char === "'" && !isEscape) quoted = false;
      else cell += isEscape ? (text[at] ?? "") : char;
    } else if (char === "'") quoted = true;
    else if (char === "(" && cells === null) cells = [];
    else if (cells !== null && (char === "," || char === ")")) {
      cells.push(cell.trim());
      cell = "";
      if (char === ")") {
        rows.push(cells);
        cells = null;
      }
    } else if (cells !== null) cell += char;
  }
  return rows;
}
