import { type Partition, type PartitionMap, sectorsOf } from "../../src/core/maps.js";
import type { PlanStep } from "../../src/core/plan.js";
import { GEOMETRY } from "./nand.js";

/**
 * What a module would do after a power cut. `absent`: no SBL, so the boot ROM falls into EDL. `torn`: some of SBL is there
 * and some is not; nobody has seen what a module does then (design.md, "Prefix proof"). `mixture`: a whole SBL starts
 * a firmware that is not whole, which is what the order of a plan exists to prevent.
 */
export type Boot = "old whole" | "SBL absent" | "SBL torn" | "new whole" | "mixture";

/** The order in which the pages of one erase go; how a programmer does it is not known. */
export type EraseOrder = "ascending" | "descending";

export interface Cut {
  /** The step that was under way, by its index. */
  readonly step: number;
  readonly boot: Boot;
}

const OLD = 0;
const ERASED = 1;
/** A page of the image of step n is `FIRST_IMAGE + n`. */
const FIRST_IMAGE = 2;
const PAGES = 2048 * 64;

/**
 * A NAND at the level of pages, told to do `steps` one page at a time. Gives how the module would boot if the power were
 * cut before the first page and after each one, and the pages as they are at the end. Throws when a page is programmed
 * that was not erased: NAND cannot do that.
 */
export function cutEverywhere(
  steps: readonly PlanStep[],
  map: PartitionMap,
  order: EraseOrder,
): { cuts: Cut[]; untouched: (partition: Partition) => boolean } {
  const goal = whenDone(steps);
  const pages = new Uint16Array(PAGES).fill(OLD);
  const sblPartition = map.partitions.find(({ name }) => name === "SBL");
  if (sblPartition === undefined) throw new RangeError("a map without SBL");
  const sbl = sectorsOf(sblPartition, GEOMETRY);
  const inSbl = (page: number) => page >= sbl.start && page < sbl.end;
  let changed = 0;
  let sblChanged = 0;
  let open = goal.filter((page) => page !== OLD).length;
  let sblOpen = goal.subarray(sbl.start, sbl.end).filter((page) => page !== OLD).length;

  const set = (page: number, to: number) => {
    const was = pages[page] ?? OLD;
    const changes = Number(to !== OLD) - Number(was !== OLD);
    const opens = Number(to !== goal[page]) - Number(was !== goal[page]);
    pages[page] = to;
    changed += changes;
    open += opens;
    if (!inSbl(page)) return;
    sblChanged += changes;
    sblOpen += opens;
  };
  const boot = (): Boot => {
    if (changed === 0) return "old whole";
    if (open === 0) return "new whole";
    if (pages[sbl.start] === ERASED) return "SBL absent";
    return sblChanged > 0 && sblOpen > 0 ? "SBL torn" : "mixture";
  };

  const cuts: Cut[] = [{ step: 0, boot: boot() }];
  for (const [index, step] of steps.entries()) {
    for (let nth = 0; nth < step.sectorCount; nth += 1) {
      if (step.kind === "erase") {
        const offset = order === "ascending" ? nth : step.sectorCount - 1 - nth;
        set(step.startSector + offset, ERASED);
      } else {
        const page = step.startSector + nth;
        if (pages[page] !== ERASED) throw new Error(`page ${page} is programmed without an erase`);
        set(page, FIRST_IMAGE + index);
      }
      cuts.push({ step: index, boot: boot() });
    }
  }
  const untouched = (partition: Partition) => {
    const { start, end } = sectorsOf(partition, GEOMETRY);
    return pages.subarray(start, end).every((page) => page === OLD);
  };
  return { cuts, untouched };
}

/** Every page as the whole of the steps leaves it, whatever their order between erases and programs. */
function whenDone(steps: readonly PlanStep[]): Uint16Array {
  const pages = new Uint16Array(PAGES).fill(OLD);
  for (const { kind, startSector, sectorCount } of steps)
    if (kind === "erase") pages.fill(ERASED, startSector, startSector + sectorCount);
  for (const [index, { kind, startSector, sectorCount }] of steps.entries())
    if (kind === "program") pages.fill(FIRST_IMAGE + index, startSector, startSector + sectorCount);
  return pages;
}
