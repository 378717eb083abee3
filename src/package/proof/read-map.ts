import { EcflashError, isEcflashError } from "../../core/errors.js";
import { type Finding, findingOf } from "../../core/lint/rules.js";
import type { Geometry, PartitionMap } from "../../core/maps.js";
import type { Revision } from "../../core/revision.js";
import type { PackageFile } from "../../core/steps.js";
import { checkMibibSum, parseMibib } from "../../protocol/mibib.js";
import { type Inventory, readPackageFile } from "./inventory.js";
import { filesOf, FIREHOSE, refuseOtherGeometry } from "./layout.js";

/** NAND size in the revision's flash field, `M4G`: gigabits (domain.md 1.3). */
const BYTES_PER_GBIT = 128 * 1024 * 1024;

/**
 * The map the plan leaves on the module: the MIBIB in `partition_complete_*.mbn` (domain.md 4.4b).
 * @throws EcflashError `map-absent`, `rawprogram-malformed` where its name says another geometry
 */
export async function readTargetMap(
  inventory: Inventory,
  geometry: Geometry,
  revision: Revision | null,
  findings: Finding[],
): Promise<{ file: PackageFile; map: PartitionMap }> {
  const found = filesOf(inventory, /^partition_complete_.*\.mbn$/);
  const [file, ...more] = found;
  if (file === undefined || more.length > 0)
    throw new EcflashError("map-absent", {
      looked: `${FIREHOSE}/partition_complete_*.mbn: ${found.length} files, must be one`,
    });
  refuseOtherGeometry(file.path, geometry);
  const bytes = await readPackageFile(inventory.root, file);
  const { pageSizeBytes } = geometry;
  try {
    const totalBlocks = revision === null ? undefined : blocksOf(revision, geometry);
    const map = parseMibib(bytes, { pageSizeBytes, totalBlocks });
    if (checkMibibSum(bytes, { pageSizeBytes }) !== "good")
      findings.push(
        findingOf("map-checksum", `${file.path} carries no checksum that fits its table`, {
          file: file.path,
        }),
      );
    findings.push(...shortOfFlash(map, totalBlocks, file.path));
    return { file, map };
  } catch (cause) {
    if (!isEcflashError(cause, "map-unreadable")) throw cause;
    throw new EcflashError("map-absent", { looked: `${file.path}: ${cause.facts.reason}` }, { cause });
  }
}

function blocksOf({ flash }: Revision, { pageSizeBytes, pagesPerBlock }: Geometry): number | undefined {
  const gigabits = /^[ME](\d+)G$/.exec(flash)?.[1];
  return gigabits === undefined
    ? undefined
    : (Number(gigabits) * BYTES_PER_GBIT) / (pageSizeBytes * pagesPerBlock);
}

/** A map that ends early is legal; one for another NAND looks like this too. */
function shortOfFlash(
  { partitions }: PartitionMap,
  totalBlocks: number | undefined,
  file: string,
): Finding[] {
  const end = Math.max(...partitions.map(({ startBlock, blockCount }) => startBlock + blockCount));
  if (totalBlocks === undefined || end === totalBlocks) return [];
  const says = `${file}: the map ends at block ${end}, the NAND that the revision names at ${totalBlocks}`;
  return [findingOf("map-short-of-flash", says, { file })];
}
