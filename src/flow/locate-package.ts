import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { EcflashError, messageOf } from "../core/errors.js";

export interface LocatedPackage {
  /** An unpacked package, or the folder that holds its one top folder. */
  readonly directory: string;
  /** SHA-256 of the archive it came from; null for a folder of the user. */
  readonly archiveSha256: string | null;
}

const ID = /^[0-9a-f]{8,64}$/i;

/**
 * What `PATH|ID` of the package commands names: a folder, or at least eight hex digits of the SHA-256 of an archive in
 * the cache. A path that is there goes before an id.
 * @throws EcflashError `package-not-found`, `package-id-ambiguous`, `input-unreadable`
 */
export async function locatePackage(pathOrId: string, cacheDir: string): Promise<LocatedPackage> {
  const found = await statOf(pathOrId);
  if (found?.isDirectory() === true) return { directory: pathOrId, archiveSha256: null };
  if (found !== null)
    throw new EcflashError("input-unreadable", {
      path: pathOrId,
      reason: "it is no folder; import or unpack the archive first",
    });
  const packages = join(cacheDir, "packages");
  const ids = ID.test(pathOrId) ? await cachedIds(packages) : [];
  const [id, ...more] = ids.filter((one) => one.startsWith(pathOrId.toLowerCase()));
  if (id === undefined)
    throw new EcflashError("package-not-found", {
      asked: pathOrId,
      looked: `the current folder, ${packages}`,
    });
  if (more.length > 0)
    throw new EcflashError("package-id-ambiguous", { asked: pathOrId, ids: [id, ...more] });
  return { directory: join(packages, id, "tree"), archiveSha256: id };
}

async function statOf(path: string) {
  try {
    return await stat(path);
  } catch (cause) {
    if (isAbsent(cause)) return null;
    throw new EcflashError("input-unreadable", { path, reason: messageOf(cause) }, { cause });
  }
}

async function cachedIds(packages: string): Promise<string[]> {
  try {
    return (await readdir(packages)).filter((name) => /^[0-9a-f]{64}$/.test(name)).sort();
  } catch (cause) {
    if (isAbsent(cause)) return [];
    throw new EcflashError("input-unreadable", { path: packages, reason: messageOf(cause) }, { cause });
  }
}

function isAbsent(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
}
