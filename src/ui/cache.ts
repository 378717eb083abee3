import type { CacheRow } from "../core/cache-report.js";
import { jsonText, shown } from "./escape.js";

/** One line a package: id, state, size, last use, revision, and what was found or done. */
export function cacheText(rows: readonly CacheRow[], dryRun = false): string {
  if (rows.length === 0) return "nothing\n";
  return `${rows.map((row) => shown(lineOf(row, dryRun))).join("\n")}\n`;
}

export function cacheJson(rows: readonly CacheRow[], dryRun = false): string {
  return `${jsonText({ schema: "ecflash.cache/1", dryRun, packages: rows }, 2)}\n`;
}

function lineOf(row: CacheRow, dryRun: boolean): string {
  const { fault, fate, why } = row;
  const done = fate === "removed" && dryRun ? "would be removed" : fate;
  return [
    row.id.slice(0, 12),
    row.state.padEnd(8),
    `${(row.sizeBytes / 1e6).toFixed(1)} MB`.padStart(10),
    row.lastUsed.slice(0, 16).replace("T", " "),
    row.revision ?? "(not unpacked)",
    row.neededBy === null ? "" : `needed by the run at ${row.neededBy}`,
    fault === undefined ? "" : fault === null ? "good" : `BROKEN, ${fault.what}: ${fault.reason}`,
    done === undefined ? "" : `${done}: ${why ?? ""}`,
  ]
    .filter(Boolean)
    .join("  ");
}
