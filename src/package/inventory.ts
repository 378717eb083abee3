import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { basename, join, relative, resolve } from "node:path";
import { EcflashError, messageOf } from "../core/errors.js";
import type { PackageFile } from "../core/plan.js";
import { resolveVendorPath } from "../protocol/rawprogram.js";
import type { HashedFile } from "./archive-reader.js";
import { MAX_UNPACKED_BYTES, MAX_UNPACKED_ENTRIES } from "./limits.js";

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

/** The vendor's own list. It guards against damage, never against intent: that is the index's SHA-256. */
export type Md5Report =
  | { readonly kind: "absent" }
  | { readonly kind: "checked"; readonly listed: number; readonly unlisted: readonly string[] };

/** md5.txt names it in every package, and it is in none (domain.md 4.3). */
const LISTED_BUT_ABSENT: ReadonlySet<string> = new Set(["upgrade/targetfiles.zip"]);
const MD5_LIST = "md5.txt";
const MAX_LIST_BYTES = 1024 * 1024;

/**
 * Hashes every file of an unpacked package and checks md5.txt where there is one. `directory` holds either the package's
 * one top folder or the package itself. `known` is what was hashed while it was unpacked there; then the tree is not
 * read again.
 * @throws EcflashError `input-unreadable`, `package-malformed`, `package-file-missing`, `package-md5`, `archive-unsafe`
 */
export async function takeInventory(
  directory: string,
  known?: ReadonlyMap<string, HashedFile>,
): Promise<Inventory> {
  const root = await findRoot(resolve(directory));
  if (known !== undefined) {
    const files = below(relative(resolve(directory), root), known);
    return { root, name: basename(root), files: withoutMd5(files), md5: await checkMd5(root, files) };
  }
  const found = await walk(root, "");
  if (found.length > MAX_UNPACKED_ENTRIES)
    throw new EcflashError("package-malformed", { path: ".", reason: `it holds ${found.length} files` });
  const files = new Map<string, HashedFile>();
  for (const path of found) files.set(path, await hashFile(root, path));
  return { root, name: basename(root), files: withoutMd5(files), md5: await checkMd5(root, files) };
}

function below(top: string, known: ReadonlyMap<string, HashedFile>): ReadonlyMap<string, HashedFile> {
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
  const list = files.get(MD5_LIST);
  if (list === undefined) return { kind: "absent" };
  if (list.sizeBytes > MAX_LIST_BYTES)
    throw new EcflashError("package-malformed", { path: MD5_LIST, reason: "it is larger than any list" });
  const listed = parseMd5List(new TextDecoder().decode(await readPackageFile(root, list)));
  for (const [path, md5] of listed) {
    const file = files.get(path);
    if (file === undefined && LISTED_BUT_ABSENT.has(path)) continue;
    if (file === undefined) throw new EcflashError("package-file-missing", { path, namedBy: MD5_LIST });
    if (file.md5 !== md5) throw new EcflashError("package-md5", { path, listed: md5, got: file.md5 });
  }
  const unlisted = [...files.keys()].filter((path) => path !== MD5_LIST && !listed.has(path));
  return { kind: "checked", listed: listed.size, unlisted };
}

/**
 * The vendor's list: `VERSION:1.0`, `FILE:START`, lines `FILE:\update\sbl1.mbn:<32 digits>`, `FILE:END`; byte order
 * mark, CRLF, either case (domain.md 4.3). Path to lower-case digits.
 * @throws EcflashError `package-malformed`
 */
export function parseMd5List(text: string): ReadonlyMap<string, string> {
  const lines = text
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== "");
  const fail = (number: number, reason: string) =>
    new EcflashError("package-malformed", { path: MD5_LIST, reason: `line ${number}: ${reason}` });
  const [version, start, ...rest] = lines;
  const end = rest.pop();
  if (
    !/^VERSION:\d+\.\d+$/.test(version?.line ?? "") ||
    start?.line !== "FILE:START" ||
    end?.line !== "FILE:END"
  )
    throw fail(1, "the list does not begin with VERSION and FILE:START and end with FILE:END");
  const listed = new Map<string, string>();
  for (const { line, number } of rest) {
    const [, vendorPath = "", md5 = ""] = /^FILE:[\\/]?(.+):([0-9A-Fa-f]{32})$/.exec(line) ?? [];
    const path = resolveVendorPath(vendorPath, "");
    if (path === null) throw fail(number, "it is not a path and an MD5 of 32 digits");
    if (listed.has(path)) throw fail(number, `${path} is listed twice`);
    listed.set(path, md5.toLowerCase());
  }
  return listed;
}

/** Not through a link, and a pipe of that name must not hold the process. */
const TO_READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * The bytes of a file of the inventory, proven once more: it is opened once, and what is returned is what was hashed.
 * Takes as much memory as the file has bytes by the inventory, whatever is on the disk by now.
 * @throws EcflashError `package-file-missing` when it is gone or no file, `package-hash` when it changed since
 */
export async function readPackageFile(root: string, file: PackageFile): Promise<Uint8Array> {
  const handle = await open(join(root, file.path), TO_READ).catch((cause: unknown) => {
    throw new EcflashError("package-file-missing", { path: file.path, namedBy: "the plan" }, { cause });
  });
  const changed = (got: string) =>
    new EcflashError("package-hash", {
      expected: file.sha256,
      got: `${got} (${file.path} changed since it was checked)`,
    });
  try {
    const stats = await handle.stat();
    if (!stats.isFile())
      throw new EcflashError("package-file-missing", { path: file.path, namedBy: "the plan" });
    if (stats.size !== file.sizeBytes) throw changed(`that of ${stats.size} other bytes`);
    const bytes = Buffer.allocUnsafeSlow(file.sizeBytes);
    for (let at = 0; at < bytes.length; ) {
      const { bytesRead } = await handle.read(bytes, at, bytes.length - at, at);
      if (bytesRead === 0) throw changed(`that of ${at} other bytes`);
      at += bytesRead;
    }
    const got = createHash("sha256").update(bytes).digest("hex");
    if (got !== file.sha256) throw changed(got);
    return bytes;
  } finally {
    await handle.close();
  }
}

function withoutMd5(files: ReadonlyMap<string, HashedFile>): ReadonlyMap<string, PackageFile> {
  return new Map([...files].map(([path, { sizeBytes, sha256 }]) => [path, { path, sizeBytes, sha256 }]));
}
