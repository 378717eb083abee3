import type { Geometry } from "../core/maps.js";
import type { PlanStep } from "../core/plan.js";

/**
 * A plan as a rawprogram that qdl accepts and that stays safe in file order, in which newer ones work: SBL erased first
 * and programmed last. Forward slashes; a `label` on each program, without which qdl stops; `last_sector`, without which
 * the 2022 build stops; the length of a program is its image's, since qdl cuts or warns by it (github.com/linux-msm/qdl,
 * src/program.c). File names are as in the package.
 */
export function formatRawprogram(steps: readonly PlanStep[], geometry: Geometry): string {
  const lines = steps.map((step) => {
    const { startSector, sectorCount } = step;
    const attributes = {
      PAGES_PER_BLOCK: geometry.pagesPerBlock,
      SECTOR_SIZE_IN_BYTES: geometry.pageSizeBytes,
      ...(step.kind === "program" ? { filename: step.file.path } : {}),
      label: step.partition,
      last_sector: startSector + sectorCount - 1,
      num_partition_sectors: sectorCount,
      physical_partition_number: 0,
      start_sector: startSector,
    };
    const list = Object.entries(attributes).map(([name, value]) => `${name}="${escaped(String(value))}"`);
    return `  <${step.kind} ${list.join(" ")}/>`;
  });
  return ['<?xml version="1.0"?>', "<data>", ...lines, "</data>", ""].join("\n");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
