import type { Facts } from "../core/facts.js";
import type { UsbMode } from "../core/usb-mode.js";
import { factsOf } from "./facts-of.js";
import type { ListName, RowOf } from "./lists.js";
import { SHIPPED_MANIFESTS } from "./read.js";
import { readRows, refuse } from "./sound-rows.js";
import { textFaults } from "./texts.js";

/** What `judge` needs to know. Known revisions are for the tests of the grammar and for `manifest show`. */
const FOR_FACTS: readonly ListName[] = [
  "models",
  "variants",
  "hardware-codes",
  "clones",
  "nand-sizes",
  "order-options",
  "forbidden-crossings",
  "tested-crossings",
  "one-way-variants",
  "floors",
];

/**
 * What is known of modules, from `manifests/` (by default those of this package) and from what a site adds to them.
 * Throws `manifest-invalid` for a file that cannot be read, an unknown key, a name that stands twice or resolves to
 * nothing, and a row of a site that would change a shipped one.
 */
export async function loadFacts(
  dir: string = SHIPPED_MANIFESTS,
  sites: readonly string[] = [],
): Promise<Facts> {
  const rows = await readRows(dir, sites, FOR_FACTS);
  const facts = factsOf(rows);
  refuse(textFaults(rows, facts));
  return facts;
}

/** Which USB ids mean which mode. Throws `manifest-invalid`, also when two rows would match the same device. */
export async function loadUsbModes(
  dir: string = SHIPPED_MANIFESTS,
  sites: readonly string[] = [],
): Promise<UsbMode[]> {
  const rows = await readRows(dir, sites, ["usb-modes"]);
  return rows["usb-modes"].map(({ row }) => ({
    ...row,
    vendorId: Number.parseInt(row.vendorId, 16),
    productId: Number.parseInt(row.productId, 16),
    interfaces: row.interfaces ?? null,
  }));
}

/** Revisions that were met, each with its hardware code: what the grammar must be able to read. */
export async function loadKnownRevisions(
  dir: string = SHIPPED_MANIFESTS,
): Promise<RowOf<"known-revisions">[]> {
  const rows = await readRows(dir, [], ["known-revisions"]);
  return rows["known-revisions"].map(({ row }) => row);
}
