import type { ArchiveRef, Release } from "./types.js";
import type { OpenedPackage } from "../proof/open-package.js";

/** What a package cannot say of itself: where it is kept, and what its owner thinks of it. */
export type OwnersWord = Pick<
  Release,
  "orderOptions" | "recommended" | "severity" | "notes" | "evidence" | "blockedEngines"
> & { readonly archive: ArchiveRef; readonly packageId: string };

/** The index's entry for a package that was proven: all that can be computed is. */
export function releaseOf({ revision, plan, planHash, files }: OpenedPackage, word: OwnersWord): Release {
  const { pageSizeBytes, pagesPerBlock } = plan.geometry;
  return {
    hardwareCodes: [revision.hardwareCode],
    orderOptions: word.orderOptions,
    revision: revision.text,
    line: revision.buildLine ?? "",
    geometry: { pageSizeBytes, pagesPerBlock },
    archive: word.archive,
    packageId: word.packageId,
    files: [...files.values()].map(({ path, sizeBytes, sha256 }) => ({ path, sizeBytes, sha256 })),
    planHash,
    recommended: word.recommended,
    severity: word.severity,
    notes: word.notes,
    evidence: word.evidence,
    blockedEngines: word.blockedEngines,
  };
}
