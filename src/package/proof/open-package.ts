import { EcflashError } from "../../core/errors.js";
import { describeFinding, errorsAmong } from "../../core/lint/rules.js";
import type { Plan } from "../../core/plan.js";
import type { Revision } from "../../core/revision.js";
import type { PackageFile } from "../../core/steps.js";
import { type ExamineOptions, examinePackage } from "./examine.js";
import type { Md5Report } from "./md5-list.js";

export { readPackageFile } from "./inventory.js";

export interface OpenedPackage {
  /** Files of the plan are read below it, with `readPackageFile`. */
  readonly root: string;
  readonly revision: Revision;
  readonly plan: Plan;
  /** SHA-256 of the canonical plan. */
  readonly planHash: string;
  /** Every file by path, also those the plan does not use. */
  readonly files: ReadonlyMap<string, PackageFile>;
  readonly md5: Md5Report;
  /** What is worth saying and forbids nothing: habits of the vendor that the plan repairs, files it does not use. */
  readonly notes: readonly string[];
}

/**
 * Reads an unpacked package and proves its plan: every file hashed, map and rawprogram parsed, the vendor's steps
 * linted against the map, the safe order made.
 * @throws EcflashError `package-file-missing`, `package-md5`, `package-malformed`, `map-absent`, `rawprogram-malformed`,
 * `plan-unsafe`, `package-contradicts-index`, `archive-unsafe`, `input-unreadable`
 */
export async function openPackage(directory: string, options: ExamineOptions): Promise<OpenedPackage> {
  const { root, revision, plan, planHash, files, md5, findings, faults } = await examinePackage(
    directory,
    options,
  );
  const [first] = faults;
  if (first !== undefined) throw first;
  const unsafe = errorsAmong(findings);
  if (unsafe.length > 0 || plan === null || planHash === null || revision === null)
    throw new EcflashError("plan-unsafe", { findings: unsafe.map(describeFinding) });
  return { root, revision, plan, planHash, files, md5, notes: findings.map(describeFinding) };
}
