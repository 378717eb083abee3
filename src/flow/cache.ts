import type { CacheRow } from "../core/cache-report.js";
import {
  type CachedPackage,
  describePackage,
  listPackages,
  provePackage,
  removeGone,
  removePackage,
} from "../package/fetch/cache.js";
import { preparePackages } from "../package/fetch/cache-folder.js";
import { tryLock } from "../package/fetch/host-lock.js";
import { lockOf } from "../package/fetch/obtain.js";
import { Journal } from "./journal.js";

export interface CachePlaces {
  readonly cacheDir: string;
  readonly stateDir: string;
  readonly signal?: AbortSignal | undefined;
}

/** What `prune` takes; several together take what any of them takes. */
export interface PruneWishes {
  readonly olderThanMs: number | null;
  readonly partials: boolean;
  readonly broken: boolean;
  readonly dryRun: boolean;
  readonly now: Date;
}

/** The packages of the cache, oldest use first. Throws `state-unwritable`. */
export async function listCache({ cacheDir, stateDir }: CachePlaces): Promise<CacheRow[]> {
  const [packages, needed] = await Promise.all([listPackages(cacheDir), neededPackages(stateDir)]);
  return packages.map((one) => rowOf(one, needed));
}

/** The same with every archive and tree hashed. Throws `state-unwritable`; the signal's reason. */
export async function verifyCache(places: CachePlaces): Promise<CacheRow[]> {
  const rows: CacheRow[] = [];
  for (const row of await listCache(places))
    rows.push({ ...row, fault: await provePackage(places.cacheDir, row.id, places.signal) });
  return rows;
}

/**
 * Removes what is wished, but never what an unfinished run needs, what another ecflash is at work on or what was used
 * within the last hour. An unreadable journal stops it before anything is removed. Throws `state-unwritable`, `cache-unsafe`; the signal's reason.
 */
export async function pruneCache(places: CachePlaces, wishes: PruneWishes): Promise<CacheRow[]> {
  const { cacheDir, stateDir, signal } = places;
  const before = await listCache(places);
  if (before.length === 0) return [];
  await preparePackages(cacheDir);
  if (!wishes.dryRun) await removeGone(cacheDir);
  const rows: CacheRow[] = [];
  for (const row of before) {
    signal?.throwIfAborted();
    const reason = await reasonToRemove(places, row, wishes);
    if (reason === null) continue;
    const kept = (why: string): CacheRow => ({ ...row, fate: "kept", why });
    const lock = await tryLock(lockOf(cacheDir, row.id));
    if (lock.kind === "owned") {
      rows.push(kept(`process ${lock.pid} is at work on it`));
      continue;
    }
    try {
      // Read again under the lock: a run may have begun since.
      const now = await describePackage(cacheDir, row.id);
      // Another prune was quicker.
      if (now === null) continue;
      const needed = (await neededPackages(stateDir)).get(row.id);
      if (needed !== undefined) rows.push(kept(`the unfinished run of the module at ${needed} needs it`));
      else if (mayBeInUse(now, wishes.now))
        rows.push(kept("it was used within the last hour, and a run may be at it"));
      else {
        if (!wishes.dryRun) await removePackage(cacheDir, row.id);
        rows.push({ ...row, fate: "removed", why: reason });
      }
    } finally {
      await lock.release();
    }
  }
  return rows;
}

/** Between the fetch of a run, which renews the last use, and its journal nothing else tells that it needs the tree. */
const IN_USE_MS = 3_600_000;

function mayBeInUse({ revision, lastUsed }: CachedPackage, now: Date): boolean {
  return revision !== null && now.getTime() - lastUsed.getTime() < IN_USE_MS;
}

async function reasonToRemove(
  { cacheDir, signal }: CachePlaces,
  row: CacheRow,
  { olderThanMs, partials, broken, now }: PruneWishes,
): Promise<string | null> {
  if (partials && row.state === "partial") return "it is only partly there";
  const ageMs = now.getTime() - Date.parse(row.lastUsed);
  if (olderThanMs !== null && ageMs > olderThanMs) return `it was last used ${row.lastUsed}`;
  if (!broken) return null;
  const fault = await provePackage(cacheDir, row.id, signal);
  return fault === null ? null : `${fault.what}: ${fault.reason}`;
}

/** Archive to the port path of the run that needs it. */
async function neededPackages(stateDir: string): Promise<ReadonlyMap<string, string>> {
  const entries = await Journal.unfinished(stateDir);
  return new Map(entries.map(({ archiveSha256, portPath }) => [archiveSha256, portPath]));
}

function rowOf(one: CachedPackage, needed: ReadonlyMap<string, string>): CacheRow {
  return { ...one, lastUsed: one.lastUsed.toISOString(), neededBy: needed.get(one.id) ?? null };
}
