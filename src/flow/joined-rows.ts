import type { Quotes } from "../protocol/capture/records/record-file.js";

/** A row of a table, and the number of its first line. */
export interface JoinedRow {
  readonly text: string;
  readonly number: number;
}

/** A cell is a note, not a text; a quote that nobody closes must not swallow the rest of the file. */
const LINES_LIMIT = 64;

/** Joins lines of CSV while a quote is open (RFC 4180: a quoted cell may hold line ends). Each line is looked at once. */
export class JoinedRows {
  #pending: JoinedRow[] = [];

  constructor(private readonly quotes: Quotes) {}

  /** The rows that end with this line: none while a quote is open, and the lines apart where joining them makes no row. */
  add(text: string, number: number): readonly JoinedRow[] {
    const wasOpen = this.#pending.length > 0;
    const row = { text, number };
    if (!this.quotes.isOpen(text, wasOpen)) {
      if (!wasOpen) return [row];
      const lines = [...this.end(), row];
      const joined = lines.map((line) => line.text).join("\n");
      return this.quotes.isRow(joined) ? [{ text: joined, number: lines[0]?.number ?? number }] : lines;
    }
    this.#pending.push(row);
    return this.#pending.length < LINES_LIMIT ? [] : this.end();
  }

  /** What was left open, as the lines it was. */
  end(): readonly JoinedRow[] {
    const left = this.#pending;
    this.#pending = [];
    return left;
  }
}
