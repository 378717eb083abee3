import { areOfModules, columnsOf, isJoinedRow, isOpenRow, onlyColumnOf } from "../report/csv.js";
import { type Field, fieldOf } from "../report/fields.js";
import { csvReader, ndjsonReader, objectOf, type RecordReader } from "./records.js";
import { isQuectelShape, revisionText } from "../revision-text.js";

/** How a file of records is read. */
export interface RecordFile {
  /** Reads any line but the first `headLines`. */
  readonly read: RecordReader;
  readonly headLines: number;
  /** Whether a line that is no record says nothing, so that nothing is lost with it. */
  readonly isRemark: (line: string) => boolean;
  /** How rows go on in the next line; absent where a record is always a line. */
  readonly quotes?: Quotes;
}

/** What tells where a row of CSV ends. */
export interface Quotes {
  /** Whether a line leaves a quote open; `wasOpen` by the line before it. */
  readonly isOpen: (line: string, wasOpen: boolean) => boolean;
  /** Whether lines together have a cell for every column, and no more. */
  readonly isRow: (text: string) => boolean;
}

/** What Excel writes before the head, to tell the separator of lists. */
const SEPARATOR_HINT = /^"?sep=.?"?$/i;

/**
 * How to read a file that begins like this: NDJSON, where every line is an object of its own, or CSV, where a head with
 * columns of modules comes first. Null for any other text. More than the first line decides: a record is not lost because the
 * one before it is broken or says less. `isAll`: nothing comes after it; else its last line may be cut. Undefined where only
 * objects were seen and none is a record: more of the file must tell.
 */
export function recordFile(beginning: string, isAll: boolean, file: number): RecordFile | null | undefined {
  const lines = beginning.replace(/^\ufeff/, "").split("\n");
  const cut = isAll ? "" : (lines.pop() ?? "");
  const said = lines.map((line) => line.trim());
  const first = said.findIndex((line) => line !== "" && !line.startsWith("#"));
  const meant = said.filter((line) => !isRemark(line));
  if (isNdjson(meant)) return { read: ndjsonReader(file), headLines: 0, isRemark };
  if (!isAll && /^\s*\{/.test(cut) && meant.every(mayBeObject)) return undefined;
  return first < 0 ? null : csvFile(said.slice(first), first, file);
}

/** Also of an object that was cut at either end. */
function mayBeObject(line: string): boolean {
  return line.startsWith("{") || line.endsWith("}");
}

/** Whether these lines are records of modules; one that was cut at either end may be among them. */
function isNdjson(lines: readonly string[]): boolean {
  const [first = ""] = lines;
  if (areOfModules(fieldsOf(objectOf(first)))) return true;
  // Prose around JSON is a log, a page or a dialogue, which others read as a whole.
  if (!lines.every(mayBeObject)) return false;
  const objects = lines.map(objectOf).filter((object) => object !== null);
  const fields = objects.map(fieldsOf);
  const some = fields.some(areOfModules) || objects.some(isRevision);
  // A program's log may tell of a module once among other events.
  const ofModules = fields.filter((of) => of.includes("revision") || of.includes("imei"));
  return some && ofModules.length * 2 >= fields.length;
}

function csvFile(lines: readonly string[], before: number, file: number): RecordFile | null {
  const at = SEPARATOR_HINT.test(lines[0] ?? "") ? 1 : 0;
  const head = lines[at] ?? "";
  const only = onlyColumnOf(head);
  const rows = lines.slice(at + 1).filter((line) => line !== "");
  const isColumn = rows.some(isQuectelShape) && rows.every((row) => revisionText(row) !== null);
  const columns = only !== null && isColumn ? only : columnsOf(head);
  if (columns === null) return null;
  const isBlank = (line: string) => line.trim() === "";
  const { separator, fields } = columns;
  const quotes: Quotes = {
    isOpen: (line, wasOpen) => isOpenRow(line, separator, wasOpen),
    isRow: (text) => isJoinedRow(text, separator, fields.length),
  };
  return { read: csvReader(columns, file), headLines: before + at + 1, isRemark: isBlank, quotes };
}

/** Blank lines, and what programs and people write at the head of a list of records. */
function isRemark(line: string): boolean {
  const said = line.trim();
  return said === "" || said.startsWith("#");
}

/**
 * What the keys of an object are, of a flat one with the values for it. ecflash's own documents and those of tools have
 * a schema or are nested, and have readers of their own.
 */
function fieldsOf(object: Readonly<Record<string, unknown>> | null): readonly (Field | null)[] {
  if (object === null || "schema" in object) return [];
  return Object.entries(object).map(([name, value]) =>
    typeof value === "object" && value !== null ? null : fieldOf(name),
  );
}

/** A revision and nothing else: whatever is a list of packages or of what is expected says of which. */
function isRevision(object: Readonly<Record<string, unknown>>): boolean {
  const [[name, value] = ["", null], ...others] = Object.entries(object);
  return (
    others.length === 0 &&
    fieldOf(name) === "revision" &&
    typeof value === "string" &&
    isQuectelShape(value.trim())
  );
}
