/** NAND geometry and partition maps. A sector is one page; blocks are what can be erased. */

export interface Geometry {
  readonly pageSizeBytes: number;
  readonly pagesPerBlock: number;
  /** Null where only a package was seen, which does not say how large the NAND is. */
  readonly blockCount: number | null;
}

export interface Partition {
  /** Without the `0:` that MIBIB puts before it. */
  readonly name: string;
  readonly startBlock: number;
  readonly blockCount: number;
}

export interface PartitionMap {
  readonly partitions: readonly Partition[];
}

/** A range of sectors, end exclusive. */
export interface SectorRange {
  readonly start: number;
  readonly end: number;
}

export function sectorsOf(partition: Partition, geometry: Geometry): SectorRange {
  const start = partition.startBlock * geometry.pagesPerBlock;
  return { start, end: start + partition.blockCount * geometry.pagesPerBlock };
}

export function overlaps(a: SectorRange, b: SectorRange): boolean {
  return a.start < b.end && b.start < a.end;
}

export function contains(outer: SectorRange, inner: SectorRange): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

export function describeGeometry(geometry: Geometry): string {
  const page = geometry.pageSizeBytes;
  const block = (page * geometry.pagesPerBlock) / 1024;
  const size = geometry.blockCount === null ? "" : `, ${(geometry.blockCount * block) / 1024} MiB`;
  return `${page}-byte pages, ${block} KiB blocks${size}`;
}

/** Equal as far as both say: a package does not know the number of blocks. */
export function sameGeometry(a: Geometry, b: Geometry): boolean {
  const blocks = a.blockCount === null || b.blockCount === null || a.blockCount === b.blockCount;
  return blocks && a.pageSizeBytes === b.pageSizeBytes && a.pagesPerBlock === b.pagesPerBlock;
}

/** What a plan may write by name; every other partition is protected (domain.md 4.3, 4.4). */
const WRITABLE: ReadonlySet<string> = new Set([
  "SBL",
  "MIBIB",
  "TZ",
  "RPM",
  "aboot",
  "boot",
  "recovery",
  "modem",
  "misc",
  "recoveryfs",
  "recoveryfs_b",
  "image_back",
  "usr_data",
  "system",
]);

/** The set whose bounds must be the same in both maps: it holds what is unique to the module. */
const CALIBRATION: readonly (readonly string[])[] = [
  ["EFS2"],
  ["sys_rev", "cache_efs2"],
  ["RAWDATA"],
  ["cust_info"],
];

/**
 * Partitions no step may touch: all that lies between MIBIB and TZ whatever its name, and every name that is not known
 * to be written by ordinary updates (cust_info, oemapp, sec and names nobody recorded).
 */
export function protectedPartitions(map: PartitionMap): Partition[] {
  const mibib = map.partitions.find(({ name }) => name === "MIBIB");
  const tz = map.partitions.find(({ name }) => name === "TZ");
  const from = mibib === undefined ? 0 : mibib.startBlock + mibib.blockCount;
  const to = tz?.startBlock ?? Number.POSITIVE_INFINITY;
  return map.partitions.filter(
    ({ name, startBlock }) => !WRITABLE.has(name) || (startBlock >= from && startBlock < to),
  );
}

/** The calibration partitions of a map, those it has. */
export function calibrationPartitions(map: PartitionMap): Partition[] {
  const names = CALIBRATION.flat();
  return map.partitions.filter(({ name }) => names.includes(name));
}

/**
 * Differences that forbid a flash: the bounds of EFS2, sys_rev (also called cache_efs2), RAWDATA and cust_info. Other
 * partitions may move: ordinary updates inside one hardware code move them (domain.md 4.4b).
 */
export function calibrationDifferences(target: PartitionMap, current: PartitionMap): string[] {
  return CALIBRATION.flatMap((names) => {
    const wanted = target.partitions.find(({ name }) => names.includes(name));
    const found = current.partitions.find(({ name }) => names.includes(name));
    // A map without EFS2 is none of this family: nothing could be proven with it.
    if (wanted === undefined && found === undefined)
      return names.includes("EFS2") ? ["EFS2: in neither map"] : [];
    if (wanted?.startBlock === found?.startBlock && wanted?.blockCount === found?.blockCount) return [];
    return [`${names[0] ?? ""}: module has ${blocksOf(found)}, package expects ${blocksOf(wanted)}`];
  });
}

/** Steps that would touch the calibration of a module with this map, in words; empty where none does. */
export function stepsOverCalibration(
  steps: readonly { kind: string; startSector: number; sectorCount: number }[],
  current: PartitionMap,
  geometry: Geometry,
): string[] {
  return steps.flatMap(({ kind, startSector, sectorCount }) =>
    calibrationPartitions(current)
      .filter((partition) =>
        overlaps({ start: startSector, end: startSector + sectorCount }, sectorsOf(partition, geometry)),
      )
      .map(({ name }) => `${kind} ${startSector}+${sectorCount} would touch this module's ${name}`),
  );
}

function blocksOf(partition: Partition | undefined): string {
  if (partition === undefined) return "none";
  return `blocks ${partition.startBlock}-${partition.startBlock + partition.blockCount - 1}`;
}
