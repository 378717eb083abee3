import { chmod, lstat, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { EcflashError } from "../../core/errors.js";
import { onDisk } from "../on-disk.js";

/**
 * Makes the folders of the cache, private, or proves that those that are there are: of this user, and writable by nobody
 * else. Root refuses one that others can write, since what they put there would be flashed by root; any other user's own
 * is made private.
 * @throws EcflashError `cache-unsafe`, `state-unwritable`
 */
export async function preparePackages(cacheDir: string): Promise<void> {
  await onDisk(cacheDir, () => mkdir(cacheDir, { recursive: true, mode: 0o700 }));
  await proveOwn(cacheDir);
  for (const folder of ["packages", "locks"]) {
    const path = join(cacheDir, folder);
    await onDisk(path, () => makeFolder(path));
    await proveOwn(path);
    await onDisk(path, () => chmod(path, 0o700));
  }
}

/** Not `recursive`: with that, Node says of a read-only disk that the folder does not exist (ENOENT in place of EROFS). */
async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  });
}

async function proveOwn(path: string): Promise<void> {
  const stats = await onDisk(path, () => lstat(path));
  const refuse = (reason: string) => new EcflashError("cache-unsafe", { path, reason });
  if (!stats.isDirectory()) throw refuse("it is no folder");
  // Windows has no owners of this kind.
  const user = process.getuid?.();
  if (user === undefined) return;
  if (stats.uid !== user) throw refuse("it belongs to another user");
  if ((stats.mode & 0o022) === 0) return;
  if (user === 0) throw refuse("root does not trust a folder that others can write");
  await onDisk(path, () => chmod(path, 0o700));
}
