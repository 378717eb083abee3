import type { Geometry, Partition, PartitionMap } from "../../src/core/maps.js";
import type { PackageFile, VendorStep } from "../../src/core/plan.js";

/** An EG25-G (GGB) as domain.md 4.4 records it: pages of 2048 bytes, 64 of them a block, 2048 blocks. */
export const GEOMETRY: Geometry = { pageSizeBytes: 2048, pagesPerBlock: 64, blockCount: 2048 };

function mapOf(
  ...rows: readonly (readonly [name: string, startBlock: number, blockCount: number])[]
): PartitionMap {
  return { partitions: rows.map(([name, startBlock, blockCount]) => ({ name, startBlock, blockCount })) };
}

export const GGB_MAP = mapOf(
  ["SBL", 0, 10],
  ["MIBIB", 10, 10],
  ["EFS2", 20, 136],
  ["sys_rev", 156, 40],
  ["RAWDATA", 196, 10],
  ["TZ", 206, 12],
  ["RPM", 218, 9],
  ["cust_info", 227, 16],
  ["aboot", 243, 12],
  ["boot", 255, 62],
  ["recovery", 317, 62],
  ["modem", 379, 428],
  ["misc", 807, 5],
  ["recoveryfs", 812, 162],
  ["usr_data", 974, 480],
  ["sec", 1454, 4],
  ["system", 1458, 590],
);

/** The head of an EC25-EU (EUGA) map: its calibration is longer, so all behind it lies elsewhere (domain.md 4.4b). */
export const EUGA_MAP = mapOf(
  ["SBL", 0, 10],
  ["MIBIB", 10, 10],
  ["EFS2", 20, 176],
  ["sys_rev", 196, 40],
  ["RAWDATA", 236, 24],
  ["cust_info", 260, 14],
  ["oemapp", 274, 24],
  ["TZ", 298, 12],
);

export function partitionOf(name: string, map: PartitionMap = GGB_MAP): Partition {
  const partition = map.partitions.find((row) => row.name === name);
  if (partition === undefined) throw new RangeError(`${name} is not in the map`);
  return partition;
}

export function fileOf(path: string, sizeBytes: number): PackageFile {
  return { path: `update/${path}`, sizeBytes, sha256: `sha256 of ${path}` };
}

export const PROGRAMMER = fileOf("firehose/prog_nand_firehose_9x07.mbn", 128_376);

/** The images of an EG25 package: sizes of domain.md 4.3, those of the four large ones invented. */
const IMAGES: readonly (readonly [partition: string, file: string, sizeBytes: number])[] = [
  ["SBL", "sbl1.mbn", 223_176],
  ["MIBIB", "partition_complete_p2K_b128K.mbn", 8192],
  ["TZ", "tz.mbn", 526_844],
  ["RPM", "rpm.mbn", 160_904],
  ["aboot", "appsboot.mbn", 477_916],
  ["boot", "mdm9607-boot.img", 6_291_456],
  ["recovery", "mdm9607-recovery.img", 6_291_456],
  ["modem", "NON-HLOS.ubi", 41_943_040],
  ["recoveryfs", "mdm9607-recovery.ubi", 12_582_912],
  ["system", "mdm9607-sysfs.ubi", 33_554_432],
];

export function eraseOf(name: string, line = 0, map: PartitionMap = GGB_MAP): VendorStep & { kind: "erase" } {
  const { startBlock, blockCount } = partitionOf(name, map);
  return {
    kind: "erase",
    line,
    startSector: startBlock * GEOMETRY.pagesPerBlock,
    sectorCount: blockCount * GEOMETRY.pagesPerBlock,
  };
}

export function programOf(
  name: string,
  file: PackageFile,
  line = 0,
  map: PartitionMap = GGB_MAP,
): VendorStep & { kind: "program" } {
  const { startBlock } = partitionOf(name, map);
  return {
    kind: "program",
    line,
    startSector: startBlock * GEOMETRY.pagesPerBlock,
    sectorCount: Math.ceil(file.sizeBytes / GEOMETRY.pageSizeBytes),
    file,
  };
}

/**
 * Quectel's own order (domain.md 4.4): the large partitions are erased first, then SBL, MIBIB and TZ are programmed, and
 * near the end TZ, MIBIB and at last SBL are erased.
 */
export function vendorOrder(): VendorStep[] {
  const boot = ["SBL", "MIBIB", "TZ"];
  const names = IMAGES.map(([name]) => name);
  const steps = [
    ...names.filter((name) => !boot.includes(name)).map((name) => eraseOf(name)),
    ...IMAGES.map(([name, path, sizeBytes]) => programOf(name, fileOf(path, sizeBytes))),
    ...boot.toReversed().map((name) => eraseOf(name)),
  ];
  return steps.map((step, index) => ({ ...step, line: index + 1 }));
}

/** The same tree in small: one or two pages an image, for proofs that cut a plan at every page. */
export function smallVendorOrder(): VendorStep[] {
  return vendorOrder().map((step) =>
    step.kind === "erase"
      ? step
      : { ...step, file: { ...step.file, sizeBytes: 3 * 2048 - 5 }, sectorCount: 3 },
  );
}
