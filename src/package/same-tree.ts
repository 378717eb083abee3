import { open, readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { sha256Of } from "./download.js";

/** True when both folders hold the same files with the same bytes, and nothing that is neither file nor folder. */
export async function isSameTree(a: string, b: string): Promise<boolean> {
  const [inA, inB] = [await fingerprint(a), await fingerprint(b)];
  return inA !== null && inA === inB;
}

/** Null when the folder is not there, or changes or holds links. */
async function fingerprint(folder: string): Promise<string | null> {
  try {
    const lines: string[] = [];
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isDirectory()) continue;
      if (!entry.isFile()) return null;
      const path = join(entry.parentPath, entry.name);
      lines.push(`${await hashOf(path)} ${relative(folder, path)}`);
    }
    return lines.sort().join("\n");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

async function hashOf(path: string): Promise<string> {
  const handle = await open(path);
  try {
    return await sha256Of(handle);
  } finally {
    await handle.close();
  }
}
