import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { EcflashError, messageOf } from "../core/errors.js";
import type { Facts } from "../core/facts.js";
import { prepareDelivery } from "../package/delivery/prepare.js";
import { treeOf } from "../package/obtain.js";

export interface LocatedPackage {
  /** An unpacked package, or the folder that holds its one top folder. */
  readonly directory: string;
  /** SHA-256 of the archive it came from; null for a folder of the user. */
  readonly archiveSha256: string | null;
}

export interface LocateOptions {
  readonly facts: Facts;
  readonly cacheDir: string;
  readonly signal?: AbortSignal | undefined;
}

const ID = /^[0-9a-f]{8,64}$/i;

/**
 * Has `work` look at what `PATH|ID` of the package commands names: a folder, an archive as a vendor sends it, which is
 * unpacked for as long as `work` takes, or at least eight hex digits of the SHA-256 of an archive in the cache. A path
 * that is there goes before an id.
 * @throws EcflashError `package-not-found`, `package-id-ambiguous`, `input-unreadable`; those of `prepareDelivery`
 */
export async function withPackage<T>(
  pathOrId: string,
  options: LocateOptions,
  work: (located: LocatedPackage) => Promise<T>,
): Promise<T> {
  const found = await statOf(pathOrId);
  if (found === null) return work(await inCache(pathOrId, options.cacheDir));
  if (found.isDirectory()) return work({ directory: pathOrId, archiveSha256: null });
  const { facts, signal } = options;
  const scratchDir = scratchOf(options.cacheDir);
  const delivery = await prepareDelivery(pathOrId, { facts, signal, scratchDir });
  try {
    return await work({ directory: delivery.root, archiveSha256: delivery.sha256 });
  } finally {
    await delivery.dispose();
  }
}

/** Where deliveries are unpacked while they are looked at. */
export function scratchOf(cacheDir: string): string {
  return join(cacheDir, "deliveries");
}

async function inCache(id: string, cacheDir: string): Promise<LocatedPackage> {
  const packages = join(cacheDir, "packages");
  const ids = ID.test(id) ? await cachedIds(packages) : [];
  const [only, ...more] = ids.filter((one) => one.startsWith(id.toLowerCase()));
  if (only === undefined)
    throw new EcflashError("package-not-found", { asked: id, looked: `the current folder, ${packages}` });
  if (more.length > 0) throw new EcflashError("package-id-ambiguous", { asked: id, ids: [only, ...more] });
  return { directory: treeOf(cacheDir, only), archiveSha256: only };
}

async function statOf(path: string) {
  try {
    return await stat(path);
  } catch (cause) {
    if (isAbsent(cause)) return null;
    throw new EcflashError("input-unreadable", { path, reason: messageOf(cause) }, { cause });
  }
}

async function cachedIds(packages: string): Promise<string[]> {
  try {
    return (await readdir(packages)).filter((name) => /^[0-9a-f]{64}$/.test(name)).sort();
  } catch (cause) {
    if (isAbsent(cause)) return [];
    throw new EcflashError("input-unreadable", { path: packages, reason: messageOf(cause) }, { cause });
  }
}

function isAbsent(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
}
