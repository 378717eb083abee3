import { type Geometry, overlaps, type SectorRange } from "../maps.js";
import { rangeOf, reachOf, type VendorStep } from "../steps.js";
import { type Finding, findingOf } from "./rules.js";
import { at, nameOf } from "./step-name.js";

/** The rules about the steps together: erase before program, nothing twice, SBL once and erased whole, the vendor's order. */
export function lintWhole(
  steps: readonly VendorStep[],
  { pageSizeBytes }: Geometry,
  sbl: SectorRange,
): Finding[] {
  return [...lintPrograms(steps, pageSizeBytes), ...lintSbl(steps, pageSizeBytes, sbl), ...orderNotes(steps)];
}

function lintPrograms(steps: readonly VendorStep[], pageSizeBytes: number): Finding[] {
  const programs = steps.filter((step) => step.kind === "program");
  const erases = steps.filter((step) => step.kind === "erase").map(rangeOf);
  const found: Finding[] = [];
  for (const [index, step] of programs.entries()) {
    const range = reachOf(step, pageSizeBytes);
    if (!coveredBy(range, erases))
      found.push(findingOf("not-erased-first", `${nameOf(step)} is covered by no erase`, at(step)));
    for (const other of programs.slice(index + 1)) {
      const same = other.startSector === step.startSector && other.file.sha256 === step.file.sha256;
      if (!same && overlaps(range, reachOf(other, pageSizeBytes)))
        found.push(findingOf("programs-overlap", `${nameOf(step)} and ${nameOf(other)} overlap`, at(other)));
    }
  }
  return found;
}

function lintSbl(steps: readonly VendorStep[], pageSizeBytes: number, sbl: SectorRange): Finding[] {
  const found: Finding[] = [];
  const erases = steps.filter((step) => step.kind === "erase").map(rangeOf);
  if (!coveredBy(sbl, erases))
    found.push(
      findingOf("sbl-not-erased", "no step erases the whole of SBL, so a cut run would not fall into EDL"),
    );
  const programs = steps.filter((step) => step.kind === "program");
  const images = programs.filter((step) => overlaps(reachOf(step, pageSizeBytes), sbl));
  const distinct = new Set(images.map((step) => `${step.startSector} ${step.file.sha256}`));
  if (distinct.size !== 1)
    found.push(
      findingOf("sbl-not-once", `SBL is programmed by ${distinct.size} images; it must be exactly one`),
    );
  for (const step of images)
    if (step.startSector !== sbl.start)
      found.push(
        findingOf(
          "sbl-not-once",
          `${nameOf(step)} reaches into SBL but does not start at sector ${sbl.start}`,
          at(step),
        ),
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
      notes.push(
        findingOf(
          "vendor-order",
          `${nameOf(step)} comes before the erase of its own range; the plan puts it behind`,
          at(step),
        ),
      );
  }
  return notes;
}

function coveredBy(range: SectorRange, erases: readonly SectorRange[]): boolean {
  let from = range.start;
  for (const erase of [...erases].sort((a, b) => a.start - b.start)) {
    if (erase.start <= from && erase.end > from) from = erase.end;
  }
  return from >= range.end;
}
