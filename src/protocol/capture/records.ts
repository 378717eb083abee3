import type { ModuleReading } from "../../core/reading.js";
import { cellsOf, columnsOf, describeColumns } from "./csv.js";
import { type Field, fieldObservations, fieldOf } from "./fields.js";
import { contextOf, foldObservations } from "./fold.js";

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
const APART: readonly Field[] = ["imei", "serial", "place", "host", "taken", "live", "version"];

/** A column: what it says, and by which name or at which place. */
interface Column {
  readonly field: Field;
  readonly name: string;
  readonly at: number;
}

/**
 * The reader for a file whose first line is this one: NDJSON, where it is an object with a revision and something only a
 * module has, or CSV, where it is a head with such columns. Null for any other text. `isHead` says that the first line is no
 * record itself. The columns are detected once and told in the evidence. Records of different files (`file`) are never alike.
 */
export function recordReader(
  first: string,
  file: number,
): { readonly read: RecordReader; readonly isHead: boolean } | null {
  const line = first.replace(/^\ufeff/, "").trim();
  if (line.startsWith("{")) {
    const columns = keysOf(objectOf(line));
    return columns === null ? null : { read: ndjsonReader(columns, file), isHead: false };
  }
  const head = columnsOf(line);
  if (head === null) return null;
  const columns = head.fields.flatMap((field, at) => (field === null ? [] : [{ field, name: "", at }]));
  const says = describeColumns(head);
  const read: RecordReader = (row) => {
    const cells = cellsOf(row.trimEnd(), head.separator);
    return cells.length === head.fields.length ? new Row({ columns, says, file }, cells) : null;
  };
  return { read, isHead: true };
}

function ndjsonReader(columns: readonly Column[], file: number): RecordReader {
  const says = `columns: ${columns.map(({ name, field }) => `${name} as ${field}`).join(", ")}`;
  return (line) => {
    const object = objectOf(line);
    if (object === null) return null;
    const values: (string | undefined)[] = [];
    for (const { name } of columns) {
      const value = object[name];
      values.push(typeof value === "string" ? value : typeof value === "number" ? String(value) : undefined);
    }
    return new Row({ columns, says, file }, values);
  };
}

function objectOf(line: string): Readonly<Record<string, unknown>> | null {
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

/** The keys of a flat record of a module. ecflash's own documents and those of tools are nested, and have readers of their own. */
function keysOf(object: Readonly<Record<string, unknown>> | null): Column[] | null {
  if (object === null || "schema" in object) return null;
  const columns: Column[] = [];
  for (const [name, value] of Object.entries(object)) {
    const field = typeof value === "object" && value !== null ? null : fieldOf(name);
    if (field !== null && !columns.some((column) => column.field === field))
      columns.push({ field, name, at: columns.length });
  }
  const has = (...fields: Field[]) => columns.some(({ field }) => fields.includes(field));
  return has("revision") && has("imei", "serial", "place", "host", "label", "live") ? columns : null;
}

/** What all records of a file have in common. */
interface Table {
  readonly columns: readonly Column[];
  readonly says: string;
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
    for (const { field, at } of table.columns) {
      const value = values[at];
      if (APART.includes(field)) continue;
      alike += `\n${value ?? ""}`;
      if (field === "label" && value !== undefined && value !== "") label = value;
    }
    this.alike = alike;
    this.label = label;
  }

  reading(source: string): ModuleReading {
    const seen = this.#table.columns
      .filter(({ field }) => field !== "version" && field !== "label")
      .flatMap(({ field, at }) => fieldObservations(field, this.#values[at] ?? "", "record"));
    // What is new comes before the spread: behind it, V8 makes a dictionary of so many properties, ten times as slow.
    return {
      source,
      ...contextOf(seen),
      virtual: false,
      mode: "normal",
      ...foldObservations(seen),
      circumstances: [{ from: "record", says: this.#table.says }],
    };
  }
}
