import { randomBytes } from "node:crypto";
import { lstat, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { EcflashError, messageOf } from "../../core/errors.js";
import { type ArchiveContents, type OpenArchive, readArchive, type UnpackLimits } from "./reader.js";
import { MAX_ARCHIVE_BYTES, MAX_UNPACKED_BYTES, MAX_UNPACKED_ENTRIES } from "../limits.js";
import { onDisk } from "../on-disk.js";
import { sha256Of } from "../sha256.js";
import { NOWHERE, TreeWriter } from "./tree-writer.js";
import { treeHolds } from "./same-tree.js";

/** A tree as it was written or found: its folder, and every file below it by content. */
export interface Unpacked extends ArchiveContents {
  readonly root: string;
}

export interface UnpackOptions {
  /** From the signed index; checked on the same open file before its first byte is unpacked. */
  readonly sha256: string;
  readonly signal?: AbortSignal | undefined;
  readonly limits?: UnpackLimits | undefined;
}

/**
 * Unpacks a `.tar` or `.tar.gz` into `target`: hash first, then one pass from the same open file into a folder beside
 * it, every file hashed on its way, then one rename. Only plain files (0644) and folders (0755, the top 0700); nothing
 * is left behind on failure. A tree that is there already is not trusted: it stays only if each of its files is what
 * the archive holds, else it is replaced.
 * @throws EcflashError `package-hash`, `package-length`, `archive-unsafe`, `state-unwritable`, `input-unreadable`; the
 * signal's reason
 */
export async function unpackArchive(
  archivePath: string,
  target: string,
  options: UnpackOptions,
): Promise<Unpacked> {
  return withArchive(archivePath, options, async (archive) => {
    if (await isThere(target)) {
      const held = await readArchive(archive, NOWHERE);
      if (await treeHolds(target, held.files)) return { root: target, ...held };
    }
    const fresh = `${target}.${randomBytes(6).toString("hex")}.new`;
    try {
      await onDisk(fresh, async () => {
        await mkdir(dirname(target), { recursive: true, mode: 0o700 });
        await mkdir(fresh, { mode: 0o700 });
      });
      const unpacked = await readArchive(archive, new TreeWriter(fresh));
      await onDisk(target, () => install(fresh, target, unpacked.files));
      return { root: target, ...unpacked };
    } finally {
      await rm(fresh, { recursive: true, force: true, maxRetries: 5 });
    }
  });
}

/** Whether `target` holds exactly what the archive holds; each of its files is hashed. Throws as `unpackArchive` does. */
export async function isTreeOf(
  archivePath: string,
  target: string,
  options: UnpackOptions,
): Promise<boolean> {
  return withArchive(archivePath, options, async (archive) =>
    treeHolds(target, (await readArchive(archive, NOWHERE)).files),
  );
}

async function withArchive<T>(
  path: string,
  { sha256, signal, limits }: UnpackOptions,
  work: (archive: OpenArchive) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const handle = await open(path).catch((cause: unknown) => {
    throw new EcflashError("input-unreadable", { path, reason: messageOf(cause) }, { cause });
  });
  try {
    const { size: sizeBytes } = await handle.stat();
    if (sizeBytes > MAX_ARCHIVE_BYTES)
      throw new EcflashError("package-length", { expectedBytes: MAX_ARCHIVE_BYTES, gotBytes: sizeBytes });
    const got = await sha256Of(handle);
    if (got !== sha256) throw new EcflashError("package-hash", { expected: sha256, got });
    return await work({
      handle,
      sizeBytes,
      signal,
      limits: limits ?? { entries: MAX_UNPACKED_ENTRIES, bytes: MAX_UNPACKED_BYTES },
    });
  } finally {
    await handle.close();
  }
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** Several processes may unpack the same archive at once, one for each module; each try loses at most to one of them. */
const INSTALL_TRIES = 5;

/**
 * Puts `fresh` where `target` is. A target that is the same already stays, because another process may be flashing from
 * it; another one goes only after the new one stands, or stays if it cannot.
 */
async function install(fresh: string, target: string, files: ArchiveContents["files"]): Promise<void> {
  for (let tries = 1; !(await treeHolds(target, files)); tries += 1) {
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
