import type { Nand } from "../nand.js";

/** Where an element wants to go, or why the programmer will not. Words of the refusals: strings of real programmers (domain.md 4.2b). */
export type Place =
  | { readonly kind: "range"; readonly start: number; readonly end: number; readonly wholeChip: boolean }
  | { readonly kind: "refused"; readonly reason: string };

/**
 * The range of an `erase`, `program` or `read`. An erase without a proper range is the whole chip: the real programmer
 * holds the words "Erasing entire FLASH chip", and the model is as dangerous.
 */
export function readPlace(
  name: "erase" | "program" | "read",
  attributes: Readonly<Record<string, string>>,
  nand: Nand,
): Place {
  const { pageSizeBytes, pagesPerBlock } = nand.geometry;
  const refuse = (reason: string): Place => ({ kind: "refused", reason });
  const sectorSize = whole(attributes["SECTOR_SIZE_IN_BYTES"]);
  if (sectorSize !== pageSizeBytes)
    return refuse(
      `Attribute 'SECTOR_SIZE_IN_BYTES'=${sectorSize ?? "?"} must be equal to disk sector size ${pageSizeBytes}`,
    );
  const pages = whole(attributes["PAGES_PER_BLOCK"]);
  if (pages !== pagesPerBlock)
    return refuse(
      `Attribute 'PAGES_PER_BLOCK'=${pages ?? "?"} must be equal to disk pages per block ${pagesPerBlock}`,
    );
  const total = nand.totalSectors;
  const start = whole(attributes["start_sector"]);
  const count = whole(attributes["num_partition_sectors"]);
  if (name === "erase" && (start === null || count === null || (start === 0 && count > total)))
    return { kind: "range", start: 0, end: total, wholeChip: true };
  if (start === null || count === null || count === 0)
    return refuse("num_partition_sectors and start_sector are needed");
  if (name !== "read" && start % pagesPerBlock !== 0) return refuse("start_sector unaligned");
  if (name === "erase" && count % pagesPerBlock !== 0) return refuse("num_partition_sectors unaligned");
  if (start + count > total) return refuse(BEYOND[name]);
  return { kind: "range", start, end: start + count, wholeChip: false };
}

/** Expected for `program`: its own words for this were not among the strings. */
const BEYOND = {
  erase: "Block erase request exceeding total number of blocks",
  program: "num_partition_sectors too high and start_sector not equal to zero",
  read: "Trying to read beyond total sectors",
} as const;

function whole(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}
