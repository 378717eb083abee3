import type * as z from "zod";
import type { InventoryReport } from "../core/inventory-match.js";
import { shown } from "./escape.js";
import type { inventorySchema } from "./inventory-schema.js";

/** What an inventory came to, as the document has it. */
export function inventoryDocument(report: InventoryReport): z.infer<typeof inventorySchema> {
  const { columns, rows, matched, missing, unlisted, unlistedSources } = report;
  return {
    columns: { ...columns },
    rows,
    matched,
    missing: missing.length,
    unlisted,
    missingRows: missing.map((row) => ({
      where: row.where,
      module: row.name,
      declared: row.declarations[0]?.text ?? null,
    })),
    unlistedSources: [...unlistedSources],
  };
}

/** A row of an inventory that no record belongs to, as a finding of its own: undecided. */
export interface Missing {
  /** The line of the inventory, as captured texts are named, or its item. */
  readonly source: string;
  readonly says: string;
}

/** Every row that no record belongs to, for formats that tell of one thing at a time. */
export function missingOf(report: InventoryReport | undefined): Missing[] {
  if (report === undefined) return [];
  return report.missing.map(({ where, name, declarations }) => {
    const line = /^line (\d+)$/.exec(where)?.[1];
    const declared = declarations[0]?.text;
    return {
      source: line === undefined ? `${report.path} ${where}` : `${report.path}:${line}`,
      says: `No record of ${name}${declared === undefined ? "" : `, declared ${declared}`}.`,
    };
  });
}

/** The same for a person: how it was read, the counts, then every row and record that has no other half. */
export function inventoryText(report: InventoryReport): string {
  const { path, columns, rows, matched, missing, unlisted, unlistedSources } = report;
  const read = Object.entries(columns).map(([field, name]) => `${field} from "${name}"`);
  const more = unlisted - unlistedSources.length;
  return [
    `inventory ${path}: ${rows} rows, ${matched} matched, ${missing.length} missing; ${unlisted} records unlisted`,
    `  read as ${read.join(", ")}`,
    ...missing.map((row) => {
      const declared = row.declarations[0]?.text;
      const what = declared === undefined ? "" : `, declared ${declared}`;
      return `  missing: ${row.where}, ${row.name}${what}`;
    }),
    ...unlistedSources.map((source) => `  unlisted: ${source}`),
    ...(more > 0 ? [`  and ${more} more unlisted`] : []),
  ]
    .map(shown)
    .join("\n");
}
