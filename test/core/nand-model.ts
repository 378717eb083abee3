import {
  type Geometry,
  type Partition,
  type PartitionMap,
  type SectorRange,
  sectorsOf,
} from "../../src/core/maps.js";
import type { PlanStep } from "../../src/core/plan.js";
import type { Boot, Cut, EraseOrder } from "./nand-model-pages.js";

/** Pages that have the same content now and are to have the same at the end. */
interface Run {
  readonly start: number;
  readonly end: number;
  now: number;
  readonly goal: number;
}

const OLD = 0;
const ERASED = 1;
const FIRST_IMAGE = 2;

/**
 * What `nand-model-pages` does page by page, here by runs of equal pages, so that a thousand plans are proven in
 * seconds. It leaves no boundary out: runs are cut at every bound of a step and behind SBL's first page, so inside one
 * run each count only rises or only falls, and can reach or leave zero at the run's first or last page alone. The states
 * behind these two are therefore all there are.
 */
export function cutEverywhere(
  steps: readonly PlanStep[],
  map: PartitionMap,
  order: EraseOrder,
  geometry: Geometry,
): { cuts: Cut[]; untouched: (partition: Partition) => boolean } {
  const sblPartition = map.partitions.find(({ name }) => name === "SBL");
  if (sblPartition === undefined) throw new RangeError("a map without SBL");
  const sbl = sectorsOf(sblPartition, geometry);
  const runs = runsOf(steps, map, geometry, sbl);
  const inSbl = ({ start }: Run) => start >= sbl.start && start < sbl.end;
  const first = runs.find(({ start }) => start === sbl.start);
  const sum = (counts: (run: Run) => boolean) =>
    runs.reduce((all, run) => all + (counts(run) ? run.end - run.start : 0), 0);
  const count = {
    changed: 0,
    open: sum(({ goal }) => goal !== OLD),
    sblChanged: 0,
    sblOpen: sum((run) => inSbl(run) && run.goal !== OLD),
  };
  const boot = (): Boot => {
    if (count.changed === 0) return "old whole";
    if (count.open === 0) return "new whole";
    if (first?.now === ERASED) return "SBL absent";
    return count.sblChanged > 0 && count.sblOpen > 0 ? "SBL torn" : "mixture";
  };
  const add = (run: Run, to: number, pages: number) => {
    const changes = (Number(to !== OLD) - Number(run.now !== OLD)) * pages;
    const opens = (Number(to !== run.goal) - Number(run.now !== run.goal)) * pages;
    count.changed += changes;
    count.open += opens;
    if (!inSbl(run)) return;
    count.sblChanged += changes;
    count.sblOpen += opens;
  };

  const cuts: Cut[] = [{ step: 0, boot: boot() }];
  for (const [index, step] of steps.entries()) {
    const end = step.startSector + step.sectorCount;
    const touched = runs.filter((run) => run.start >= step.startSector && run.end <= end);
    if (step.kind === "erase" && order === "descending") touched.reverse();
    const to = step.kind === "erase" ? ERASED : FIRST_IMAGE + index;
    for (const run of touched) {
      if (step.kind === "program" && run.now !== ERASED)
        throw new Error(`page ${run.start} is programmed without an erase`);
      const pages = run.end - run.start;
      if (pages > 1) {
        add(run, to, 1);
        cuts.push({ step: index, boot: boot() });
        add(run, to, pages - 2);
        cuts.push({ step: index, boot: boot() });
      }
      add(run, to, 1);
      run.now = to;
      cuts.push({ step: index, boot: boot() });
    }
  }
  const untouched = (partition: Partition) => {
    const { start, end } = sectorsOf(partition, geometry);
    return runs.every((run) => run.end <= start || run.start >= end || run.now === OLD);
  };
  return { cuts, untouched };
}

function runsOf(steps: readonly PlanStep[], map: PartitionMap, geometry: Geometry, sbl: SectorRange): Run[] {
  const bounds = new Set([0, sbl.start, sbl.start + 1, sbl.end]);
  for (const partition of map.partitions) {
    const { start, end } = sectorsOf(partition, geometry);
    bounds.add(start).add(end);
  }
  for (const { startSector, sectorCount } of steps) bounds.add(startSector).add(startSector + sectorCount);
  const sorted = [...bounds].sort((a, b) => a - b);
  return sorted.slice(0, -1).map((start, at) => ({
    start,
    end: sorted[at + 1] ?? start,
    now: OLD,
    goal: goalOf(start, steps),
  }));
}

/** A page as the whole of the steps leaves it, whatever their order between erases and programs. */
function goalOf(page: number, steps: readonly PlanStep[]): number {
  const over = (step: PlanStep) => page >= step.startSector && page < step.startSector + step.sectorCount;
  const image = steps.findLastIndex((step) => step.kind === "program" && over(step));
  if (image >= 0) return FIRST_IMAGE + image;
  return steps.some((step) => step.kind === "erase" && over(step)) ? ERASED : OLD;
}
