import { EcflashError, isEcflashError } from "../../core/errors.js";
import {
  calibrationDifferences,
  calibrationPartitions,
  describeGeometry,
  type Geometry,
  type PartitionMap,
  sameGeometry,
  type SectorRange,
  sectorsOf,
  stepsOverCalibration,
} from "../../core/maps.js";
import type { Plan } from "../../core/plan.js";
import { parseMibib } from "../../protocol/mibib.js";
import type { FirehoseHost } from "./firehose-host.js";

/** Pages of MIBIB that hold the table: a magic page, the table, a user table, a checksum page (domain.md 4.4b). */
const MIBIB_PAGES = 4;

export interface Inspection {
  readonly geometry: Geometry;
  readonly currentMap: PartitionMap;
}

/**
 * Looks before the first write: the NAND's geometry and the partition map the module has now, compared with the plan's.
 * Throws `geometry-differs`, `maps-differ` or `map-unreadable`; the caller then resets the module, which is as before.
 * *Unknown* is a refusal unless the caller says otherwise (`unknownIsAllowed`: same hardware code and line, or a tested edge).
 */
export async function inspect(
  host: FirehoseHost,
  plan: Plan,
  { unknownIsAllowed }: { unknownIsAllowed: boolean },
): Promise<Inspection | null> {
  const geometry = await host.storageInfo();
  if (geometry !== null && !sameGeometry(geometry, plan.geometry)) {
    throw new EcflashError("geometry-differs", {
      plan: describeGeometry(plan.geometry),
      module: describeGeometry(geometry),
    });
  }
  const currentMap = await readCurrentMap(host, plan, geometry ?? plan.geometry);
  // A map that can be read is compared even where the geometry stays unknown: that allowance covers no known difference.
  const differences = currentMap === null ? [] : differencesOf(plan, currentMap);
  if (differences.length > 0) throw new EcflashError("maps-differ", { differences });
  if (geometry !== null && currentMap !== null) return { geometry, currentMap };
  if (unknownIsAllowed) return null;
  const reason =
    geometry === null ? "the programmer does not tell the geometry" : "the programmer does not read";
  throw new EcflashError("map-unreadable", { reason });
}

/** Equal bounds already keep the plan off; the module's own map is asked once more, step by step. */
function differencesOf(plan: Plan, currentMap: PartitionMap): string[] {
  const bounds = calibrationDifferences(plan.targetMap, currentMap);
  return bounds.length > 0 ? bounds : stepsOverCalibration(plan.steps, currentMap, plan.geometry);
}

/** Null when the programmer refuses to read; a table that is not one throws `map-unreadable`. */
async function readCurrentMap(
  host: FirehoseHost,
  plan: Plan,
  { pageSizeBytes, blockCount }: Geometry,
): Promise<PartitionMap | null> {
  const mibib = plan.targetMap.partitions.find(({ name }) => name === "MIBIB");
  if (mibib === undefined) throw new EcflashError("map-absent", { looked: "MIBIB in the target map" });
  const { start } = sectorsOf(mibib, plan.geometry);
  try {
    const bytes = await host.read(plan.geometry, { start, end: start + MIBIB_PAGES });
    // The NAND's size gives a last partition "to the end" its length.
    return parseMibib(bytes, { pageSizeBytes, totalBlocks: blockCount ?? undefined });
  } catch (error) {
    if (isEcflashError(error, "firehose-failed")) return null;
    throw error;
  }
}

/** The calibration ranges as the module holds them, for a private copy. ecflash never writes them back by itself. */
export async function readCalibration(
  host: FirehoseHost,
  { geometry, currentMap }: Inspection,
  progress: (doneBytes: number, totalBytes: number) => void,
): Promise<{ readonly name: string; readonly range: SectorRange; readonly bytes: Uint8Array }[]> {
  const partitions = calibrationPartitions(currentMap).map(({ name, ...rest }) => ({
    name,
    range: sectorsOf({ name, ...rest }, geometry),
  }));
  const sizes = partitions.map(({ range }) => (range.end - range.start) * geometry.pageSizeBytes);
  const totalBytes = sizes.reduce((sum, size) => sum + size, 0);
  const copies = [];
  let before = 0;
  for (const { name, range } of partitions) {
    const bytes = await host.read(geometry, range, (done) => progress(before + done, totalBytes));
    copies.push({ name, range, bytes });
    before += bytes.length;
  }
  return copies;
}
