import { open, readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import type { PackageFile } from "../../core/plan.js";
import { sha256Of } from "../sha256.js";

/** True when a folder holds exactly these files, each hashed, and nothing that is neither file nor folder. */
export async function treeHolds(folder: string, files: ReadonlyMap<string, PackageFile>): Promise<boolean> {
  try {
    let found = 0;
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isDirectory()) continue;
      const path = join(entry.parentPath, entry.name);
      const expected = entry.isFile() ? files.get(relative(folder, path)) : undefined;
      if (expected === undefined || !(await isThatFile(path, expected))) return false;
      found += 1;
    }
    return found === files.size;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw error;
  }
}

async function isThatFile(path: string, { sizeBytes, sha256 }: PackageFile): Promise<boolean> {
  const handle = await open(path);
  try {
    return (await handle.stat()).size === sizeBytes && (await sha256Of(handle)) === sha256;
  } finally {
    await handle.close();
  }
}
