import { rename, rm } from "node:fs/promises";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { syncDirectory } from "../durable-file.js";
import { EcflashError } from "../../core/errors.js";
import type { Facts } from "../../core/facts.js";
import { writeCanonicalTar } from "../../package/archive/canonical-tar.js";
import { prepareDelivery } from "../../package/delivery/prepare.js";
import { describePackage, descriptionText, type PackageDescription } from "../../package/description.js";
import { openPackage } from "../../package/proof/open-package.js";
import { holdsSame, knownDescription, makeFolder, temporaryMark, writeSynced, writing } from "./files.js";
import type { ImportDocument } from "./import-schema.js";

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
  if (liesIn(into, resolve(options.path)))
    throw new EcflashError("usage", { detail: `--into ${into} lies in the delivery itself; name another.` });
  told("unpack");
  const prepared = await prepareDelivery(options.path, {
    facts,
    scratchDir,
    signal,
    revision: options.revision,
    toolFolders: options.toolFolders,
  });
  const mark = temporaryMark();
  const base = join(into, prepared.revision.text);
  const tarPath = `${base}.tar${gzip ? ".gz" : ""}`;
  const jsonPath = `${base}.json`;
  try {
    told("prove");
    const opened = await openPackage(prepared.root, { facts });
    signal.throwIfAborted();
    told("pack");
    await writing(into, () => makeFolder(into, prepared.revision.text));
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
    await writing(into, () => syncDirectory(into));
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

function liesIn(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
