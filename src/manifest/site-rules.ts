import type { Finding, Placed, Rows } from "./rows.js";
import { LIST_NAMES } from "./lists.js";

/**
 * What a site may not do: its rows say `site` for everything, so nothing of them counts as seen elsewhere, and no row
 * changes how a shipped one is read. A shipped row that stands twice is a fault of `names.ts` already.
 */
export function siteFaults(rows: Rows): Finding[] {
  const all: readonly Placed<unknown>[] = LIST_NAMES.flatMap(
    (name): readonly Placed<unknown>[] => rows[name],
  );
  return [...all.flatMap(standingFaults), ...modelFaults(rows), ...usbFaults(rows), ...edgeFaults(rows)];
}

/** What allows a crossing must be signed: an edge of a site's own stands in its index, never in an unsigned file. */
function edgeFaults({ "tested-crossings": tested }: Rows): Finding[] {
  return tested
    .filter(({ site }) => site)
    .map(({ path, at }) => ({ path, at, reason: "a site allows a crossing by an edge of its signed index" }));
}

function standingFaults({ row, path, at, site }: Placed<unknown>): Finding[] {
  return standingsOf(row, at)
    .filter(({ standing }) => (standing === "site") !== site)
    .map((found) => ({
      path,
      at: found.at,
      reason: site
        ? `a row of a site has the standing "site", not "${found.standing}"`
        : `"site" is for rows that a site adds`,
    }));
}

/** Every `standing` in a row, also those of its masks and labels. */
function standingsOf(value: unknown, at: string): { at: string; standing: string }[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const place = Array.isArray(value) ? `${at}[${key}]` : `${at}.${key}`;
    if (key === "standing" && typeof inner === "string") return [{ at: place, standing: inner }];
    return standingsOf(inner, place);
  });
}

/** The longest model that a code begins with is its model: a longer one from a site would take shipped codes over. */
function modelFaults({ models, "hardware-codes": codes, "known-revisions": revisions }: Rows): Finding[] {
  const shipped = [
    ...codes.filter(({ site }) => !site).map(({ row }) => row.code),
    ...revisions.filter(({ site }) => !site).map(({ row }) => row.hardwareCode),
  ];
  return models
    .filter(({ site }) => site)
    .flatMap(({ row, path, at }) => {
      const taken = shipped.find((code) => code.startsWith(row.model));
      const reason = `${row.model} would take over ${taken ?? ""}, which is a shipped row`;
      return taken === undefined ? [] : [{ path, at: `${at}.model`, reason }];
    });
}

/** A more exact row would change what a shipped one means. */
function usbFaults({ "usb-modes": modes }: Rows): Finding[] {
  const idOf = ({ row }: Rows["usb-modes"][number]) => `${row.vendorId}:${row.productId}`;
  const shipped = new Set(modes.filter(({ site }) => !site).map(idOf));
  return modes
    .filter((one) => one.site && shipped.has(idOf(one)))
    .map((one) => ({ path: one.path, at: one.at, reason: `${idOf(one)} is a shipped row's` }));
}
