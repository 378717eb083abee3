import type { Partition, PartitionMap } from "../../src/core/maps.js";
import { makePlan, type PackageFile, type Plan } from "../../src/core/plan.js";
import { eraseOf, fileOf, GEOMETRY, GGB_MAP, programOf } from "../core/nand.js";

/** SBL of two pages and TZ of five (one whole payload and a rest), in the vendor's order; `makePlan` mends it. */
export const SBL = fileOf("sbl1.mbn", 3_000);
export const TZ = fileOf("tz.mbn", 10_000);

export const PLAN: Plan = makePlan({
  release: "EG25GGBR07A08M2G_30.006.30.006",
  hardwareCode: "EG25GGB",
  geometry: { ...GEOMETRY, blockCount: null },
  targetMap: GGB_MAP,
  programmer: fileOf("firehose/prog_nand_firehose_9x07.mbn", 128_376),
  vendorSteps: [programOf("SBL", SBL), programOf("TZ", TZ), eraseOf("TZ"), eraseOf("SBL")],
});

/** No two bytes near each other are the same, and none is the zero of the padding. */
export function contentOf({ sizeBytes, path }: PackageFile): Uint8Array {
  return Uint8Array.from({ length: sizeBytes }, (_, at) => ((at + path.length) % 255) + 1);
}

/** The content in whole pages, as it must reach the module. */
export function padded(file: PackageFile): Uint8Array {
  const pages = Math.ceil(file.sizeBytes / GEOMETRY.pageSizeBytes);
  const bytes = new Uint8Array(pages * GEOMETRY.pageSizeBytes);
  bytes.set(contentOf(file));
  return bytes;
}

/** GGB with some partitions changed. */
export function mapWith(changes: Record<string, Partial<Partition>>): PartitionMap {
  return { partitions: GGB_MAP.partitions.map((one) => ({ ...one, ...changes[one.name] })) };
}
