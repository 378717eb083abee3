import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type { ReadEntry } from "tar";
import { EcflashError, isEcflashError, messageOf } from "../core/errors.js";
import { sha256Of } from "./download.js";
import { EntryNames } from "./entry-names.js";
import { MAX_ARCHIVE_BYTES, MAX_UNPACKED_BYTES, MAX_UNPACKED_ENTRIES } from "./limits.js";
import { isSameTree } from "./same-tree.js";

export interface UnpackOptions {
  /** From the signed index; checked on the same open file before its first byte is unpacked. */
  readonly sha256: string;
  readonly signal?: AbortSignal | undefined;
  readonly limits?: { readonly entries: number; readonly bytes: number } | undefined;
}

/**
 * Unpacks a `.tar` or `.tar.gz` into `target`, replacing what was there: hash first, then into a folder beside it,
 * then one rename. Only plain files (0644) and folders (0755, the top 0700); nothing is left behind on failure.
 * @throws EcflashError `package-hash`, `package-length`, `archive-unsafe`, `state-unwritable`; the signal's reason
 */
export async function unpackArchive(
  archivePath: string,
  target: string,
  options: UnpackOptions,
): Promise<void> {
  const handle = await open(archivePath).catch((cause: unknown) => {
    throw new EcflashError("input-unreadable", { path: archivePath, reason: messageOf(cause) }, { cause });
  });
  const fresh = `${target}.${randomBytes(6).toString("hex")}.new`;
  try {
    await proveArchive(handle, options.sha256);
    await onDisk(fresh, async () => {
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await mkdir(fresh, { mode: 0o700 });
    });
    await extract(handle, fresh, options);
    await onDisk(target, () => install(fresh, target));
  } finally {
    await handle.close();
    // A write of tar may still be on its way when another entry was refused; then the folder is not empty at first.
    await rm(fresh, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function proveArchive(handle: FileHandle, expected: string): Promise<void> {
  const { size } = await handle.stat();
  if (size > MAX_ARCHIVE_BYTES)
    throw new EcflashError("package-length", { expectedBytes: MAX_ARCHIVE_BYTES, gotBytes: size });
  const got = await sha256Of(handle);
  if (got !== expected) throw new EcflashError("package-hash", { expected, got });
}

async function extract(handle: FileHandle, cwd: string, options: UnpackOptions): Promise<void> {
  const limits = options.limits ?? { entries: MAX_UNPACKED_ENTRIES, bytes: MAX_UNPACKED_BYTES };
  const zipped = await isGzip(handle);
  const { Unpack } = await import("tar");
  const guard = new EntryGuard(limits.entries);
  const unpack = new Unpack({
    cwd,
    strict: true,
    noMtime: true,
    preserveOwner: false,
    // tar is given a plain tar, proven by `plainTar`; should it find something to inflate all the same, it stops at once.
    maxDecompressionRatio: 1,
    filter: (_path, entry) => guard.accepts(entry as ReadEntry),
  });
  // Kinds tar does not know never reach the filter.
  unpack.on("ignoredEntry", (entry: ReadEntry) => guard.accepts(entry));
  // The pipeline reports the first error; those of writes that were still on their way must not be unhandled.
  unpack.on("error", () => undefined);
  const source = handle.createReadStream({ start: 0, autoClose: false, highWaterMark: 1 << 20 });
  const checked = plainTar(limits.bytes, guard);
  const sink = unpack as unknown as NodeJS.WritableStream;
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  try {
    await (zipped
      ? pipeline(source, createGunzip(), checked, sink, signal)
      : pipeline(source, checked, sink, signal));
  } catch (error) {
    options.signal?.throwIfAborted();
    if (guard.refusal !== null) throw guard.refusal;
    if (isEcflashError(error)) throw error;
    if (isOfSystem(error))
      throw new EcflashError("state-unwritable", { path: cwd, reason: messageOf(error) }, { cause: error });
    throw unsafe("archive", messageOf(error), error);
  }
  if (guard.refusal !== null) throw guard.refusal;
}

/** A full disk or a missing right, as against a bad archive. */
function isOfSystem(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}

/** Sees every entry before it touches the disk, and keeps the first refusal. */
export class EntryGuard {
  readonly #names = new EntryNames();
  readonly #maxEntries: number;
  #count = 0;
  refusal: EcflashError | null = null;

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  /** Also masks the mode, which tar would keep with its setuid bit (packages.md 1.5). */
  accepts(entry: ReadEntry): boolean {
    if (this.refusal !== null) return false;
    const reason = this.#refuse(entry);
    if (reason !== null) this.refusal = unsafe(entry.path, reason);
    return reason === null;
  }

  #refuse(entry: ReadEntry): string | null {
    this.#count += 1;
    if (this.#count > this.#maxEntries) return `more than ${this.#maxEntries} entries`;
    const kind = KINDS[entry.type];
    if (kind === undefined) return `${entry.type} is neither a file nor a folder`;
    entry.mode = kind === "directory" ? 0o755 : 0o644;
    return this.#names.refuse(entry.path, kind);
  }
}

const KINDS: Readonly<Record<string, "file" | "directory" | undefined>> = {
  File: "file",
  OldFile: "file",
  Directory: "directory",
};

const TAR_MAGIC_AT = 257;

/** Lets at most `maxBytes` of a plain tar pass, and stops at the first entry that was refused. */
export function plainTar(maxBytes: number, guard: EntryGuard): Transform {
  let sizeBytes = 0;
  let head: Buffer | null = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sizeBytes += chunk.length;
      if (guard.refusal !== null) done(guard.refusal);
      else if (sizeBytes > maxBytes) done(unsafe("archive", `more than ${maxBytes} bytes when unpacked`));
      else if (head === null) done(null, chunk);
      else {
        head = Buffer.concat([head, chunk]);
        if (head.length < 512) done();
        else if (!isTar(head)) done(unsafe("archive", "it is not a tar archive"));
        else {
          const first = head;
          head = null;
          done(null, first);
        }
      }
    },
    flush(done) {
      done(head === null ? null : unsafe("archive", "it is not a tar archive"));
    },
  });
}

