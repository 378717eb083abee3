import { createHash } from "node:crypto";
import type { PackageFile } from "../../core/plan.js";
import { canonicalBlocks } from "./canonical-tar.js";

/**
 * A package's id: SHA-256 of its canonical tar, which is one top folder named by the revision, sorted, without times and
 * owners. The tar itself is not made.
 * @throws EcflashError `input-unreadable`, `package-changed` when a file changed since it was taken down
 */
export async function packageIdOf(
  root: string,
  revision: string,
  files: ReadonlyMap<string, PackageFile>,
): Promise<string> {
  const hash = createHash("sha256");
  for await (const block of canonicalBlocks({ root, topFolder: revision, files: [...files.values()] }))
    hash.update(block);
  return hash.digest("hex");
}
