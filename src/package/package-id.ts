import { createHash } from "node:crypto";
import type { PackageFile } from "../core/plan.js";
import { readPackageFile } from "./inventory.js";
import { tarEnd, tarHead, tarPadding } from "./tar-entry.js";

/**
 * A package's id: SHA-256 of its canonical tar, which is one top folder named by the revision, sorted, without times and
 * owners. The tar itself is not made; one file at a time is in memory.
 * @throws EcflashError `package-file-missing`, `package-changed` when a file changed since it was taken down
 */
export async function packageIdOf(
  root: string,
  revision: string,
  files: ReadonlyMap<string, PackageFile>,
): Promise<string> {
  const hash = createHash("sha256");
  for (const path of [...files.keys()].sort()) {
    const file = files.get(path);
    if (file === undefined) continue;
    hash.update(await tarHead(`${revision}/${path}`, file.sizeBytes));
    hash.update(await readPackageFile(root, file));
    hash.update(tarPadding(file.sizeBytes));
  }
  return hash.update(tarEnd()).digest("hex");
}
