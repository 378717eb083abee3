import { type ModuleReading, UNREAD } from "../../../core/reading.js";
import { cellsOf, type Columns, describeColumns } from "../report/csv.js";
import { type Field, fieldObservations, fieldOf } from "../report/fields.js";
import { contextOf, foldObservations } from "../fold.js";
import { isQuectelShape } from "../revision-text.js";

/** One record of a file of records, read as far as its verdict needs it. */
export interface CapturedRecord {
  readonly label: string | null;
  /** Equal for records that differ only in place, IMEI digits and serial. */
  readonly alike: string;
  reading(source: string): ModuleReading;
}

/** Reads one line of a file of records; null for a line that is none. */
export type RecordReader = (line: string) => CapturedRecord | null;

/** Who and where it is does not change what it is. */
const APART: readonly Field[] = ["imei", "serial", "place", "host", "taken"];

/** Show that a file is of modules; of a module they say nothing that a verdict needs. */
const UNREAD_FIELDS: readonly Field[] = ["live", "version"];

/** Names that are looked up once; a hostile file could have new ones in every record. */
const NAMES_LIMIT = 1024;

/** A column: what it says, and by which name or at which place. */
interface Column {
  readonly field: Field;
  readonly name: string;
  readonly at: number;
  readonly apart: boolean;
}

function columnAt(field: Field | null, name: string, at: number): Column | null {
  if (field === null || UNREAD_FIELDS.includes(field)) return null;
  return { field, name, at, apart: APART.includes(field) };
}

/**
 * The reader of rows below such a head of CSV. The evidence of each record tells its columns. Of a row with more cells than the
 * head nobody knows which is which: it is a record that claims nothing and says so.
 */
export function csvReader(head: Columns, file: number): RecordReader {
  const columns = head.fields.flatMap((field, at) => columnAt(field, head.names[at] ?? "", at) ?? []);
  return (row) => {
    const cells = cellsOf(row.trimEnd(), head.separator);
    const wanted = head.fields.length;
    if (cells.length < wanted) return null;
    // Empty cells behind the last column are of a program that counts its widest row.
    return cells.slice(wanted).every((cell) => cell === "")
      ? new Row({ columns, file }, cells)
      : raggedRow(cells.length, wanted, file);
  };
}

/**
 * The reader of lines of NDJSON. Records leave keys out and have more than the first: every key is looked at. Each name is
 * understood once, and not looked up where the record before had the same in its place. Records of different files (`file`)
 * are never alike.
 */
export function ndjsonReader(file: number): RecordReader {
  const columns: Column[] = [];
  const byName = new Map<string, Column | null>();
  const before: { name: string; column: Column | null }[] = [];
  const columnOf = (name: string): Column | null => {
    const known = byName.get(name);
    if (known !== undefined) return known;
    const field = byName.size < NAMES_LIMIT ? fieldOf(name) : null;
    const column = columnAt(field, name, columns.length);
    if (column !== null) columns.push(column);
    if (byName.size < NAMES_LIMIT) byName.set(name, column);
    return column;
  };
  return (line) => {
    const object = objectOf(line);
    if (object === null) return null;
    const values = new Array<string | undefined>(columns.length);
    let place = 0;
    for (const name in object) {
      let known = before[place];
      if (known?.name !== name) before[place] = known = { name, column: columnOf(name) };
      place += 1;
      const { column } = known;
      if (column === null) continue;
      const value = object[name];
      if (typeof value === "string") values[column.at] = value;
      else if (typeof value === "number") values[column.at] = String(value);
    }
    return new Row({ columns, file }, values);
  };
}

/** The object that a line of JSON is; null for any other line, and for one that was cut off. */
export function objectOf(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    // No JSON, or cut off: the caller counts it.
    return null;
  }
}

function raggedRow(cells: number, columns: number, file: number): CapturedRecord {
  const says = `the row has ${cells} cells, its head has ${columns}: which is which is not known`;
  return {
    label: null,
    alike: `${file}\nragged ${cells}`,
    reading: (source) => ({
      ...UNREAD,
      source,
      virtual: false,
      mode: "normal",
      circumstances: [{ from: "record", says }],
    }),
  };
}

/** What all records of a file have in common. */
interface Table {
  readonly columns: readonly Column[];
  readonly file: number;
}

class Row implements CapturedRecord {
  readonly alike: string;
  readonly label: string | null;
  readonly #table: Table;
  readonly #values: readonly (string | undefined)[];

  constructor(table: Table, values: readonly (string | undefined)[]) {
    this.#table = table;
    this.#values = values;
    let alike = String(table.file);
    let label: string | null = null;
    for (const { field, at, apart } of table.columns) {
      const value = values[at];
      if (apart || value === undefined || value === "") continue;
      alike += `\n${at} ${value.length} ${value}`;
      if (field === "label") label ??= value;
    }
    this.alike = alike;
    this.label = label;
  }

  reading(source: string): ModuleReading {
    const chosen = this.#chosen();
    const seen = chosen
      .filter(({ field }) => field !== "label")
      .flatMap(({ field, at }) => fieldObservations(field, this.#values[at] ?? "", "record"));
    // What is new comes before the spread: behind it, V8 makes a dictionary of so many properties, ten times as slow.
    return {
      source,
      ...contextOf(seen),
      virtual: false,
      mode: "normal",
      ...foldObservations(seen),
      circumstances: [{ from: "record", says: describeColumns(chosen) }],
    };
  }

  /** One column a field: the first that says something, but a router's own firmware may stand before that of its modem. */
  #chosen(): Column[] {
    const byField = new Map<Field, Column>();
    for (const column of this.#table.columns) {
      const { field, at } = column;
      const value = this.#values[at]?.trim() ?? "";
      const before = byField.get(field);
      const better = field === "revision" && isQuectelShape(value);
      if (
        value !== "" &&
        (before === undefined || (better && !isQuectelShape(this.#values[before.at] ?? "")))
      )
        byField.set(field, column);
    }
    return [...byField.values()];
  }
}
