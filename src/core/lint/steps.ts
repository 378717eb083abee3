import {
  contains,
  type Geometry,
  overlaps,
  type Partition,
  type PartitionMap,
  protectedPartitions,
  sectorsOf,
} from "../maps.js";
import { reachOf, type VendorStep } from "../steps.js";
import { type Finding, findingOf, type LintRule } from "./rules.js";
import { at, nameOf } from "./step-name.js";
import { lintWhole } from "./whole.js";

export interface LintInput {
  readonly geometry: Geometry;
  readonly targetMap: PartitionMap;
  readonly vendorSteps: readonly VendorStep[];
}

/** NAND images need room for blocks that go bad: two per hundred, at least two (design.md, "The plan, the maps"). */
const SPARE_SHARE = 0.02;
const SPARE_BLOCKS_MIN = 2;

/** Proves the vendor's steps against the target map. An empty list of errors is what a plan needs to exist. */
export function lintSteps({ geometry, targetMap, vendorSteps }: LintInput): Finding[] {
  const sbl = targetMap.partitions.find(({ startBlock }) => startBlock === 0);
  if (sbl === undefined || sbl.name !== "SBL")
    return [findingOf("no-sbl-partition", "the map has no SBL partition at block 0")];
  const guarded = protectedPartitions(targetMap);
  return [
    ...vendorSteps.flatMap((step) => lintStep(step, geometry, targetMap, guarded)),
    ...lintWhole(vendorSteps, geometry, sectorsOf(sbl, geometry)),
  ];
}

function lintStep(
  step: VendorStep,
  geometry: Geometry,
  map: PartitionMap,
  guarded: readonly Partition[],
): Finding[] {
  const range = reachOf(step, geometry.pageSizeBytes);
  const name = nameOf(step);
  const error = (rule: LintRule, says: string) => findingOf(rule, says, at(step));
  // To the programmer an erase without a proper range is a whole-chip erase (domain.md 4.2b).
  const amount = step.kind === "erase" ? step.sectorCount : step.file.sizeBytes;
  if (!(amount > 0 && step.sectorCount >= 0 && step.startSector >= 0))
    return [error("empty-step", `${name} covers nothing`)];
  const touched = guarded.filter((partition) => overlaps(range, sectorsOf(partition, geometry)));
  if (touched.length > 0) {
    return touched.map((partition) =>
      error("touches-protected", `${name} touches ${partition.name}, which no update may touch`),
    );
  }
  const homes = map.partitions.filter((partition) => overlaps(range, sectorsOf(partition, geometry)));
  const home = homes[0];
  if (home === undefined) return [error("outside-partition", `${name} lies in no partition of the map`)];
  const found: Finding[] = [];
  if (homes.length > 1 || !contains(sectorsOf(home, geometry), range)) {
    const tooLarge = step.kind === "program" && step.startSector === sectorsOf(home, geometry).start;
    found.push(
      tooLarge
        ? error(
            "image-too-large",
            `${name} needs ${range.end - range.start} sectors, ${home.name} has ${home.blockCount * geometry.pagesPerBlock}`,
          )
        : error("spans-partitions", `${name} reaches beyond ${home.name}`),
    );
  }
  const blockAligned = step.startSector % geometry.pagesPerBlock === 0;
  const eraseAligned = step.kind === "program" || step.sectorCount % geometry.pagesPerBlock === 0;
  if (!blockAligned || !eraseAligned)
    found.push(error("unaligned", `${name} is not aligned to blocks of ${geometry.pagesPerBlock} pages`));
  if (step.kind === "program" && found.length === 0) found.push(...lintRoom(step, geometry, home));
  return found;
}

function lintRoom(step: VendorStep & { kind: "program" }, geometry: Geometry, home: Partition): Finding[] {
  const blockBytes = geometry.pageSizeBytes * geometry.pagesPerBlock;
  const blocks = Math.ceil(step.file.sizeBytes / blockBytes);
  const spare = Math.max(SPARE_BLOCKS_MIN, Math.ceil(blocks * SPARE_SHARE));
  if (blocks + spare <= home.blockCount) return [];
  const says = `${nameOf(step)} fills ${blocks} of ${home.blockCount} blocks of ${home.name}; ${spare} must stay spare`;
  return [findingOf("no-room-for-bad-blocks", says, at(step))];
}
