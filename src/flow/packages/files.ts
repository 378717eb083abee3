import { randomBytes } from "node:crypto";
import { mkdir, open, readFile } from "node:fs/promises";
import { EcflashError, isEcflashError, messageOf } from "../../core/errors.js";
import { isSamePackage, type PackageDescription, readDescription } from "../../package/description.js";
import { sha256Of } from "../../package/sha256.js";
import { removeStale } from "../../package/stale.js";

/** The files an import writes: what is there already, names for the time they are written, and the disk's complaints. */

const MARK = /^\.[0-9a-f]{12}\.tmp$/;

/** Behind a file's name until it is whole. */
export function temporaryMark(): string {
  return `.${randomBytes(6).toString("hex")}.tmp`;
}

/** Makes the folder, and takes out of it what an import of this revision left that was killed. */
export async function makeFolder(folder: string, revision: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const names = [".tar", ".tar.gz", ".json"].map((ending) => revision + ending);
  await removeStale(folder, (name) =>
    names.some((one) => name.startsWith(one) && MARK.test(name.slice(one.length))),
  );
}

/** The description that is there, when it is of the same package. Throws `output-exists` for any other file. */
export async function knownDescription(
  path: string,
  made: PackageDescription,
  force: boolean,
): Promise<PackageDescription | null> {
  const text = await ifThere(path, () => readFile(path, "utf8"));
  if (text === null) return null;
  const known = await readDescription(text, path).catch((error: unknown) => {
    if (isEcflashError(error, "package-malformed")) return null;
    throw error;
  });
  if (known !== null && isSamePackage(known, made)) return known;
  if (force) return null;
  throw new EcflashError("output-exists", { path });
}

/** Whether the file is there and has this SHA-256. Throws `output-exists` for any other. */
export async function holdsSame(path: string, sha256: string, force: boolean): Promise<boolean> {
  const found = await ifThere(path, async () => {
    const handle = await open(path);
    try {
      return await sha256Of(handle);
    } finally {
      await handle.close();
    }
  });
  if (found === null) return false;
  if (found !== sha256 && !force) throw new EcflashError("output-exists", { path });
  return found === sha256;
}

async function ifThere<T>(path: string, act: () => Promise<T>): Promise<T | null> {
  try {
    return await act();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new EcflashError("output-unwritable", { path, reason: messageOf(cause) }, { cause });
  }
}

/** A new file. */
export async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, "wx", 0o644);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Throws `output-unwritable`, whatever the disk says. */
export async function writing<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw new EcflashError("output-unwritable", { path, reason: messageOf(cause) }, { cause });
  }
}
