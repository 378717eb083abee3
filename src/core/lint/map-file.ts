import { type Geometry, type PartitionMap, sectorsOf } from "../maps.js";
import type { VendorStep } from "../steps.js";
import { type Finding, findingOf } from "./rules.js";
import { at } from "./step-name.js";

/** The proof rests on the map in `mapPath`, so that very file must be what the plan leaves in MIBIB. */
export function lintMapFile(
  steps: readonly VendorStep[],
  geometry: Geometry,
  targetMap: PartitionMap,
  mapPath: string,
): Finding[] {
  const error = (says: string, step?: VendorStep) =>
    findingOf("map-not-written", says, step === undefined ? {} : at(step));
  const mibib = targetMap.partitions.find(({ name }) => name === "MIBIB");
  if (mibib === undefined) return [error("the map has no MIBIB partition")];
  const { start } = sectorsOf(mibib, geometry);
  const programs = steps.filter((step) => step.kind === "program");
  const written = programs.find((step) => step.startSector === start);
  const elsewhere = programs
    .filter((step) => step.file.path === mapPath && step.startSector !== start)
    .map((step) => error(`line ${step.line}: ${mapPath} is not written to MIBIB`, step));
  if (written?.file.path === mapPath) return elsewhere;
  return [
    ...elsewhere,
    error(`MIBIB is programmed with ${written?.file.path ?? "nothing"}, not with ${mapPath}`, written),
  ];
}
