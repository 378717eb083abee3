import { type Field, fieldObservations, fieldOf } from "./fields.js";
import { type LineReader, type Observation, subject } from "../observation.js";
import { cellsOfRow } from "./table-cells.js";

const SEPARATORS = [",", ";", "\t"] as const;
const LENGTH_LIMIT = 16_384;
/** Columns beyond these are not looked at. */
const COLUMNS_LIMIT = 256;

const QUOTE = '"';

/** Between the columns of Markdown and of a database's client. */
const BAR = "|";
/** The line below the head of such a table. */
const RULE = /^\s{0,8}[|+:-][|+:\s-]{2,4096}$/;

/** The columns of a table that say something, by their place. */
export interface Columns {
  readonly separator: string;
  readonly fields: readonly (Field | null)[];
  readonly names: readonly string[];
}

/**
 * The columns that a head names, or null where it is none of a table of modules: there must be a revision, and a column
 * that only a module has. A list of packages has revisions, too.
 */
export function columnsOf(head: string): Columns | null {
  if (head.length > LENGTH_LIMIT) return null;
  for (const separator of SEPARATORS) {
    const names = cellsOf(head.trim(), separator);
    if (names.length < 2 || names.length > COLUMNS_LIMIT) continue;
    const fields = names.map((name) => fieldOf(name));
    if (areOfModules(fields)) return { separator, fields, names };
  }
  return null;
}

/** Whether fields together are those of a record of a module, whatever their values. */
export function areOfModules(fields: readonly (Field | null)[]): boolean {
  const has = (...wanted: Field[]) => wanted.some((field) => fields.includes(field));
  return has("revision") && has("imei", "serial", "place", "host", "label", "live");
}

/** The head of a file with one column; only the rows below it can tell that it is one. */
export function onlyColumnOf(head: string): Columns | null {
  const [name = "", ...others] = cellsOf(head.trim(), ",");
  return others.length === 0 && fieldOf(name) === "revision"
    ? { separator: ",", fields: ["revision"], names: [name] }
    : null;
}

/** The same of a table with bars. Notes list firmware by device that way, so that only what names a module by itself counts. */
function barredColumnsOf(head: string): Columns | null {
  if (head.length > LENGTH_LIMIT || !head.includes(BAR)) return null;
  const names = barredCells(head);
  const fields = names.map((name) => fieldOf(name));
  const isTable = fields.includes("revision") && (fields.includes("imei") || fields.includes("serial"));
  return isTable ? { separator: BAR, fields, names } : null;
}

function barredCells(line: string): string[] {
  return cellsOfRow(line) ?? cellsOfRow(`|${line}`) ?? [];
}

/** "columns: fw_rev as revision, IMEI as imei": what was detected, for the evidence. */
export function describeColumns(
  columns: readonly { readonly name: string; readonly field: Field }[],
): string {
  return `columns: ${columns.map(({ name, field }) => `${name} as ${field}`).join(", ")}`;
}

/** The cells of a row; quotes as in RFC 4180: one inside of a cell that did not begin with it is a letter (`5" screen`). */
export function cellsOf(row: string, separator: string): string[] {
  if (!row.includes(QUOTE)) return row.split(separator).map((cell) => cell.trim());
  return scanned(row, separator, false).cells;
}

/** Whether a line leaves a quote open, so that its row goes on in the next one; `wasOpen` by the line before it. */
export function isOpenRow(line: string, separator: string, wasOpen: boolean): boolean {
  return line.includes(QUOTE) ? scanned(line, separator, wasOpen).isOpen : wasOpen;
}

/** Whether lines together are a row of so many cells. A quote that ends amid of a cell is that of another row. */
export function isJoinedRow(lines: string, separator: string, columns: number): boolean {
  const { cells, isClean } = scanned(lines, separator, false);
  return isClean && cells.length === columns;
}

interface Scanned {
  readonly cells: string[];
  readonly isOpen: boolean;
  readonly isClean: boolean;
}

function scanned(row: string, separator: string, wasOpen: boolean): Scanned {
  const cells: string[] = [];
  let cell = "";
  let isOpen = wasOpen;
  let wasQuoted = wasOpen;
  let isClean = true;
  for (let at = 0; at < row.length; at += 1) {
    const char = row[at] ?? "";
    if (char === QUOTE && isOpen && row[at + 1] === QUOTE) {
      cell += QUOTE;
      at += 1;
    } else if (char === QUOTE && isOpen) {
      isOpen = false;
      const next = row[at + 1] ?? separator;
      if (next !== separator && next.trim() !== "") isClean = false;
    } else if (char === QUOTE && !wasQuoted && cell.trim() === "") {
      isOpen = true;
      wasQuoted = true;
    } else if (char === separator && !isOpen) {
      cells.push(cell.trim());
      cell = "";
      wasQuoted = false;
    } else cell += char;
  }
  cells.push(cell.trim());
  return { cells, isOpen, isClean };
}

/** A table of modules with a head line, wherever it stands in a text; it ends with a line of other cells. */
export function csv(): LineReader {
  let columns: Columns | null = null;
  let row = 0;
  return (line) => {
    const head = columnsOf(line) ?? barredColumnsOf(line);
    if (head !== null) {
      columns = head;
      return [];
    }
    if (columns === null || line.length > LENGTH_LIMIT || RULE.test(line)) return [];
    const cells = columns.separator === BAR ? barredCells(line) : cellsOf(line.trim(), columns.separator);
    if (cells.length !== columns.fields.length) {
      columns = null;
      return [];
    }
    row += 1;
    return rowOf(cells, columns, row);
  };
}

function rowOf(cells: readonly string[], columns: Columns, row: number): readonly Observation[] {
  const { fields, names } = columns;
  const read = fields.flatMap((field, at) => (field === null ? [] : [{ name: names[at] ?? "", field }]));
  const said: Observation[] = [
    subject(`row:${row}`),
    { kind: "circumstance", from: "table", says: describeColumns(read) },
  ];
  for (const [at, field] of fields.entries())
    if (field !== null && field !== "version")
      said.push(...fieldObservations(field, cells[at] ?? "", "table"));
  return said;
}
