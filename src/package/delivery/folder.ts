import { constants, type Dirent } from "node:fs";
import { chmod, type FileHandle, lstat, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { EcflashError, messageOf } from "../../core/errors.js";
import { type PlainFiles } from "./plain-files.js";
import { unsafe } from "../archive/unsafe.js";

/**
 * Copies a folder, never following a link: what is proven is a copy that nobody changes meanwhile, and the delivery
 * stays as it was.
 * @throws EcflashError `archive-unsafe` for links, sockets and devices, `input-unreadable`, `state-unwritable`
 */
export async function copyFolder(source: string, files: PlainFiles): Promise<void> {
  await eachEntry(source, "", async (path, entry) => {
    if (!entry.isDirectory() && !entry.isFile()) throw unsafe(path, "it is neither a file nor a folder");
    files.admit(path, entry.isDirectory() ? "directory" : "file");
    if (!entry.isFile()) return;
    const handle = await open(join(source, path), constants.O_RDONLY | constants.O_NOFOLLOW).catch(
      (cause: unknown) => {
        throw unreadable(join(source, path), cause);
      },
    );
    try {
      await files.write(path, chunksOf(handle, join(source, path)));
    } finally {
      await handle.close();
    }
  });
}

/**
 * Judges what a tool unpacked: plain files and folders only, names and sizes within bounds, no second name of any file.
 * Modes become plain. Throws `archive-unsafe`, `input-unreadable`.
 */
export async function judgeFolder(folder: string, files: PlainFiles): Promise<void> {
  let sizeBytes = 0;
  await eachEntry(folder, "", async (path, entry) => {
    const absolute = join(folder, path);
    const { nlink, size } = await lstat(absolute);
    if (!entry.isDirectory() && !entry.isFile()) throw unsafe(path, "it is neither a file nor a folder");
    files.admit(path, entry.isDirectory() ? "directory" : "file");
    await chmod(absolute, entry.isDirectory() ? 0o755 : 0o644);
    if (entry.isDirectory()) return;
    if (nlink > 1) throw unsafe(path, "it is a hard link");
    sizeBytes += size;
    files.refuseSize(path, sizeBytes);
  });
}

/** What packers and desktops leave in archives. It is no part of a package. */
const JUNK_FILE = /^(?:\.DS_Store|Thumbs\.db|desktop\.ini|\._.*)$/i;
const JUNK_FOLDER = "__MACOSX";

/** Takes junk out of a folder of ours, and says what it took. */
export async function dropJunk(folder: string): Promise<string[]> {
  const dropped: string[] = [];
  await eachEntry(folder, "", async (path, entry) => {
    const junk = entry.isDirectory() ? entry.name === JUNK_FOLDER : JUNK_FILE.test(entry.name);
    if (!junk) return;
    await rm(join(folder, path), { recursive: true, force: true });
    dropped.push(entry.isDirectory() ? `${path}/` : path);
    return "leave-out";
  });
  return dropped;
}

/** Each entry below, a folder before what it holds, in order of names. */
async function eachEntry(
  root: string,
  below: string,
  visit: (path: string, entry: Dirent) => Promise<unknown>,
): Promise<void> {
  const entries = await readdir(join(root, below), { withFileTypes: true }).catch((cause: unknown) => {
    throw unreadable(join(root, below), cause);
  });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    const left = await visit(path, entry);
    if (entry.isDirectory() && left === undefined) await eachEntry(root, path, visit);
  }
}

async function* chunksOf(handle: FileHandle, path: string): AsyncGenerator<Uint8Array> {
  if (!(await handle.stat()).isFile()) throw unsafe(path, "it is neither a file nor a folder");
  try {
    for await (const chunk of handle.createReadStream({ autoClose: false, highWaterMark: 1 << 20 }))
      yield chunk as Uint8Array;
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): EcflashError {
  return new EcflashError("input-unreadable", { path, reason: messageOf(cause) }, { cause });
}
