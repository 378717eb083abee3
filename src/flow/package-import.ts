import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { EcflashError, isEcflashError, messageOf } from "../core/errors.js";
import type { Facts } from "../core/facts.js";
import { writeCanonicalTar } from "../package/canonical-tar.js";
import { prepareDelivery } from "../package/delivery/prepare.js";
import {
  describePackage,
  descriptionText,
  isSamePackage,
  type PackageDescription,
  readDescription,
} from "../package/description.js";
import { sha256Of } from "../package/sha256.js";
import { openPackage } from "../package/open-package.js";
import type { ImportDocument } from "./package-import-schema.js";

export interface ImportOptions {
  readonly facts: Facts;
  readonly scratchDir: string;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** `ecflash 0.1.0`. */
  readonly by: string;
  readonly path: string;
  readonly revision: string | undefined;
  /** Made where it is not there. */
  readonly into: string;
  readonly gzip: boolean;
  /** Replace files that are there and differ. */
  readonly force: boolean;
  readonly toolFolders?: readonly string[] | undefined;
  /** Said before each stage. */
  readonly told: (stage: "unpack" | "prove" | "pack") => void;
}

export interface ImportResult {
  /** As it stands in the file, also where that was there before. */
  readonly description: PackageDescription;
  readonly files: Readonly<ImportDocument["files"]>;
}

/**
 * Makes a canonical package of what a vendor sent: proves it as before a flash, packs it, describes it. Both files get
 * their names when both are whole; a failure leaves neither.
 * @throws EcflashError those of `prepareDelivery`, `openPackage` and `writeCanonicalTar`; `output-exists`,
 * `output-unwritable`, `usage` for a folder to write to that lies in the delivery; the signal's reason
 */
export async function importPackage(options: ImportOptions): Promise<ImportResult> {
  const { facts, scratchDir, signal, gzip, told } = options;
  const into = resolve(options.into);
  // There, the next import of the folder would take the tar for a part of the package.
  if (!relative(resolve(options.path), into).startsWith(".."))
    throw new EcflashError("usage", { detail: `--into ${into} lies in the delivery itself; name another.` });
  told("unpack");
  const prepared = await prepareDelivery(options.path, {
    facts,
    scratchDir,
    signal,
    revision: options.revision,
    toolFolders: options.toolFolders,
  });
  const mark = `.${randomBytes(6).toString("hex")}.tmp`;
  const base = join(into, prepared.revision.text);
  const tarPath = `${base}.tar${gzip ? ".gz" : ""}`;
  const jsonPath = `${base}.json`;
  try {
    told("prove");
    const opened = await openPackage(prepared.root, { facts });
    signal.throwIfAborted();
    told("pack");
    await writing(into, () => mkdir(into, { recursive: true }));
    const tar = await writeCanonicalTar({
      root: opened.root,
      topFolder: prepared.revision.text,
      files: [...opened.files.values()],
      target: tarPath + mark,
      gzip,
      signal,
    });
    const made = describePackage({ prepared, opened, tar, importedAt: options.now(), by: options.by });
    const known = await knownDescription(jsonPath, made, options.force);
    const hasTar = await holdsSame(tarPath, tar.fileSha256, options.force);
    if (known === null) await writing(jsonPath, () => writeSynced(jsonPath + mark, descriptionText(made)));
    signal.throwIfAborted();
    if (!hasTar) await writing(tarPath, () => rename(tarPath + mark, tarPath));
    if (known === null) await writing(jsonPath, () => rename(jsonPath + mark, jsonPath));
    await writing(into, () => syncFolder(into));
    return {
      description: known ?? made,
      files: [
        { path: tarPath, state: hasTar ? "there" : "written" },
        { path: jsonPath, state: known === null ? "written" : "there" },
      ],
    };
  } finally {
    await rm(tarPath + mark, { force: true });
    await rm(jsonPath + mark, { force: true });
    await prepared.dispose();
  }
}

/** The description that is there, when it is of the same package. Throws `output-exists` for any other file. */
async function knownDescription(
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

async function holdsSame(path: string, sha256: string, force: boolean): Promise<boolean> {
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

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, "wx", 0o644);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writing<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw new EcflashError("output-unwritable", { path, reason: messageOf(cause) }, { cause });
  }
}
