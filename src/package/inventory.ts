import { createHash } from "node:crypto";
import { open, readdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { EcflashError, messageOf } from "../core/errors.js";
import type { PackageFile } from "../core/plan.js";
import { MAX_UNPACKED_BYTES, MAX_UNPACKED_ENTRIES } from "./limits.js";
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

interface HashedFile extends PackageFile {
  readonly md5: string;
}

/**
 * Hashes every file of an unpacked package and checks the vendor's MD5 lists where there are any. `directory` holds either the package's
 * one top folder or the package itself.
 * @throws EcflashError `input-unreadable`, `package-malformed`, `package-file-missing`, `package-md5`, `archive-unsafe`
 */
export async function takeInventory(directory: string): Promise<Inventory> {
  const root = await findRoot(resolve(directory));
  const found = await walk(root, "");
  if (found.length > MAX_UNPACKED_ENTRIES)
    throw new EcflashError("package-malformed", { path: ".", reason: `it holds ${found.length} files` });
  const files = new Map<string, HashedFile>();
  for (const path of found) files.set(path, await hashFile(root, path));
  return { root, name: basename(root), files: withoutMd5(files), md5: await checkMd5(root, files) };
}

async function findRoot(directory: string): Promise<string> {
  const entries = await listing(directory);
  if (entries.some((entry) => entry.name === "update" && entry.isDirectory())) return directory;
  const [top, ...others] = entries;
  if (top?.isDirectory() === true && others.length === 0) return join(directory, top.name);
  throw new EcflashError("package-file-missing", { path: "update/", namedBy: "the layout of every package" });
}

async function walk(root: string, folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await listing(join(root, folder))) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await walk(root, path)));
    else if (entry.isFile()) found.push(path);
    else
      throw new EcflashError("archive-unsafe", { entry: path, reason: "it is neither a file nor a folder" });
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

async function checkMd5(root: string, files: ReadonlyMap<string, HashedFile>): Promise<Md5Report> {
  const lists = new Map<Md5ListName, string>();
  for (const name of MD5_LISTS) {
    const list = files.get(name);
    if (list === undefined) continue;
    if (list.sizeBytes > MAX_LIST_BYTES)
      throw new EcflashError("package-malformed", { path: name, reason: "it is larger than any list" });
    lists.set(name, new TextDecoder().decode(await readPackageFile(root, list)));
  }
  return checkMd5Lists(lists, new Map([...files].map(([path, { md5 }]) => [path, md5])));
}

/**
 * The bytes of a file of the inventory, proven once more: it is opened once, and what is returned is what was hashed.
 * @throws EcflashError `package-file-missing` when it is gone, `package-hash` when it changed since
 */
export async function readPackageFile(root: string, file: PackageFile): Promise<Uint8Array> {
  const absolute = join(root, file.path);
  const handle = await open(absolute).catch((cause: unknown) => {
    throw new EcflashError("package-file-missing", { path: file.path, namedBy: "the plan" }, { cause });
  });
  try {
    const { size } = await handle.stat();
    const bytes = size === file.sizeBytes ? await handle.readFile() : new Uint8Array();
    const got = createHash("sha256").update(bytes).digest("hex");
    if (size !== file.sizeBytes || got !== file.sha256)
      throw new EcflashError("package-hash", {
        expected: file.sha256,
        got: `${size === file.sizeBytes ? got : `that of ${size} other bytes`} (${file.path} changed since it was checked)`,
      });
    return bytes;
  } finally {
    await handle.close();
  }
}

function withoutMd5(files: ReadonlyMap<string, HashedFile>): ReadonlyMap<string, PackageFile> {
  return new Map([...files].map(([path, { sizeBytes, sha256 }]) => [path, { path, sizeBytes, sha256 }]));
}
