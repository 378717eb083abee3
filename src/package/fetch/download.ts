import { mkdir, open, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../core/bus.js";
import { EcflashError, isEcflashError, messageOf } from "../../core/errors.js";
import { onDisk } from "../on-disk.js";
import { Partial as PartialArchive } from "./partial.js";
import { type Pace, receive } from "./receive.js";
import { sha256Of } from "../sha256.js";
import { shownSource } from "./shown-source.js";
import type { Deadlines } from "./opened-source.js";
import type { ProxySettings } from "./proxy.js";

/** What the index says of an archive, apart from its addresses. */
export interface ArchiveProof {
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface DownloadOptions {
  /** Absolute, in turn: what `resolveSource` made of each address. */
  readonly sources: readonly string[];
  readonly cacheDir: string;
  readonly clock: Pick<Clock, "sleep" | "nowMs">;
  readonly signal?: AbortSignal | undefined;
  readonly deadlines?: Partial<Deadlines> | undefined;
  readonly pace?: Pace | undefined;
  readonly proxy?: ProxySettings | undefined;
  /** Told of a mirror that is left for the next one, and why. */
  readonly onLeave?: ((what: string) => void) | undefined;
  readonly onProgress?: ((doneBytes: number, totalBytes: number) => void) | undefined;
}

export interface CachedArchive {
  readonly path: string;
  /** The archive's own folder in the cache; what belongs to it goes beside it. */
  readonly directory: string;
  readonly fromCache: boolean;
}

export const ARCHIVE = "archive.tar.gz";
export const PART = "archive.part";

/**
 * Brings an archive into the cache as `packages/<sha256>/archive.tar.gz`. The name appears only when length and SHA-256
 * are those of the signed index. What is there and right is not fetched; what an earlier process left is gone on with;
 * an address that fails or lies is left for the next one. The caller holds the package's lock.
 * @throws EcflashError `state-unwritable`; the address's own `download-failed`, `package-length` or `package-hash`, or
 * `mirrors-failed` when there were several; the signal's reason
 */
export async function downloadArchive(
  archive: ArchiveProof,
  options: DownloadOptions,
): Promise<CachedArchive> {
  const directory = join(options.cacheDir, "packages", archive.sha256);
  const path = join(directory, ARCHIVE);
  if (await isSameFile(path, archive)) {
    options.onProgress?.(archive.sizeBytes, archive.sizeBytes);
    return { path, directory, fromCache: true };
  }
  options.signal?.throwIfAborted();
  await onDisk(directory, () => mkdir(directory, { recursive: true, mode: 0o700 }));
  const part = await PartialArchive.open(join(directory, PART), archive.sizeBytes);
  let keep = true;
  try {
    await receiveFromOne(archive, part, options);
    await part.install(path);
  } catch (error) {
    // A full disk must not stay full because of a part.
    keep = !isEcflashError(error, "state-unwritable");
    throw error;
  } finally {
    await part.leave({ keep });
  }
  return { path, directory, fromCache: false };
}

/** Size of an archive that is in the cache, which is not proven by it. Throws `input-unreadable` where there is none. */
export async function cachedArchiveBytes(cacheDir: string, sha256: string): Promise<number> {
  const path = join(cacheDir, "packages", sha256, ARCHIVE);
  try {
    return (await stat(path)).size;
  } catch (cause) {
    throw new EcflashError("input-unreadable", { path, reason: messageOf(cause) }, { cause });
  }
}

async function receiveFromOne(
  archive: ArchiveProof,
  part: PartialArchive,
  options: DownloadOptions,
): Promise<void> {
  if (part.doneBytes === archive.sizeBytes && part.digest() === archive.sha256) return;
  const failures: { source: string; error: EcflashError }[] = [];
  for (const source of options.sources) {
    try {
      await receiveFrom(source, archive, part, options);
      return;
    } catch (error) {
      if (!isEcflashError(error, "download-failed", "package-length", "package-hash")) throw error;
      failures.push({ source, error });
      if (failures.length < options.sources.length)
        options.onLeave?.(`${shownSource(source)}: ${reasonOf(error)}`);
    }
  }
  const [only, ...others] = failures;
  if (only === undefined)
    throw new EcflashError("mirrors-failed", { reasons: ["the index names no address"] });
  // Where every one of them lied it is the package that is not acceptable, not the network.
  if (others.length === 0 || failures.every(({ error }) => error.code !== "download-failed"))
    throw only.error;
  const reasons = failures.map(({ source, error }) => `${shownSource(source)}: ${reasonOf(error)}`);
  throw new EcflashError("mirrors-failed", { reasons }, { cause: only.error });
}

/** Receives until it is proven. Bytes that are not those of the index are gone before the error is thrown. */
async function receiveFrom(
  source: string,
  archive: ArchiveProof,
  part: PartialArchive,
  options: DownloadOptions,
): Promise<void> {
  // A whole part that is wrong has no rest to ask for.
  if (part.doneBytes === archive.sizeBytes) await part.restart(source, null);
  const wasResumed = part.resumeAt(source) !== null;
  try {
    await receive(source, archive, part, options);
    const got = part.digest();
    if (got !== archive.sha256) throw new EcflashError("package-hash", { expected: archive.sha256, got });
  } catch (error) {
    if (!isEcflashError(error, "package-length", "package-hash")) throw error;
    await part.restart(source, null);
    // What an earlier process left may have been damaged by a power cut; that is not the server's fault.
    if (wasResumed) await receiveFrom(source, archive, part, options);
    else throw error;
  }
}

function reasonOf(error: EcflashError): string {
  if (isEcflashError(error, "download-failed")) return error.facts.reason;
  if (isEcflashError(error, "package-length"))
    return `it has ${error.facts.gotBytes} bytes, the index says ${error.facts.expectedBytes}`;
  if (isEcflashError(error, "package-hash")) return `its SHA-256 is ${error.facts.got}`;
  return messageOf(error);
}

async function isSameFile(path: string, archive: ArchiveProof): Promise<boolean> {
  return onDisk(path, async () => {
    const handle = await open(path).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw error;
    });
    if (handle === null) return false;
    try {
      return (await handle.stat()).size === archive.sizeBytes && (await sha256Of(handle)) === archive.sha256;
    } finally {
      await handle.close();
    }
  });
}
