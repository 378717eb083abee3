import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** What a killed process left is nobody's after a day; no delivery takes so long. */
const STALE_MS = 24 * 3600 * 1000;

/** Removes from a folder what `isOurs` names and nobody wrote to for a day. Throws what the disk says. */
export async function removeStale(folder: string, isOurs: (name: string) => boolean): Promise<void> {
  for (const name of (await readdir(folder)).filter(isOurs)) {
    const there = await stat(join(folder, name)).catch(() => null);
    // Another process may sweep at the same time; then it is gone already.
    if (there !== null && Date.now() - there.mtimeMs > STALE_MS)
      await rm(join(folder, name), { recursive: true, force: true });
  }
}
