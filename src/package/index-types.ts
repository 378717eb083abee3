import type { Edge } from "../core/crossing.js";

/** The archive of a release: its address (absolute, or relative to the index) and what proves it. */
export interface ArchiveRef {
  readonly url: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface Release {
  readonly hardwareCodes: readonly string[];
  readonly revision: string;
  readonly recommended: boolean;
  readonly archive: ArchiveRef;
  /** SHA-256 of the canonical plan: what this release writes where, by content. */
  readonly planHash: string;
  /** Why it was taken back; such a release is never chosen. */
  readonly retracted?: string | undefined;
}

export interface FirmwareIndex {
  readonly schema: "ecflash.index/1";
  readonly version: number;
  readonly issued: string;
  readonly expires: string;
  readonly releases: readonly Release[];
  readonly edges: readonly Edge[];
}
