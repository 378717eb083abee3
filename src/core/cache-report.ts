/** What of a cached package is not as it should be. */
export interface PackageFault {
  readonly what: "archive" | "tree";
  readonly reason: string;
}

/** One package of the cache as `ecflash cache` tells it. */
export interface CacheRow {
  /** SHA-256 of the archive. */
  readonly id: string;
  readonly revision: string | null;
  readonly state: "complete" | "partial";
  readonly sizeBytes: number;
  /** ISO 8601. */
  readonly lastUsed: string;
  /** Port path of the module whose unfinished run needs it. */
  readonly neededBy: string | null;
  /** Of `verify` and `prune`. */
  readonly fault?: PackageFault | null | undefined;
  /** Of `prune`: what was done with it, or would be in a dry run. */
  readonly fate?: "removed" | "kept" | undefined;
  readonly why?: string | undefined;
}
