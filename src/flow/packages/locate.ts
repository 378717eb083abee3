import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { EcflashError, isEcflashError, messageOf } from "../../core/errors.js";
import type { Facts } from "../../core/facts.js";
import { prepareDelivery } from "../../package/delivery/prepare.js";
import { surveyPackage } from "../../package/proof/inventory.js";
import { treeOf } from "../../package/fetch/obtain.js";
import { packageIdOf } from "../../package/archive/package-id.js";

export interface LocatedPackage {
  /** An unpacked package, or the folder that holds its one top folder. */
  readonly directory: string;
  /** SHA-256 of the archive it came from; null for a folder of the user. */
  readonly archiveSha256: string | null;
}

export interface LocateOptions {
  readonly facts: Facts;
  readonly cacheDir: string;
  /** What the operator says the revision is, where what lies at the path does not. */
  readonly revision?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

const ID = /^[0-9a-f]{8,64}$/i;

/**
 * Has `work` look at what `PATH|ID` of the package commands names: a folder or an archive as a vendor sends it, of which a
 * private copy is there for as long as `work` takes, judged as an import judges it; or at least eight hex digits of the
 * SHA-256 of an archive in the cache, or of the canonical tar in one. A path that is there goes before an id.
 * @throws EcflashError `package-not-found`, `package-id-ambiguous`, `input-unreadable`, `usage` for a revision beside an
 * id; those of `prepareDelivery`
 */
export async function withPackage<T>(
  pathOrId: string,
  options: LocateOptions,
  work: (located: LocatedPackage) => Promise<T>,
): Promise<T> {
  const { facts, cacheDir, revision, signal } = options;
  if (!(await isThere(pathOrId))) {
    if (revision !== undefined)
      throw new EcflashError("usage", {
        detail: `--revision is for a path; ${pathOrId} is none, and what the cache holds has its name already.`,
      });
    return work(await inCache(pathOrId, cacheDir, signal));
  }
  const scratchDir = scratchOf(cacheDir);
  const delivery = await prepareDelivery(pathOrId, { facts, revision, signal, scratchDir });
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

async function inCache(
  id: string,
  cacheDir: string,
  signal: AbortSignal | undefined,
): Promise<LocatedPackage> {
  const packages = join(cacheDir, "packages");
  const ids = ID.test(id) ? await cachedIds(packages) : [];
  const begins = (one: string) => one.startsWith(id.toLowerCase());
  const named = ids.filter(begins);
  const [only, ...more] = named.length > 0 ? named : await withTar(ids, begins, cacheDir, signal);
  if (only === undefined)
    throw new EcflashError("package-not-found", { asked: id, looked: `the current folder, ${packages}` });
  if (more.length > 0) throw new EcflashError("package-id-ambiguous", { asked: id, ids: [only, ...more] });
  return { directory: treeOf(cacheDir, only), archiveSha256: only };
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (cause) {
    if (isAbsent(cause)) return false;
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

/** The archives whose canonical tar is wanted: a `.tar.gz` has another SHA-256. Reads every package of the cache. */
async function withTar(
  ids: readonly string[],
  isWanted: (packageId: string) => boolean,
  cacheDir: string,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const wanted: string[] = [];
  for (const id of ids) {
    signal?.throwIfAborted();
    const packageId = await tarOf(treeOf(cacheDir, id));
    if (packageId !== null && isWanted(packageId)) wanted.push(id);
  }
  return wanted;
}

/** Null for what is no whole package, which is for `cache verify` to tell: it cannot be the one that is wanted. */
async function tarOf(tree: string): Promise<string | null> {
  try {
    const { root, name, files } = await surveyPackage(tree);
    return await packageIdOf(root, name, files);
  } catch (error) {
    if (isEcflashError(error, "package-file-missing", "package-malformed", "input-unreadable")) return null;
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
}
