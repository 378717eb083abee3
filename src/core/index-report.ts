import type { EcflashError } from "./errors.js";

/** Keys and how many of them must sign, by key id. */
export interface Signers {
  readonly keyIds: readonly string[];
  readonly threshold: number;
}

/** What one edit of an index did. */
export type IndexEdit =
  | { readonly what: "created" | "renewed" }
  | {
      readonly what: "release-added" | "release-replaced";
      readonly revision: string;
      readonly files: number;
      readonly packageId: string;
      readonly planHash: string;
    }
  | {
      readonly what: "recommended";
      readonly revision: string;
      readonly instead: readonly string[];
      readonly uncovered: readonly string[];
    }
  | { readonly what: "recommendation-withdrawn" | "release-retracted"; readonly revision: string }
  | {
      readonly what: "edge-added" | "edge-replaced" | "edge-removed";
      readonly from: string;
      readonly to: string;
    }
  | { readonly what: "keys-changed"; readonly before: Signers; readonly after: Signers };

/** An index after an edit. It is not signed: whatever signatures lie beside it are of the edition before. */
export interface IndexEditReport {
  readonly file: string;
  readonly name: string;
  readonly version: number;
  readonly expires: string;
  readonly edit: IndexEdit;
}

/** An index after a signature. */
export interface IndexSignReport {
  readonly file: string;
  readonly signature: string;
  readonly keyId: string;
  /** Whether the key is among those of the index; one that is not counts only where it was in force before. */
  readonly isListed: boolean;
  /** Ids of the index's keys whose signatures fit this edition. */
  readonly signedBy: readonly string[];
  readonly missing: readonly string[];
  readonly threshold: number;
}

/** One address of an archive, as it was held against the index. */
export interface CheckedArchive {
  readonly revision: string;
  readonly url: string;
  readonly problem: EcflashError | null;
}

/** An index as a client reads it. */
export interface IndexVerifyReport {
  readonly url: string;
  readonly name: string;
  readonly version: number;
  readonly issued: string;
  readonly expires: string;
  readonly keyIds: readonly string[];
  readonly threshold: number;
  readonly releases: number;
  readonly edges: number;
  readonly notes: readonly string[];
  /** Entries that clients leave out. */
  readonly ignored: readonly string[];
  /** Null where they were not to be looked at. */
  readonly archives: readonly CheckedArchive[] | null;
}

/** Whether clients take all of it, and every archive that was looked at is the one that was signed. */
export function isWhole({ ignored, archives }: IndexVerifyReport): boolean {
  return ignored.length === 0 && (archives ?? []).every(({ problem }) => problem === null);
}
