import type { PackageFile, Plan } from "../core/plan.js";
import { type OpenedPackage, readPackageFile } from "../package/proof/open-package.js";

/** A package that was proven and may be flashed: its plan, and the way to its bytes. */
export interface PreparedPackage {
  readonly release: string;
  readonly hardwareCode: string;
  readonly plan: Plan;
  readonly planHash: string;
  readonly archiveSha256: string;
  /** The way the crossing is allowed: inside the line, or along a signed edge with tested units. */
  readonly unknownMapIsAllowed: boolean;
  readonly notes: readonly string[];
  readFile(file: PackageFile): Promise<Uint8Array>;
}

/** A package that was opened, with what is known of the run it is for. */
export function preparedFrom(
  { root, plan, planHash }: OpenedPackage,
  run: Omit<PreparedPackage, "plan" | "planHash" | "readFile">,
): PreparedPackage {
  return { ...run, plan, planHash, readFile: (file) => readPackageFile(root, file) };
}
