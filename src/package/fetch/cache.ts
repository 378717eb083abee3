import { lstat, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { isEcflashError } from "../../core/errors.js";
import type { PackageFault } from "../../core/cache-report.js";
import { ARCHIVE, PART } from "./download.js";
import { treeOf } from "./obtain.js";
import { onDisk } from "../on-disk.js";
import { isTreeOf } from "../archive/unpack.js";

/** What the cache has of one package, by what is on the disk; nothing of it is proven. */
export interface CachedPackage {
  /** SHA-256 of its archive. */
  readonly id: string;
  /** The top folder of its tree, which in Quectel's packages is the revision (domain.md 4.3); null without a tree. */
  readonly revision: string | null;
  readonly state: "complete" | "partial";
  readonly sizeBytes: number;
  readonly lastUsed: Date;
}

const ID = /^[0-9a-f]{64}$/;
const GONE = ".gone";

/** The packages of the cache, oldest use first. An absent cache has none. Throws `state-unwritable`. */
export async function listPackages(cacheDir: string): Promise<CachedPackage[]> {
  const ids = (await namesIn(join(cacheDir, "packages"))).filter((name) => ID.test(name));
  const found = await Promise.all(ids.map((id) => describePackage(cacheDir, id)));
  const there = found.filter((one) => one !== null);
  return there.sort((a, b) => a.lastUsed.getTime() - b.lastUsed.getTime());
}

/** One package of the cache; null when it is gone by now. Throws `state-unwritable`. */
export async function describePackage(cacheDir: string, id: string): Promise<CachedPackage | null> {
  const directory = join(cacheDir, "packages", id);
  const stats = await onDisk(directory, () => unlessGone(lstat(directory)));
  if (stats === null) return null;
  const names = await namesIn(directory);
  const [top, ...others] = await namesIn(treeOf(cacheDir, id));
  return {
    id,
    revision: top !== undefined && others.length === 0 ? top : null,
    state: names.includes(ARCHIVE) ? "complete" : "partial",
    sizeBytes: await sizeOf(directory),
    lastUsed: stats.mtime,
  };
}

/** Hashes archive and tree of a package. Null when both are right. Throws `state-unwritable`; the signal's reason. */
export async function provePackage(
  cacheDir: string,
  id: string,
  signal?: AbortSignal,
): Promise<PackageFault | null> {
  const directory = join(cacheDir, "packages", id);
  const names = await namesIn(directory);
  if (!names.includes(ARCHIVE))
    return names.includes(PART) && !names.includes("tree")
      ? null
      : { what: "archive", reason: "it is not there" };
  try {
    const tree = treeOf(cacheDir, id);
    const isRight = await isTreeOf(join(directory, ARCHIVE), tree, { sha256: id, signal });
    if (isRight) return null;
    return names.includes("tree")
      ? { what: "tree", reason: "its files are not those of the archive" }
      : { what: "tree", reason: "it is not unpacked" };
  } catch (error) {
    if (isEcflashError(error, "package-hash"))
      return { what: "archive", reason: `its SHA-256 is ${error.facts.got}` };
    if (isEcflashError(error, "archive-unsafe")) return { what: "archive", reason: error.facts.reason };
    if (isEcflashError(error, "package-length")) return { what: "archive", reason: "it is too large" };
    if (isEcflashError(error, "input-unreadable")) return { what: "archive", reason: error.facts.reason };
    throw error;
  }
}

/** Removes a package: first its name, then its bytes, so that none is ever half there. The caller holds its lock. */
export async function removePackage(cacheDir: string, id: string): Promise<void> {
  const path = join(cacheDir, "packages", id);
  const gone = `${path}${GONE}`;
  await onDisk(path, async () => {
    await rm(gone, { recursive: true, force: true });
    await rename(path, gone);
    await rm(gone, { recursive: true, force: true });
  });
}

/** What a removal that was killed left. */
export async function removeGone(cacheDir: string): Promise<void> {
  const packages = join(cacheDir, "packages");
  for (const name of await namesIn(packages))
    if (name.endsWith(GONE) && ID.test(name.slice(0, -GONE.length)))
      await onDisk(packages, () => rm(join(packages, name), { recursive: true, force: true }));
}

async function namesIn(folder: string): Promise<string[]> {
  return onDisk(folder, async () => (await unlessGone(readdir(folder))) ?? []);
}

async function sizeOf(folder: string): Promise<number> {
  const read = () => unlessGone(readdir(folder, { recursive: true, withFileTypes: true }));
  const entries = (await onDisk(folder, read)) ?? [];
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  // One that was removed meanwhile takes no room.
  const sizes = await Promise.all(
    files.map((file) => onDisk(file, async () => (await unlessGone(lstat(file)))?.size ?? 0)),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Null for what is not there, or not any more. */
async function unlessGone<T>(look: Promise<T>): Promise<T | null> {
  try {
    return await look;
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw error;
  }
}
