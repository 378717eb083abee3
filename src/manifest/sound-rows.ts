import { EcflashError } from "../core/errors.js";
import { LIST_NAMES, type ListName } from "./lists.js";
import { findFaults } from "./names.js";
import { type Finding, gatherRows, type Rows } from "./rows.js";
import { siteFaults } from "./site-rules.js";

/** The rows of `wanted`, shipped and of the sites, all names resolved. Throws `manifest-invalid` with the first fault. */
export async function readRows(
  dir: string,
  sites: readonly string[],
  wanted: readonly ListName[] = LIST_NAMES,
): Promise<Rows> {
  const { rows, findings } = await gatherRows(dir, sites, wanted);
  refuse([...findings, ...siteFaults(rows), ...findFaults(rows)]);
  return rows;
}

/** Throws `manifest-invalid` with the first of the findings, if there is one. */
export function refuse([first]: readonly Finding[]): void {
  if (first === undefined) return;
  const { path, at, reason } = first;
  throw new EcflashError("manifest-invalid", { path, reason: `${at}: ${reason}` });
}
