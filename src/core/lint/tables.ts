import type { Geometry, Partition, PartitionMap } from "../maps.js";
import { type Finding, findingOf } from "./rules.js";

/** A row of a partition XML: partitions follow each other, and each is its size and its pad. */
export interface TableRow {
  readonly name: string;
  /** Null where it takes all that is left of the NAND. */
  readonly sizeKib: number | null;
  readonly padKib: number;
}

/** The XML tables must agree with MIBIB, which is what the module gets (design.md, "The plan, the maps"). */
export function lintTable(
  rows: readonly TableRow[],
  { partitions }: PartitionMap,
  { pageSizeBytes, pagesPerBlock }: Geometry,
  file: string,
): Finding[] {
  const blockKib = (pageSizeBytes * pagesPerBlock) / 1024;
  const error = (says: string) => findingOf("table-contradicts-map", `${file}: ${says}`, { file });
  const found: Finding[] = [];
  for (const [index, row] of rows.entries()) {
    const partition = partitions[index];
    if (partition === undefined) found.push(error(`MIBIB has no ${row.name}`));
    else if (partition.name !== row.name)
      return [...found, error(`it says ${row.name} where MIBIB has ${partition.name}`)];
    else if (!hasLength(row, partition, blockKib))
      found.push(
        error(`its ${row.name} has ${lengthOf(row)}, in MIBIB ${partition.blockCount * blockKib} KiB`),
      );
  }
  const more = partitions.slice(rows.length).map(({ name }) => name);
  return more.length === 0 ? found : [...found, error(`it does not name ${more.join(", ")}`)];
}

/** Both are rounded up to blocks. Whether each for itself or their sum, nobody recorded; either is accepted. */
function hasLength({ sizeKib, padKib }: TableRow, { blockCount }: Partition, blockKib: number): boolean {
  if (sizeKib === null) return true;
  const blocks = (kib: number) => Math.ceil(kib / blockKib);
  return blockCount === blocks(sizeKib + padKib) || blockCount === blocks(sizeKib) + blocks(padKib);
}

function lengthOf({ sizeKib, padKib }: TableRow): string {
  return `${sizeKib ?? "all that is left"} and ${padKib} KiB`;
}
