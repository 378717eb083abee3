import { EcflashError } from "./errors.js";
import { errorsAmong } from "./lint/rules.js";
import { lintSteps } from "./lint/steps.js";
import type { Geometry, PartitionMap } from "./maps.js";
import type { PackageFile, VendorStep } from "./steps.js";

export type { PackageFile, VendorStep } from "./steps.js";
export { rangeOf } from "./steps.js";

export type PlanStep =
  | {
      readonly kind: "erase";
      readonly startSector: number;
      readonly sectorCount: number;
      readonly partition: string;
    }
  | {
      readonly kind: "program";
      readonly startSector: number;
      /** Pages the image fills, rounded up. */
      readonly sectorCount: number;
      readonly partition: string;
      readonly file: PackageFile;
    };

/** Ordered steps that put one release on a module. Made only by `makePlan`, so that its order is the safe one. */
export interface Plan {
  readonly release: string;
  readonly hardwareCode: string;
  readonly geometry: Geometry;
  readonly targetMap: PartitionMap;
  readonly programmer: PackageFile;
  readonly steps: readonly PlanStep[];
}

export interface PlanInput extends Omit<Plan, "steps"> {
  readonly vendorSteps: readonly VendorStep[];
}

/**
 * The safe order: erase SBL first and all of it, then the other erases, then the other programs, SBL last. A run cut
 * anywhere leaves no SBL, and without SBL the boot ROM falls into EDL (forums.quectel.com 44652; QFirehose's release
 * note V1.2.4 orders the same way). The vendor's own order programs SBL first and erases it near the end.
 * It lints the steps itself, so that a plan that writes EFS2 cannot be had from it.
 * @throws EcflashError `plan-unsafe`
 */
export function makePlan(input: PlanInput): Plan {
  const { vendorSteps, ...rest } = input;
  const unsafe = errorsAmong(lintSteps(input));
  if (unsafe.length > 0) throw new EcflashError("plan-unsafe", { findings: unsafe.map(({ says }) => says) });
  const steps = dedupe(vendorSteps).map((step) => planned(step, input));
  const isSbl = (step: PlanStep) => step.startSector === 0 || step.partition === "SBL";
  const erases = steps.filter((step) => step.kind === "erase");
  const programs = steps.filter((step) => step.kind === "program");
  return {
    ...rest,
    steps: [
      ...erases.filter(isSbl).sort((a, b) => a.startSector - b.startSector),
      ...erases.filter((step) => !isSbl(step)),
      ...programs.filter((step) => !isSbl(step)),
      ...programs.filter(isSbl),
    ],
  };
}

/** The same file to the same place twice is the vendor's way of saying it once. */
function dedupe(steps: readonly VendorStep[]): VendorStep[] {
  const key = (step: VendorStep) =>
    `${step.kind} ${step.startSector} ${step.kind === "program" ? step.file.sha256 : step.sectorCount}`;
  return [...new Map(steps.map((step) => [key(step), step])).values()];
}

function planned(step: VendorStep, { geometry, targetMap }: PlanInput): PlanStep {
  const block = Math.floor(step.startSector / geometry.pagesPerBlock);
  const partition =
    targetMap.partitions.find(
      ({ startBlock, blockCount }) => block >= startBlock && block < startBlock + blockCount,
    )?.name ?? "?";
  const { startSector } = step;
  if (step.kind === "erase") return { kind: "erase", startSector, sectorCount: step.sectorCount, partition };
  const sectorCount = Math.ceil(step.file.sizeBytes / geometry.pageSizeBytes);
  return { kind: "program", startSector, sectorCount, partition, file: step.file };
}

/** Bytes the plan sends to the module, padded to whole pages: the measure of progress. */
export function planBytes(plan: Plan): number {
  return plan.steps.reduce(
    (sum, step) => sum + (step.kind === "program" ? step.sectorCount * plan.geometry.pageSizeBytes : 0),
    0,
  );
}

/** One text per plan, the same on every host, for hashing: what is written where, by content. */
export function canonicalPlan(plan: Plan): string {
  const { pageSizeBytes, pagesPerBlock } = plan.geometry;
  const head = `ecflash.plan/1 ${plan.release} ${plan.hardwareCode} ${pageSizeBytes} ${pagesPerBlock} ${plan.programmer.sha256}`;
  const map = plan.targetMap.partitions.map(
    ({ name, startBlock, blockCount }) => `map ${name} ${startBlock} ${blockCount}`,
  );
  const steps = plan.steps.map((step) =>
    step.kind === "erase"
      ? `erase ${step.startSector} ${step.sectorCount}`
      : `program ${step.startSector} ${step.sectorCount} ${step.file.sizeBytes} ${step.file.sha256}`,
  );
  return [head, ...map, ...steps, ""].join("\n");
}

/** A step in words: `program modem (update/NON-HLOS.ubi)`. */
export function describeStep(step: PlanStep): string {
  return step.kind === "erase" ? `erase ${step.partition}` : `program ${step.partition} (${step.file.path})`;
}