function isTar(head: Buffer): boolean {
  const name = head[0] ?? 0;
  return head.toString("latin1", TAR_MAGIC_AT, TAR_MAGIC_AT + 5) === "ustar" && name >= 0x20 && name < 0x7f;
}

/** Sniffed, never guessed from the name: tar would try zstd and Brotli, and zstd kills the process on Node 20 (packages.md 0). */
async function isGzip(handle: FileHandle): Promise<boolean> {
  const head = Buffer.alloc(512);
  const { bytesRead } = await handle.read(head, 0, head.length, 0);
  if (bytesRead >= 2 && head[0] === 0x1f && head[1] === 0x8b) return true;
  if (bytesRead === head.length && isTar(head)) return false;
  throw unsafe("archive", "it is neither gzip nor tar");
}

/** Several processes may unpack the same archive at once, one for each module; each try loses at most to one of them. */
const INSTALL_TRIES = 5;

/**
 * Puts `fresh` where `target` is. A target that is the same already stays, because another process may be flashing from
 * it; another one goes only after the new one stands, or stays if it cannot.
 */
async function install(fresh: string, target: string): Promise<void> {
  for (let tries = 1; !(await isSameTree(fresh, target)); tries += 1) {
    try {
      await replace(fresh, target);
      return;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? "";
      if (tries === INSTALL_TRIES || !["ENOTEMPTY", "EEXIST"].includes(code)) throw error;
    }
  }
}

async function replace(fresh: string, target: string): Promise<void> {
  const old = `${fresh}.old`;
  const hadOld = await rename(target, old).then(
    () => true,
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
      throw error;
    },
  );
  try {
    await rename(fresh, target);
  } catch (error) {
    // Where another process's tree stands by now, the old one has no place to go back to.
    if (hadOld) await rename(old, target).catch(() => rm(old, { recursive: true, force: true }));
    throw error;
  }
  if (hadOld) await rm(old, { recursive: true, force: true });
}

async function onDisk<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw new EcflashError("state-unwritable", { path, reason: messageOf(cause) }, { cause });
  }
}

function unsafe(entry: string, reason: string, cause?: unknown): EcflashError {
  return new EcflashError("archive-unsafe", { entry, reason }, { cause });
}
