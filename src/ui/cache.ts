import type { CacheRow } from "../core/cache-report.js";
import type { CacheDocument } from "./cache-schema.js";
import { jsonText, shown } from "./escape.js";
import { formatBytes } from "./format.js";

/** What `ecflash cache` looked at, and how. */
export interface CacheTold {
  readonly cacheDir: string;
  readonly rows: readonly CacheRow[];
  readonly dryRun: boolean;
  /** Of `prune`: the rows are only what was asked to go. */
  readonly pruned: boolean;
}

/** One line a package: id, state, size, last use, revision, and what was found or done. */
export function cacheText({ cacheDir, rows, dryRun, pruned }: CacheTold): string {
  if (rows.length === 0)
    return `${shown(pruned ? `nothing to remove in ${cacheDir}` : `no package in ${cacheDir}`)}\n`;
  return `${rows.map((row) => shown(lineOf(row, dryRun))).join("\n")}\n`;
}

export function cacheJson({ cacheDir, rows, dryRun }: CacheTold): string {
  const document: CacheDocument = { schema: "ecflash.cache/1", cacheDir, dryRun, packages: [...rows] };
  return `${jsonText(document, 2)}\n`;
}

function lineOf(row: CacheRow, dryRun: boolean): string {
  const { fault, fate, why } = row;
  const done = fate === "removed" && dryRun ? "would be removed" : fate;
  return [
    row.id.slice(0, 12),
    row.state.padEnd(8),
    formatBytes(row.sizeBytes).padStart(10),
    row.lastUsed.slice(0, 16).replace("T", " "),
    row.revision ?? "(not unpacked)",
    row.neededBy === null ? "" : `needed by the run at ${row.neededBy}`,
    fault === undefined ? "" : fault === null ? "good" : `BROKEN, ${fault.what}: ${fault.reason}`,
    done === undefined ? "" : `${done}: ${why ?? ""}`,
  ]
    .filter(Boolean)
    .join("  ");
}
