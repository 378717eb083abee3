import type { PartitionMap } from "../core/maps.js";
import { bootOutcome, type BootOutcome } from "./boot.js";
import { currentMap } from "./images.js";
import type { Nand } from "./nand.js";
import { calibrationBlocks } from "./nv.js";
import type { ModuleSetup } from "./scenario.js";
import { isLoadableSbl, revisionInImage } from "./vendor/content.js";

/** What of a module's past decides how it starts, besides its NAND. */
export interface Past {
  readonly sblIncomplete: boolean;
  readonly calibrationHash: string;
  readonly calibrationLost: boolean;
  readonly imeiLost: boolean;
  readonly claimedRevision: string | null;
}

/** How a module starts with what is in its NAND now, and with what faults have done to it. */
export function lookAndBoot(
  nand: Nand,
  factoryMap: PartitionMap,
  { hardware, switches }: Pick<ModuleSetup, "hardware" | "switches">,
  past: Past,
): BootOutcome {
  const map = currentMap(nand);
  const revisionOf = (name: string) => {
    const partition = map?.partitions.find((candidate) => candidate.name === name);
    if (partition === undefined) return null;
    const { pagesPerBlock, pageSizeBytes } = nand.geometry;
    return revisionInImage(nand.readImage(partition.startBlock * pagesPerBlock, pageSizeBytes));
  };
  const calibration = calibrationBlocks(factoryMap);
  const loadable = isLoadableSbl(nand.readImage(0, nand.geometry.pageSizeBytes));
  const outcome = bootOutcome({
    sbl: !loadable ? "absent" : past.sblIncomplete ? "torn" : "loadable",
    map,
    systemRevision: revisionOf("system"),
    modemRevision: revisionOf("modem"),
    hardwareCode: hardware.hardwareCode,
    calibrationIntact:
      !past.calibrationLost && nand.hashBlocks(calibration.start, calibration.end) === past.calibrationHash,
    switches,
  });
  if (outcome.kind !== "normal") return outcome;
  return {
    ...outcome,
    revision: past.claimedRevision ?? outcome.revision,
    imeiReadable: outcome.imeiReadable && !past.imeiLost,
  };
}
