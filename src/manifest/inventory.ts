import { readFile } from "node:fs/promises";
import { CsvError, parse } from "csv-parse/sync";
import { EcflashError, messageOf } from "../core/errors.js";
import type { Facts } from "../core/facts.js";
import { INVENTORY_FIELDS, type InventoryRow, type RawRow, readRows } from "../core/inventory.js";
import { type Columns, detectColumns, namedColumns } from "../core/inventory-columns.js";

export interface Inventory {
  readonly path: string;
  /** Which column of the file was taken for what. */
  readonly columns: Columns;
  readonly rows: readonly InventoryRow[];
}

/** A file as a table, before anybody knows what its columns mean. */
interface Table {
  readonly headers: readonly string[];
  readonly rows: readonly { readonly where: string; readonly cells: Readonly<Record<string, string>> }[];
}

/** What may be a row, and where a person finds it. */
interface Item {
  readonly where: string;
  readonly item: unknown;
}

/** The problem that ends a reading: the file is no table. */
type Problem = string;

/** A person reads the first ones and sees what the others are. */
const PROBLEMS_LIMIT = 20;

/**
 * Reads an inventory: CSV (comma, semicolon or tab; UTF-8 or UTF-16, as spreadsheets write it), a JSON array of
 * objects, or NDJSON. Columns are those that are named, else detected by their headers. Throws `input-unreadable`, and
 * `inventory-invalid` with the lines of all that is wrong: an inventory is trusted whole or not at all.
 */
export async function loadInventory(path: string, named: Columns | null, facts: Facts): Promise<Inventory> {
  const table = tableOf(await readText(path));
  if (typeof table === "string") throw invalid(path, [table]);
  const columns = named === null ? detectColumns(table.headers) : namedColumns(named, table.headers);
  if (typeof columns === "string") throw invalid(path, [columns]);
  const raw = table.rows.map(({ where, cells }): RawRow => {
    const own = INVENTORY_FIELDS.flatMap((field) => {
      const text = cells[columns[field] ?? ""];
      return text === undefined ? [] : [[field, text] as const];
    });
    return { where, cells: Object.fromEntries(own) };
  });
  const { rows, problems } = readRows(raw, facts);
  if (problems.length > 0) throw invalid(path, problems);
  if (rows.length === 0) throw invalid(path, ["it has no rows"]);
  return { path, columns, rows };
}

function invalid(path: string, problems: readonly string[]): EcflashError<"inventory-invalid"> {
  const more = problems.length - PROBLEMS_LIMIT;
  const shown = problems.slice(0, PROBLEMS_LIMIT);
  return new EcflashError("inventory-invalid", {
    path,
    problems: more > 0 ? [...shown, `and ${more} more`] : shown,
  });
}

async function readText(path: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new EcflashError("input-unreadable", { path, reason: messageOf(error) }, { cause: error });
  }
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  return new TextDecoder("utf-8").decode(bytes);
}

function tableOf(text: string): Table | Problem {
  return /^\s*[[{]/.test(text) ? jsonTable(text) : csvTable(text);
}

function csvTable(text: string): Table | Problem {
  try {
    const options = { delimiter: delimiterOf(text), skip_empty_lines: true, trim: true, info: true } as const;
    const [head, ...rows] = parse(text, options) as unknown as {
      record: string[];
      info: { lines: number };
    }[];
    if (head === undefined) return "it is empty";
    const headers = head.record;
    const filled = rows.filter(({ record }) => record.some((cell) => cell !== ""));
    return {
      headers,
      rows: filled.map(({ record, info }) => ({
        where: `line ${info.lines}`,
        cells: Object.fromEntries(headers.map((header, at) => [header, record[at] ?? ""])),
      })),
    };
  } catch (error) {
    if (error instanceof CsvError) return error.message;
    throw error;
  }
}

/** What the header line has most of outside of quotes. */
function delimiterOf(text: string): string {
  const line = (/^[^\r\n]*/.exec(text.trimStart())?.[0] ?? "").replace(/"[^"]*"/g, "");
  const counted = [",", ";", "\t"].map((mark) => ({ mark, count: line.split(mark).length }));
  return counted.reduce((best, one) => (one.count > best.count ? one : best)).mark;
}

/** One JSON value with the rows in it, or, where the first line is a value of its own, a row a line (NDJSON). */
function jsonTable(text: string): Table | Problem {
  const whole = parsed(text);
  if (whole instanceof Error) return linesTable(text) ?? `it is not JSON: ${whole.message}`;
  if (isLoneRow(whole)) return tableOfItems([{ where: "line 1", item: whole }]);
  const items = arrayIn(whole);
  if (items === null) return "it is no array of objects, nor an object that holds one";
  return tableOfItems(items.map((item, at) => ({ where: `item ${at + 1}`, item })));
}

/** Null where not even the first line is an object: then the text is one value that is broken. */
function linesTable(text: string): Table | Problem | null {
  const items: Item[] = [];
  for (const [at, line] of text.split(/\r\n?|\n/).entries()) {
    if (line.trim() === "") continue;
    const where = `line ${at + 1}`;
    const item = parsed(line);
    if (items.length === 0 && !isObject(item)) return null;
    if (item instanceof Error) return `${where} is not JSON: ${item.message}`;
    items.push({ where, item });
  }
  return tableOfItems(items);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}

function tableOfItems(items: readonly Item[]): Table | Problem {
  const rows = [];
  for (const { where, item } of items) {
    if (!isObject(item)) return `${where} is no object`;
    const cells: Record<string, string> = {};
    for (const [name, cell] of Object.entries(item)) {
      if (typeof cell === "number" && !Number.isSafeInteger(cell))
        return `${where}: ${name} is no whole number`;
      if (typeof cell === "string" || typeof cell === "number") cells[name] = String(cell);
    }
    rows.push({ where, cells });
  }
  return { headers: [...new Set(rows.flatMap(({ cells }) => Object.keys(cells)))], rows };
}

/** NDJSON of one line: an object that holds no list of rows, but maybe lists of words. */
function isLoneRow(value: unknown): boolean {
  if (!isObject(value)) return false;
  const lists = Object.values(value).filter(isArray);
  return lists.every((list) => list.length > 0 && !list.some((one) => typeof one === "object"));
}

/** The array itself, or the only array of an object around it. */
function arrayIn(value: unknown): unknown[] | null {
  if (isArray(value)) return value;
  if (!isObject(value)) return null;
  const arrays = Object.values(value).filter(isArray);
  return arrays.length === 1 ? (arrays[0] ?? null) : null;
}

function isArray(value: unknown): value is unknown[] {
  return Array.isArray(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !isArray(value) && !(value instanceof Error);
}
