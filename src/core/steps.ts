import type { SectorRange } from "./maps.js";

/** A file of a package, proven: its bytes are these and no others. */
export interface PackageFile {
  /** Inside the package, with forward slashes: `update/sbl1.mbn`. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** One line of the vendor's rawprogram, in the vendor's order. */
export type VendorStep =
  | {
      readonly kind: "erase";
      readonly line: number;
      readonly startSector: number;
      readonly sectorCount: number;
    }
  | {
      readonly kind: "program";
      readonly line: number;
      readonly startSector: number;
      /** As the vendor wrote it: the room, not the size of the image. */
      readonly sectorCount: number;
      readonly file: PackageFile;
    };

export function rangeOf(step: { startSector: number; sectorCount: number }): SectorRange {
  return { start: step.startSector, end: step.startSector + step.sectorCount };
}

/** What a step reaches on the NAND: an erase its range, a program the pages of its image or the room it names, the larger. */
export function reachOf(step: VendorStep, pageSizeBytes: number): SectorRange {
  if (step.kind === "erase") return rangeOf(step);
  const pages = Math.ceil(step.file.sizeBytes / pageSizeBytes);
  return { start: step.startSector, end: step.startSector + Math.max(pages, step.sectorCount) };
}
