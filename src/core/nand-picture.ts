import {
  type Geometry,
  overlaps,
  type PartitionMap,
  protectedPartitions,
  type SectorRange,
  sectorsOf,
} from "./maps.js";
import { rangeOf, reachOf, type VendorStep } from "./steps.js";

/** What the steps do to a place: `trespass` is a step where none may be. */
export type PlaceState = "written" | "erased" | "protected" | "untouched" | "trespass";

/** A partition of the map, or a gap that no partition owns. */
export interface Place {
  /** Null for a gap. */
  readonly name: string | null;
  readonly startBlock: number;
  readonly blockCount: number;
  readonly state: PlaceState;
  /** Bytes of images that go here. */
  readonly writtenBytes: number;
  /** Their share of the place, 0 to 1. */
  readonly fill: number;
}

/** The NAND from block 0 to the end of the map, each block in exactly one place, and what the steps do there. */
export function pictureOf(map: PartitionMap, geometry: Geometry, steps: readonly VendorStep[]): Place[] {
  const guarded = new Set(protectedPartitions(map).map(({ name }) => name));
  const blockBytes = geometry.pageSizeBytes * geometry.pagesPerBlock;
  return placesOf(map, steps, geometry).map(({ name, startBlock, blockCount }) => {
    const range = sectorsOf({ name: "", startBlock, blockCount }, geometry);
    const touching = steps.filter((step) => overlaps(reachOf(step, geometry.pageSizeBytes), range));
    const images = touching.filter((step) => step.kind === "program");
    const writtenBytes = new Map(
      images.map((step) => [
        step.startSector,
        bytesIn(step.startSector, step.file.sizeBytes, range, geometry),
      ]),
    );
    const sum = Math.min(
      [...writtenBytes.values()].reduce((all, bytes) => all + bytes, 0),
      blockCount * blockBytes,
    );
    const forbidden = name === null || guarded.has(name);
    const state: PlaceState =
      touching.length === 0
        ? forbidden && name !== null
          ? "protected"
          : "untouched"
        : forbidden
          ? "trespass"
          : images.length > 0
            ? "written"
            : "erased";
    return { name, startBlock, blockCount, state, writtenBytes: sum, fill: sum / (blockCount * blockBytes) };
  });
}

function bytesIn(
  startSector: number,
  sizeBytes: number,
  range: SectorRange,
  { pageSizeBytes }: Geometry,
): number {
  const from = Math.max(startSector, range.start) * pageSizeBytes;
  const to = Math.min(startSector * pageSizeBytes + sizeBytes, range.end * pageSizeBytes);
  return Math.max(0, to - from);
}

interface Bare {
  readonly name: string | null;
  readonly startBlock: number;
  readonly blockCount: number;
}

/** The partitions in order with the gaps between them; steps behind the last partition make a last gap. */
function placesOf({ partitions }: PartitionMap, steps: readonly VendorStep[], geometry: Geometry): Bare[] {
  const places: Bare[] = [];
  let next = 0;
  for (const partition of [...partitions].sort((a, b) => a.startBlock - b.startBlock)) {
    if (partition.startBlock > next)
      places.push({ name: null, startBlock: next, blockCount: partition.startBlock - next });
    places.push(partition);
    next = partition.startBlock + partition.blockCount;
  }
  const end = Math.max(0, ...steps.map((step) => Math.ceil(rangeOf(step).end / geometry.pagesPerBlock)));
  if (end > next) places.push({ name: null, startBlock: next, blockCount: end - next });
  return places;
}
