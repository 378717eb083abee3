import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * Recordings of real modules against the model: the comparison, apart from both. `fixtures/fidelity` holds what public
 * threads, notes and tool logs show, each with its source; identities are zeros. What the model does not do stands there
 * as a difference with its reason, and a difference that is gone fails as much as a new one.
 */

const DIRECTORY = fileURLToPath(new URL("../../fixtures/fidelity/", import.meta.url));

/** What one side has that the other has not, as shapes, and why that is so. */
export interface Difference {
  readonly capture: readonly string[];
  readonly model: readonly string[];
}

export type Expected = Difference & { readonly reason: string };

/** The recordings whose names begin so. */
export function recordings<T>(prefix: string): (readonly [name: string, recording: T])[] {
  return readdirSync(DIRECTORY)
    .filter((file) => file.startsWith(prefix))
    .map((file) => [file.replace(".json", ""), JSON.parse(readFileSync(DIRECTORY + file, "utf8")) as T]);
}

/** The text of each file, for what must be in none. */
export function recordingTexts(): (readonly [file: string, text: string])[] {
  return readdirSync(DIRECTORY).map((file) => [file, readFileSync(DIRECTORY + file, "utf8")]);
}

const QUOTED = /"[^"]*"/g;
const REVISION = /\b[A-Z]{2}\d{2}[A-Z]+R\d{2}A\d{2}(?:V\d{2})?[ME]\dG(?<edition>_[\w.]+)?/g;
const DATE = /\b[A-Z][a-z]{2} \d{2} \d{4} \d{2}:\d{2}:\d{2}/g;

/** Forums turn quotes into typographic ones. */
export function straight(text: string): string {
  return text.replace(/[“”„]/g, '"');
}

/**
 * A line with its values taken out: numbers, hex, quoted texts, revisions, dates. What stays is names, separators, quotes,
 * blanks and line ends. A quoted text that the command itself has is no value (`"band"`).
 */
export function shapeOf(line: string, command: string): string {
  const named = straight(command).toLowerCase();
  return straight(line)
    .split(/("[^"]*")/)
    .map((part) => {
      if (QUOTED.test(part))
        return named.includes(part.toLowerCase()) ? part : quotedShape(part.slice(1, -1));
      return part
        .replace(REVISION, (_all, edition?: string) => (edition === undefined ? "<revision>" : "<edition>"))
        .replace(DATE, "<date>")
        .replace(/0x[0-9a-f]+/gi, "<hex>")
        .replace(/(?<!\d)-?\d+/g, "<n>");
    })
    .join("");
}

function quotedShape(text: string): string {
  if (/^\d+(\.\d+)+$/.test(text)) return '"<address>"';
  return /^\d+$/.test(text) ? '"<digits>"' : '"<text>"';
}

/** Of a list the number of its entries is a value: entries of one shape in a row count as one. */
export function folded(shapes: readonly string[]): string[] {
  const once = shapes.map((shape) => shape.replace(/(\([^()]*\))(?:,\1)+/g, "$1"));
  return once.filter((shape, at) => shape !== once[at - 1]);
}

/** The lines that only one of the two has, in order: what is left of each beside their longest common part. */
export function differenceOf(capture: readonly string[], model: readonly string[]): Difference {
  const common = (a: readonly string[], b: readonly string[]): string[] => {
    const rows = Array.from({ length: a.length + 1 }, () => new Array<string[]>(b.length + 1).fill([]));
    for (let i = a.length - 1; i >= 0; i -= 1)
      for (let j = b.length - 1; j >= 0; j -= 1) {
        const [down = [], right = [], both = []] = [rows[i + 1]?.[j], rows[i]?.[j + 1], rows[i + 1]?.[j + 1]];
        const row = rows[i];
        if (row !== undefined)
          row[j] = a[i] === b[j] ? [a[i] ?? "", ...both] : down.length >= right.length ? down : right;
      }
    return rows[0]?.[0] ?? [];
  };
  const shared = common(capture, model);
  return { capture: without(capture, shared), model: without(model, shared) };
}

function without(lines: readonly string[], shared: readonly string[]): string[] {
  const left = [...shared];
  return lines.filter((line) => {
    if (line !== left[0]) return true;
    left.shift();
    return false;
  });
}

export const NO_DIFFERENCE: Difference = { capture: [], model: [] };
