import { constants } from "node:fs";
import { type FileHandle, mkdir, mkdtemp, open, rm, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { EcflashError, messageOf } from "../../core/errors.js";
import { sha256Of } from "../sha256.js";
import { removeStale } from "../stale.js";
import { MAX_ARCHIVE_BYTES, MAX_UNPACKED_BYTES, MAX_UNPACKED_ENTRIES } from "../limits.js";
import { copyFolder, dropJunk, judgeFolder } from "./folder.js";
import { type ArchiveKind, HEAD_BYTES, sniff } from "./magic.js";
import { onDisk } from "../on-disk.js";
import { type DeliveryLimits, PlainFiles } from "./plain-files.js";
import { unsafe } from "../archive/unsafe.js";
import { unpackSevenZip } from "./seven-zip.js";
import { unpackTar } from "./tar.js";
import { unpackZip } from "./zip.js";

export interface StageOptions {
  /** Where the private folder is made; it is made itself where it is not there. */
  readonly scratchDir: string;
  readonly signal?: AbortSignal | undefined;
  readonly limits?: DeliveryLimits | undefined;
  /** Where 7z and bsdtar are looked for, in place of the host's own folders. */
  readonly toolFolders?: readonly string[] | undefined;
}

/** A delivery, unpacked: plain files in a private folder. */
export interface Staged {
  /** What the delivery holds, junk of packers taken out. */
  readonly folder: string;
  readonly kind: "folder" | ArchiveKind;
  /** Of the archive or folder that was given. */
  readonly name: string;
  /** Of the archive; null for a folder. */
  readonly sizeBytes: number | null;
  readonly sha256: string | null;
  readonly junk: readonly string[];
  /** Removes the private folder. */
  dispose(): Promise<void>;
}

const PREFIX = "delivery-";

/**
 * Unpacks what a vendor sent (folder, zip, tar, tar.gz or 7z, told by its first bytes) into a private folder. The
 * delivery is opened once, hashed and read from that descriptor, and never modified. Nothing is left on failure.
 * @throws EcflashError `input-unreadable`, `delivery-unknown`, `archive-unsafe`, `unpacker-missing`, `unpacker-failed`,
 * `state-unwritable`; the signal's reason
 */
export async function stageDelivery(path: string, options: StageOptions): Promise<Staged> {
  const source = resolve(path);
  const { scratchDir } = options;
  const isFolder = await isFolderOrFile(source);
  const own = await onDisk(scratchDir, async () => {
    await mkdir(scratchDir, { recursive: true, mode: 0o700 });
    await removeStale(scratchDir, (name) => name.startsWith(PREFIX));
    return mkdtemp(join(scratchDir, PREFIX));
  });
  const dispose = () => rm(own, { recursive: true, force: true, maxRetries: 5 });
  try {
    const folder = join(own, "unpacked");
    await onDisk(folder, () => mkdir(folder, { mode: 0o700 }));
    const facts = isFolder
      ? await takeFolder(source, folder, options)
      : await takeArchive(source, folder, options);
    const junk = await dropJunk(folder);
    return { folder, name: basename(source), ...facts, junk, dispose };
  } catch (error) {
    await dispose();
    options.signal?.throwIfAborted();
    throw error;
  }
}

type SourceFacts = Pick<Staged, "kind" | "sizeBytes" | "sha256">;

async function takeFolder(source: string, folder: string, options: StageOptions): Promise<SourceFacts> {
  await copyFolder(source, plainFiles(folder, options));
  return { kind: "folder", sizeBytes: null, sha256: null };
}

async function takeArchive(source: string, folder: string, options: StageOptions): Promise<SourceFacts> {
  // A FIFO in its place by now must not hold us up.
  const handle = await open(source, constants.O_RDONLY | constants.O_NONBLOCK).catch((cause: unknown) => {
    throw unreadable(source, messageOf(cause), cause);
  });
  try {
    const before = await handle.stat();
    if (before.size > MAX_ARCHIVE_BYTES) throw unsafe(null, `it is larger than ${MAX_ARCHIVE_BYTES} bytes`);
    const head = Buffer.alloc(HEAD_BYTES);
    const { bytesRead } = await handle.read(head, 0, HEAD_BYTES, 0);
    const found = sniff(head.subarray(0, bytesRead));
    if (found.kind === "other")
      throw new EcflashError("delivery-unknown", { path: source, seen: found.seen, remedy: found.remedy });
    await unpack(found.kind, handle, folder, options);
    options.signal?.throwIfAborted();
    const sha256 = await sha256Of(handle);
    const after = await handle.stat();
    if (after.size !== before.size || after.mtimeMs !== before.mtimeMs)
      throw unreadable(source, "it changed while it was read");
    return { kind: found.kind, sizeBytes: before.size, sha256 };
  } finally {
    await handle.close();
  }
}

async function unpack(
  kind: ArchiveKind,
  handle: FileHandle,
  folder: string,
  options: StageOptions,
): Promise<void> {
  const { signal, toolFolders } = options;
  const limits = limitsOf(options);
  if (kind === "zip") await unpackZip(handle, plainFiles(folder, options));
  else if (kind === "7z") {
    await unpackSevenZip(handle, folder, { limits, signal, toolFolders });
    await judgeFolder(folder, plainFiles(folder, options));
  } else await unpackTar(handle, folder, { limits, signal });
}

function limitsOf({ limits }: StageOptions): DeliveryLimits {
  return limits ?? { entries: MAX_UNPACKED_ENTRIES, bytes: MAX_UNPACKED_BYTES };
}

function plainFiles(folder: string, options: StageOptions): PlainFiles {
  return new PlainFiles(folder, limitsOf(options), options.signal);
}

async function isFolderOrFile(source: string): Promise<boolean> {
  const there = await stat(source).catch((cause: unknown) => {
    throw unreadable(source, messageOf(cause), cause);
  });
  if (!there.isDirectory() && !there.isFile()) throw unreadable(source, "it is neither a file nor a folder");
  return there.isDirectory();
}

function unreadable(path: string, reason: string, cause?: unknown): EcflashError {
  return new EcflashError("input-unreadable", { path, reason }, { cause });
}
