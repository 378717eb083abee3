import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { basename, join, relative, resolve } from "node:path";
import { EcflashError, messageOf } from "../../core/errors.js";
import type { PackageFile } from "../../core/plan.js";
import type { HashedFile } from "../archive/reader.js";
import { MAX_UNPACKED_BYTES, MAX_UNPACKED_ENTRIES } from "../limits.js";
import { checkMd5Lists, MD5_LISTS, type Md5ListName, type Md5Report } from "./md5-list.js";

/** What a package holds, proven by content. */
export interface Inventory {
  /** The folder that holds `update/`. */
  readonly root: string;
  /** Its name, which in Quectel's packages is the whole revision (domain.md 4.3). */
  readonly name: string;
  /** By path inside the package, forward slashes. */
  readonly files: ReadonlyMap<string, PackageFile>;
  readonly md5: Md5Report;
}

const MAX_LIST_BYTES = 1024 * 1024;

/** An inventory, and all that is wrong with it. */
interface Survey extends Inventory {
  readonly faults: readonly EcflashError[];
}

/** By path below the folder they were unpacked to. */
export type KnownFiles = ReadonlyMap<string, HashedFile>;

/**
 * Hashes every file of an unpacked package and checks its MD5 lists where there are any; what is wrong with single files
 * is gathered. `directory` holds either the package's one top folder or the package itself. `known` is what was hashed
 * while it was unpacked there; then the tree is not read again.
 * @throws EcflashError `input-unreadable`, `package-malformed`, and `package-file-missing` where it is no package at all
 */
export async function surveyPackage(directory: string, known?: KnownFiles): Promise<Survey> {
  const root = await findRoot(resolve(directory));
  const faults: EcflashError[] = [];
  const files =
    known === undefined ? await hashAll(root, faults) : below(relative(resolve(directory), root), known);
  const md5 = await checkMd5(root, files, faults);
  return { root, name: basename(root), files: withoutMd5(files), md5, faults };
}

async function hashAll(root: string, faults: EcflashError[]): Promise<KnownFiles> {
  const found = await walk(root, "", faults);
  if (found.length > MAX_UNPACKED_ENTRIES)
    throw new EcflashError("package-malformed", { path: ".", reason: `it holds ${found.length} files` });
  const files = new Map<string, HashedFile>();
  for (const path of found) files.set(path, await hashFile(root, path));
  return files;
}

function below(top: string, known: KnownFiles): KnownFiles {
  if (top === "") return known;
  const inside = [...known.values()].map((file) => ({ ...file, path: file.path.slice(top.length + 1) }));
  return new Map(inside.map((file) => [file.path, file]));
}

async function findRoot(directory: string): Promise<string> {
  const entries = await listing(directory);
  if (entries.some((entry) => entry.name === "update" && entry.isDirectory())) return directory;
  const [top, ...others] = entries;
  if (top?.isDirectory() === true && others.length === 0) return join(directory, top.name);
  throw new EcflashError("package-file-missing", { path: "update/", namedBy: "the layout of every package" });
}

async function walk(root: string, folder: string, faults: EcflashError[]): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await listing(join(root, folder))) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await walk(root, path, faults)));
    else if (entry.isFile()) found.push(path);
    else
      faults.push(
        new EcflashError("archive-unsafe", { entry: path, reason: "it is neither a file nor a folder" }),
      );
  }
  return found.sort();
}

async function listing(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    throw new EcflashError("input-unreadable", { path: folder, reason: messageOf(cause) }, { cause });
  }
}

async function hashFile(root: string, path: string): Promise<HashedFile> {
  const absolute = join(root, path);
  const sha256 = createHash("sha256");
  const md5 = createHash("md5");
  let sizeBytes = 0;
  const handle = await open(absolute).catch((cause: unknown) => {
    throw new EcflashError("input-unreadable", { path: absolute, reason: messageOf(cause) }, { cause });
  });
  try {
    for await (const chunk of handle.createReadStream({ autoClose: false, highWaterMark: 1 << 20 })) {
      const bytes = chunk as Uint8Array;
      sizeBytes += bytes.length;
      if (sizeBytes > MAX_UNPACKED_BYTES)
        throw new EcflashError("package-malformed", { path, reason: "it is larger than any image" });
      sha256.update(bytes);
      md5.update(bytes);
    }
  } finally {
    await handle.close();
  }
  return { path, sizeBytes, sha256: sha256.digest("hex"), md5: md5.digest("hex") };
}

async function checkMd5(root: string, files: KnownFiles, faults: EcflashError[]): Promise<Md5Report> {
  const lists = new Map<Md5ListName, string>();
  for (const name of MD5_LISTS) {
    const list = files.get(name);
    if (list === undefined) continue;
    if (list.sizeBytes > MAX_LIST_BYTES)
      faults.push(
        new EcflashError("package-malformed", { path: name, reason: "it is larger than any list" }),
      );
    else lists.set(name, new TextDecoder().decode(await readPackageFile(root, list)));
  }
  const checked = checkMd5Lists(lists, new Map([...files].map(([path, { md5 }]) => [path, md5])));
  faults.push(...checked.faults);
  return checked.report;
}

/** Not through a link, and a pipe of that name must not hold the process. */
export const TO_READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * The bytes of a file of the inventory, proven once more: it is opened once, and what is returned is what was hashed.
 * Takes as much memory as the file has bytes by the inventory, whatever is on the disk by now.
 * @throws EcflashError `package-file-missing` when it is gone or no file, `package-changed` when it changed since
 */
export async function readPackageFile(root: string, file: PackageFile): Promise<Uint8Array> {
  const handle = await open(join(root, file.path), TO_READ).catch((cause: unknown) => {
    throw new EcflashError("package-file-missing", { path: file.path, namedBy: "the plan" }, { cause });
  });
  const changed = () => new EcflashError("package-changed", { path: file.path });
  try {
    const stats = await handle.stat();
    if (!stats.isFile())
      throw new EcflashError("package-file-missing", { path: file.path, namedBy: "the plan" });
    if (stats.size !== file.sizeBytes) throw changed();
    const bytes = Buffer.allocUnsafeSlow(file.sizeBytes);
    for (let at = 0; at < bytes.length; ) {
      const { bytesRead } = await handle.read(bytes, at, bytes.length - at, at);
      if (bytesRead === 0) throw changed();
      at += bytesRead;
    }
    if (createHash("sha256").update(bytes).digest("hex") !== file.sha256) throw changed();
    return bytes;
  } finally {
    await handle.close();
  }
}

function withoutMd5(files: ReadonlyMap<string, HashedFile>): ReadonlyMap<string, PackageFile> {
  return new Map([...files].map(([path, { sizeBytes, sha256 }]) => [path, { path, sizeBytes, sha256 }]));
}
