import { readdir, rm, utimes } from "node:fs/promises";
import { join } from "node:path";
import { preparePackages } from "./cache-folder.js";
import { type ArchiveProof, downloadArchive, type DownloadOptions } from "./download.js";
import { waitForLock } from "./host-lock.js";
import { onDisk } from "../on-disk.js";
import { allowedMs } from "./receive.js";
import { unpackArchive, type Unpacked } from "../archive/unpack.js";

export interface ObtainOptions extends DownloadOptions {
  /** Told once, when another process or module is at the same package. */
  readonly onWait?: ((pid: number) => void) | undefined;
  readonly now: Date;
}

export interface Obtained extends Unpacked {
  readonly fromCache: boolean;
}

/** Unpacking and hashing beside the download itself, on a slow disk. */
const WORK_MS = 600_000;

/**
 * The package of an archive, from the cache or from its addresses, proven and unpacked. One process and one module at a
 * time for each package: the others wait, and find it in the cache.
 * @throws EcflashError what `downloadArchive` and `unpackArchive` throw, `package-busy`, `cache-unsafe`; the signal's
 * reason
 */
export async function obtainPackage(archive: ArchiveProof, options: ObtainOptions): Promise<Obtained> {
  const { cacheDir, clock, signal, sources, onWait } = options;
  await preparePackages(cacheDir);
  const limitMs = WORK_MS + Math.max(1, sources.length) * allowedMs(archive.sizeBytes);
  const release = await waitForLock(lockOf(cacheDir, archive.sha256), { clock, signal, limitMs, onWait });
  try {
    const { path, directory, fromCache } = await downloadArchive(archive, options);
    await removeLeftovers(directory);
    const unpacked = await unpackArchive(path, treeOf(cacheDir, archive.sha256), {
      sha256: archive.sha256,
      signal,
    });
    await touchPackage(cacheDir, archive.sha256, options.now);
    return { ...unpacked, fromCache };
  } finally {
    await release();
  }
}

/** Renews when a package was last used, which `cache prune` goes by. Throws `state-unwritable`. */
export async function touchPackage(cacheDir: string, sha256: string, now: Date): Promise<void> {
  const directory = join(cacheDir, "packages", sha256);
  await onDisk(directory, () => utimes(directory, now, now));
}

/** Where the tree of a package is. */
export function treeOf(cacheDir: string, sha256: string): string {
  return join(cacheDir, "packages", sha256, "tree");
}

/** The lock of a package: who downloads, unpacks or removes it holds it. */
export function lockOf(cacheDir: string, sha256: string): string {
  return join(cacheDir, "locks", sha256);
}

/** Of an unpacking that was killed. The lock is held, so nobody is at work on them. */
async function removeLeftovers(directory: string): Promise<void> {
  for (const name of await onDisk(directory, () => readdir(directory)))
    if (/^tree\.[0-9a-f]+\.new(?:\.old)?$/.test(name))
      await onDisk(directory, () => rm(join(directory, name), { recursive: true, force: true }));
}
