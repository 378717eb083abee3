import { createHash, randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../core/bus.js";
import { EcflashError, messageOf } from "../core/errors.js";
import type { ArchiveRef } from "./index-types.js";
import { type Deadlines, openSource, TransientFailure } from "./source.js";

export interface DownloadOptions {
  /** Absolute: what `resolveSource` made of `archive.url`. */
  readonly source: string;
  readonly cacheDir: string;
  readonly clock: Pick<Clock, "sleep">;
  readonly signal?: AbortSignal | undefined;
  readonly deadlines?: Partial<Deadlines> | undefined;
  readonly onProgress?: ((doneBytes: number, totalBytes: number) => void) | undefined;
}

export interface CachedArchive {
  readonly path: string;
  /** The archive's own folder in the cache; what belongs to it goes beside it. */
  readonly directory: string;
  readonly fromCache: boolean;
}

const MAX_RESUMES = 5;
const FIRST_PAUSE_MS = 500;

/**
 * Brings an archive into the cache as `packages/<sha256>/archive.tar.gz`. The name appears only when length and SHA-256
 * are those of the signed index; a cut connection is resumed up to five times. What is there and right is not fetched.
 * @throws EcflashError `download-failed`, `package-length`, `package-hash`, `state-unwritable`; the signal's reason
 */
export async function downloadArchive(archive: ArchiveRef, options: DownloadOptions): Promise<CachedArchive> {
  const directory = join(options.cacheDir, "packages", archive.sha256);
  const path = join(directory, "archive.tar.gz");
  const total = archive.sizeBytes;
  if (await isSameFile(path, archive)) {
    options.onProgress?.(total, total);
    return { path, directory, fromCache: true };
  }
  // A name of its own: two processes may fetch the same archive at once, one for each module.
  const part = `${path}.${randomBytes(6).toString("hex")}.part`;
  await writing(directory, () => mkdir(directory, { recursive: true, mode: 0o700 }));
  const handle = await writing(part, () => open(part, "w", 0o600));
  try {
    try {
      await receive(archive, handle, part, options);
      await writing(part, () => handle.sync());
    } finally {
      await handle.close();
    }
    await writing(path, () => rename(part, path));
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  return { path, directory, fromCache: false };
}

async function receive(
  archive: ArchiveRef,
  handle: FileHandle,
  part: string,
  options: DownloadOptions,
): Promise<void> {
  const { source, signal, deadlines, clock } = options;
  let hash = createHash("sha256");
  let done = 0;
  let shown = 0;
  let validator: string | null = null;
  for (let tries = 0; ; tries += 1) {
    try {
      const resume = validator === null || done === 0 ? undefined : { offset: done, validator };
      const opened = await openSource(source, { signal, deadlines, resume });
      if (opened.totalBytes !== null && opened.totalBytes !== archive.sizeBytes)
        throw new EcflashError("package-length", {
          expectedBytes: archive.sizeBytes,
          gotBytes: opened.totalBytes,
        });
      if (opened.offset === 0) {
        done = 0;
        hash = createHash("sha256");
        await writing(part, () => handle.truncate(0));
      }
      validator = opened.validator;
      for await (const chunk of opened.body) {
        signal?.throwIfAborted();
        if (done + chunk.length > archive.sizeBytes)
          throw new EcflashError("package-length", {
            expectedBytes: archive.sizeBytes,
            gotBytes: done + chunk.length,
          });
        await writing(part, () => writeWhole(handle, chunk, done));
        hash.update(chunk);
        done += chunk.length;
        // A server that starts again must not make progress go down.
        shown = Math.max(shown, done);
        options.onProgress?.(shown, archive.sizeBytes);
      }
      break;
    } catch (error) {
      if (!(error instanceof TransientFailure)) throw error;
      if (tries === MAX_RESUMES)
        throw new EcflashError(
          "download-failed",
          { url: source, reason: `${error.message}, after ${MAX_RESUMES} resumes` },
          { cause: error },
        );
      await clock.sleep(FIRST_PAUSE_MS * 2 ** tries, signal);
    }
  }
  if (done !== archive.sizeBytes)
    throw new EcflashError("package-length", { expectedBytes: archive.sizeBytes, gotBytes: done });
  const got = hash.digest("hex");
  if (got !== archive.sha256) throw new EcflashError("package-hash", { expected: archive.sha256, got });
}

async function writeWhole(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, at, bytes.length - at, position + at);
    at += bytesWritten;
  }
}

async function isSameFile(path: string, archive: ArchiveRef): Promise<boolean> {
  const handle = await open(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw unwritable(path, error);
  });
  if (handle === null) return false;
  try {
    return (await handle.stat()).size === archive.sizeBytes && (await sha256Of(handle)) === archive.sha256;
  } finally {
    await handle.close();
  }
}

/** SHA-256 of an open file, from its first byte. */
export async function sha256Of(handle: FileHandle): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of handle.createReadStream({ start: 0, autoClose: false, highWaterMark: 1 << 20 }))
    hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}

async function writing<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw unwritable(path, error);
  }
}

function unwritable(path: string, error: unknown): EcflashError {
  return new EcflashError("state-unwritable", { path, reason: messageOf(error) }, { cause: error });
}
