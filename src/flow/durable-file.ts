import { mkdir, open, realpath, rename, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { EcflashError, messageOf } from "../core/errors.js";

/**
 * Puts a file on disk so that a power cut leaves either the old or the new one: temporary file, fsync, rename, fsync of
 * the directory. Private (0600), since it may hold identities. The file behind a link is replaced, never the link. Throws
 * `state-unwritable`, also for a device or FIFO: as root, a file would take its place.
 */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  try {
    const target = await targetOf(path);
    const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    const file = await open(temporary, "w", 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
    await syncDirectory(dirname(target));
  } catch (error) {
    throw new EcflashError("state-unwritable", { path, reason: messageOf(error) }, { cause: error });
  }
}

/** The file itself, links followed. Throws for what is there and is no file. */
async function targetOf(path: string): Promise<string> {
  const there = await stat(path).catch(() => null);
  if (there === null) return path;
  if (!there.isFile()) throw new Error("it is no regular file");
  return realpath(path);
}

export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
