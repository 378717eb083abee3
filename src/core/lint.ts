import {
  type Geometry,
  contains,
  overlaps,
  type Partition,
  type PartitionMap,
  protectedPartitions,
  type SectorRange,
  sectorsOf,
} from "./maps.js";
import { rangeOf, type VendorStep } from "./plan.js";

export type LintRule =
  | "no-sbl-partition"
  | "touches-protected"
  | "outside-partition"
  | "spans-partitions"
  | "image-too-large"
  | "no-room-for-bad-blocks"
  | "unaligned"
  | "empty-step"
  | "not-erased-first"
  | "programs-overlap"
  | "sbl-not-erased"
  | "sbl-not-once"
  | "vendor-order";

export interface Finding {
  readonly rule: LintRule;
  /** Notes are the vendor's habits that the plan repairs; errors forbid the plan. */
  readonly severity: "error" | "note";
  readonly says: string;
}

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
  const error = (rule: LintRule, says: string): Finding => ({ rule, severity: "error", says });
  const sbl = targetMap.partitions.find(({ startBlock }) => startBlock === 0);
  if (sbl === undefined || sbl.name !== "SBL")
    return [error("no-sbl-partition", "the map has no SBL partition at block 0")];
  const guarded = protectedPartitions(targetMap);
  const perStep = vendorSteps.flatMap((step) => lintStep(step, geometry, targetMap, guarded, error));
  return [
    ...perStep,
    ...lintPrograms(vendorSteps, geometry, error),
    ...lintSbl(vendorSteps, geometry, sectorsOf(sbl, geometry), error),
    ...orderNotes(vendorSteps),
  ];
}

type MakeError = (rule: LintRule, says: string) => Finding;

function lintStep(
  step: VendorStep,
  geometry: Geometry,
  map: PartitionMap,
  guarded: readonly Partition[],
  error: MakeError,
): Finding[] {
  const range = reach(step, geometry);
  const name = nameOf(step);
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
  if (step.kind === "program" && found.length === 0) found.push(...lintRoom(step, geometry, home, error));
  return found;
}

function lintRoom(
  step: VendorStep & { kind: "program" },
  geometry: Geometry,
  home: Partition,
  error: MakeError,
): Finding[] {
  const blockBytes = geometry.pageSizeBytes * geometry.pagesPerBlock;
  const blocks = Math.ceil(step.file.sizeBytes / blockBytes);
  const spare = Math.max(SPARE_BLOCKS_MIN, Math.ceil(blocks * SPARE_SHARE));
  if (blocks + spare <= home.blockCount) return [];
  return [
    error(
      "no-room-for-bad-blocks",
      `${nameOf(step)} fills ${blocks} of ${home.blockCount} blocks of ${home.name}; ${spare} must stay spare`,
    ),
  ];
}

function lintPrograms(steps: readonly VendorStep[], geometry: Geometry, error: MakeError): Finding[] {
  const programs = steps.filter((step) => step.kind === "program");
  const erases = steps.filter((step) => step.kind === "erase").map(rangeOf);
  const found: Finding[] = [];
  for (const [index, step] of programs.entries()) {
    const range = reach(step, geometry);
    if (!coveredBy(range, erases))
      found.push(error("not-erased-first", `${nameOf(step)} is covered by no erase`));
    for (const other of programs.slice(index + 1)) {
      const same = other.startSector === step.startSector && other.file.sha256 === step.file.sha256;
      if (!same && overlaps(range, reach(other, geometry)))
        found.push(error("programs-overlap", `${nameOf(step)} and ${nameOf(other)} overlap`));
    }
  }
  return found;
}

function lintSbl(
  steps: readonly VendorStep[],
  geometry: Geometry,
  sbl: SectorRange,
  error: MakeError,
): Finding[] {
  const found: Finding[] = [];
  const erases = steps.filter((step) => step.kind === "erase").map(rangeOf);
  if (!coveredBy(sbl, erases))
    found.push(
      error("sbl-not-erased", "no step erases the whole of SBL, so a cut run would not fall into EDL"),
    );
  const programs = steps.filter((step) => step.kind === "program");
  const images = programs.filter((step) => overlaps(reach(step, geometry), sbl));
  const distinct = new Set(images.map((step) => `${step.startSector} ${step.file.sha256}`));
  if (distinct.size !== 1)
    found.push(error("sbl-not-once", `SBL is programmed by ${distinct.size} images; it must be exactly one`));
  for (const step of images)
    if (step.startSector !== sbl.start)
      found.push(
        error("sbl-not-once", `${nameOf(step)} reaches into SBL but does not start at sector ${sbl.start}`),
      );
  return found;
}

/** Faults of the vendor's order are notes, since the plan puts them right; a stock tree lints clean. */
function orderNotes(steps: readonly VendorStep[]): Finding[] {
  const notes: Finding[] = [];
  for (const [index, step] of steps.entries()) {
    if (step.kind !== "program") continue;
    const later = steps
      .slice(index + 1)
      .some((other) => other.kind === "erase" && overlaps(rangeOf(other), rangeOf(step)));
    if (later)
      notes.push({
        rule: "vendor-order",
        severity: "note",
        says: `${nameOf(step)} comes before the erase of its own range; the plan puts it behind`,
      });
  }
  return notes;
}

/** What a step reaches on the NAND: an erase its range, a program the pages of its image or the room it names, the larger. */
function reach(step: VendorStep, geometry: Geometry): SectorRange {
  if (step.kind === "erase") return rangeOf(step);
  const pages = Math.ceil(step.file.sizeBytes / geometry.pageSizeBytes);
  return { start: step.startSector, end: step.startSector + Math.max(pages, step.sectorCount) };
}

function coveredBy(range: SectorRange, erases: readonly SectorRange[]): boolean {
  let from = range.start;
  for (const erase of [...erases].sort((a, b) => a.start - b.start)) {
    if (erase.start <= from && erase.end > from) from = erase.end;
  }
  return from >= range.end;
}

function nameOf(step: VendorStep): string {
  const what = step.kind === "erase" ? "erase" : `program ${step.file.path}`;
  return `line ${step.line}: ${what} ${step.startSector}+${step.sectorCount}`;
}
