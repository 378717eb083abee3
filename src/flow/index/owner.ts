import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative, sep } from "node:path";
import { EcflashError } from "../../core/errors.js";
import type { Facts } from "../../core/facts.js";
import type { EditTime } from "../../package/index/edit.js";
import { addRelease } from "../../package/index/releases.js";
import type { FirmwareIndex, Release } from "../../package/index/types.js";
import { openPackage } from "../../package/proof/open-package.js";
import { packageIdOf } from "../../package/archive/package-id.js";
import { releaseOf } from "../../package/index/release-of.js";
import { resolveSource } from "../../package/fetch/source.js";
import { unpackArchive } from "../../package/archive/unpack.js";
import { editIndex, readIndexFile } from "./file.js";
import { measureArchive } from "../measured-archive.js";

export interface AddOptions
  extends Pick<
    Release,
    "orderOptions" | "recommended" | "severity" | "notes" | "evidence" | "blockedEngines"
  > {
  /** None: the archive's place relative to the index. */
  readonly urls: readonly string[];
  /** Says anew what is there already. */
  readonly replace: boolean;
  readonly time: EditTime;
}

/**
 * Proves an archive again, as a client will, and adds what was computed of it. Gives the release.
 * @throws EcflashError those of `measureArchive`, `unpackArchive`, `openPackage`, `editIndex` and `addRelease`; `usage`
 */
export async function addToIndex(
  path: string,
  archivePath: string,
  facts: Facts,
  options: AddOptions,
): Promise<{ readonly release: Release; readonly index: FirmwareIndex }> {
  // What cannot be added to is said before the package is unpacked.
  await readIndexFile(path, facts);
  const measured = await measureArchive(archivePath);
  const archive = { urls: urlsOf(path, archivePath, options.urls), ...measured };
  const scratch = await mkdtemp(join(tmpdir(), "ecflash-add-"));
  try {
    const root = join(scratch, "tree");
    await unpackArchive(archivePath, root, { sha256: archive.sha256 });
    const opened = await openPackage(root, { facts });
    const packageId = await packageIdOf(opened.root, opened.revision.text, opened.files);
    const release = releaseOf(opened, { ...options, archive, packageId });
    const { replace, time } = options;
    const { after } = await editIndex(path, facts, (index) => ({
      after: addRelease(index, release, { replace, facts }, time),
    }));
    return { release, index: after };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function urlsOf(indexPath: string, archivePath: string, given: readonly string[]): readonly string[] {
  if (given.length > 0) {
    for (const url of given) resolveSource("https://index.invalid/", url);
    return given;
  }
  const near = relative(dirname(indexPath), archivePath).split(sep).join("/");
  if (near.startsWith("../"))
    throw new EcflashError("usage", {
      detail: `${basename(archivePath)} does not lie beside or below the index; put it there, or give --url.`,
    });
  // One spelling must mean the same file on a stick and on a server, so nothing a URL would read otherwise.
  if (!/^[\w.+\-/]+$/.test(near))
    throw new EcflashError("usage", { detail: `${near} does not mean the same in a URL; give --url.` });
  return [near];
}
