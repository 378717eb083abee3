import type { Edge } from "../../core/edge.js";
import type { PackageFile } from "../../core/plan.js";
import type { Severity } from "../../core/severities.js";
import type { UnitEvidence } from "../../core/unit-evidence.js";

export const INDEX_SCHEMA = "ecflash.index/1";
/** A part of the name of a file too, where a host remembers the index. */
export const INDEX_NAME = /^[a-z0-9-]{1,64}$/;
/** More keys than any site has; each costs a client one signature to fetch. */
export const MAX_KEYS = 16;

/** The archive of a release: its addresses and what proves it, whichever of them it came from. */
export interface ArchiveRef {
  /** Mirrors in turn, absolute or relative to the index. */
  readonly urls: readonly string[];
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** What may put a plan on a module. */
export const ENGINES = ["builtin", "qdl", "qfirehose"] as const;
export type Engine = (typeof ENGINES)[number];

export interface Release {
  /**
   * The revision's own code and no other: the plan is proven against the map of one, and an edge that leads to these
   * modules from others must not lead others to this release.
   */
  readonly hardwareCodes: readonly string[];
  /** Order options of the label it is for, `STD`, `SGNS`; `*` stands for all but those of carriers. */
  readonly orderOptions: readonly string[];
  /** In full, with its sub-edition or mark: it is also the name of the package's top folder. */
  readonly revision: string;
  /** Build line, as `core/revision-suffix.ts` reads it from the revision. */
  readonly line: string;
  readonly geometry: { readonly pageSizeBytes: number; readonly pagesPerBlock: number };
  readonly archive: ArchiveRef;
  /** SHA-256 of the canonical tar. */
  readonly packageId: string;
  /** Every file of the package; one more or one less is another package. */
  readonly files: readonly PackageFile[];
  /** SHA-256 of the canonical plan: what this release writes where, by content. */
  readonly planHash: string;
  readonly recommended: boolean;
  /** How much it matters to leave what came before it. */
  readonly severity: Severity;
  readonly notes: string;
  readonly evidence: readonly UnitEvidence[];
  readonly blockedEngines: readonly { readonly engine: Engine; readonly reason: string }[];
  /** It was taken back; such a release is never chosen. */
  readonly retracted?: Retraction | undefined;
}

export interface Retraction {
  readonly reason: string;
  /** Day, `2026-05-01`. */
  readonly date: string;
}

/** What an owner of firmware signs: what may be flashed, and which crossings were tested. */
export interface FirmwareIndex {
  readonly schema: typeof INDEX_SCHEMA;
  /** The memory of what was trusted is kept by it, so it never changes. */
  readonly name: string;
  /** Goes up with every edit. */
  readonly version: number;
  readonly issued: string;
  readonly expires: string;
  /** minisign public keys, one line of base64 each. */
  readonly keys: readonly string[];
  /** How many different ones of `keys` must sign. */
  readonly threshold: number;
  readonly releases: readonly Release[];
  readonly edges: readonly Edge[];
}
