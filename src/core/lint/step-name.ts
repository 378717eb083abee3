import type { VendorStep } from "../steps.js";

/** A step in a finding, by its line in the vendor's file. */
export function nameOf(step: VendorStep): string {
  const what = step.kind === "erase" ? "erase" : `program ${step.file.path}`;
  return `line ${step.line}: ${what} ${step.startSector}+${step.sectorCount}`;
}

/** Where a finding about a step points: the line alone, since the core does not know the file. */
export function at({ line }: VendorStep): { readonly line: number } {
  return { line };
}
