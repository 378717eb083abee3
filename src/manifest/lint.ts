import { factsOf } from "./facts-of.js";
import { LIST_NAMES } from "./lists.js";
import { findFaults } from "./names.js";
import { type Finding, gatherRows, requireFiles, type Rows } from "./rows.js";
import { siteFaults } from "./site-rules.js";
import { textFaults } from "./texts.js";

export interface LintReport {
  /** What must be corrected before a file is read at all. */
  readonly faults: readonly Finding[];
  /** What is right and easily misread. */
  readonly notes: readonly Finding[];
  readonly rows: number;
}

/**
 * All findings in the shipped lists, the files of `sites` and those `named` to be looked at, where loading stops at the
 * first. A folder of a site may still be empty; one that is named may not. Throws `manifest-invalid` for that, and for a
 * file that cannot be read or is no JSON.
 */
export async function lintManifests(
  dir: string,
  sites: readonly string[],
  named: readonly string[] = [],
): Promise<LintReport> {
  await requireFiles(named);
  const { rows, findings } = await gatherRows(dir, [...sites, ...named]);
  // A file of the wrong shape gives no rows, so names that others look for in it would be missed for nothing.
  const names = findings.length > 0 ? [] : [...siteFaults(rows), ...findFaults(rows)];
  const read = findings.length + names.length > 0 ? [] : textFaults(rows, factsOf(rows));
  return {
    faults: [...findings, ...names, ...read],
    notes: neighbours(rows),
    rows: LIST_NAMES.reduce((sum, name) => sum + rows[name].length, 0),
  };
}

/** Codes that begin another code: `startsWith`, the classic way to take an EC20CEFAG for an EC20CEFA. */
function neighbours({ "hardware-codes": codes, models }: Rows): Finding[] {
  const pairs = <R>(placed: readonly { row: R; path: string; at: string }[], nameOf: (row: R) => string) =>
    placed.flatMap(({ row, path, at }) =>
      placed
        .filter((other) => other.row !== row && nameOf(other.row).startsWith(nameOf(row)))
        .map((other) => ({
          path,
          at,
          reason: `${nameOf(row)} begins ${nameOf(other.row)}: only the whole tells them apart`,
        })),
    );
  return [...pairs(codes, ({ code }) => code), ...pairs(models, ({ model }) => model)];
}
