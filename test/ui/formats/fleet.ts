import type { InventoryReport } from "../../../src/core/inventory-match.js";
import type { InventoryRow } from "../../../src/core/inventory.js";

/** A row that no record belongs to. */
export function missingRow(where: string, name: string): InventoryRow {
  return { where, name, declarations: [], imei: null, serial: null, port: null, host: null };
}

/** The report of an inventory in which one row was found, one record belongs to no row, and these are missing. */
export function reportOf(missing: readonly InventoryRow[], path = "fleet.csv"): InventoryReport {
  const rows = missing.length + 1;
  return { path, columns: { imei: "IMEI" }, rows, matched: 1, missing, unlisted: 1, unlistedSources: ["x"] };
}
