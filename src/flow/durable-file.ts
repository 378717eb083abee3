import { mkdir, open, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { EcflashError } from "../core/errors.js";

/**
 * Puts a file on disk so that a power cut leaves either the old or the new one: temporary file, fsync, rename, fsync of
 * the directory. Private (0600), since it may hold identities. Throws `state-unwritable`.
 */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(temporary, "w", 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    throw new EcflashError("state-unwritable", { path, reason: (error as Error).message }, { cause: error });
  }
}

export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
