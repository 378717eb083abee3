import { dirname } from "node:path";
import { wordsOf } from "../core/catalogue.js";
import { asEcflashError, EcflashError } from "../core/errors.js";
import { type ArchiveProof, cachedArchiveBytes } from "../package/fetch/download.js";
import type { IndexSettings } from "../package/index/load.js";
import { touchPackage, treeOf } from "../package/fetch/obtain.js";
import { type OpenedPackage, openPackage } from "../package/proof/open-package.js";
import { resolveSource } from "../package/fetch/source.js";
import type { FlowContext } from "./context.js";
import type { JournalEntry } from "./journal.js";
import { obtainArchive } from "./obtain-archive.js";
import { type PreparedPackage, preparedFrom } from "./prepared.js";
import type { StageVoice } from "./run.js";
import { findSignedArchive } from "./index/trusted.js";

type UnfinishedRun = Pick<JournalEntry, "release" | "archiveSha256" | "planHash" | "declared">;

/**
 * The package of an unfinished run: its tree in the cache, else its archive in the cache unpacked anew, else that archive
 * from where an index says. Whatever it comes from, the archive's SHA-256 and the plan's hash are those that were proven
 * when the run began; so expiry and retraction never block finishing an erased module.
 * @throws EcflashError `package-not-at-hand`; the reason of the stop
 */
export async function reopenPackage(
  context: FlowContext,
  run: UnfinishedRun,
  index: IndexSettings | null,
  voice: StageVoice,
): Promise<PreparedPackage> {
  const { cacheDir, stop, now } = context;
  const root = treeOf(cacheDir, run.archiveSha256);
  let reason = "";
  const ways = [
    () => openPackage(root, { facts: context.facts }),
    () => fromCachedArchive(context, run, voice),
    () => fromIndex(context, run, index, voice),
  ];
  for (const way of ways) {
    try {
      const opened = await way();
      if (opened.planHash === run.planHash) {
        await renewLastUse(cacheDir, run.archiveSha256, now(), voice);
        return preparedFrom(opened, {
          release: run.release,
          hardwareCode: run.declared.hardwareCode,
          archiveSha256: run.archiveSha256,
          unknownMapIsAllowed: false,
          notes: opened.notes,
        });
      }
      reason = `The plan at ${root} is not the one that was begun.`;
    } catch (error) {
      stop.signal.throwIfAborted();
      reason = wordsOf(asEcflashError(error)).what;
    }
    voice.line("host", reason);
  }
  const { release, archiveSha256 } = run;
  throw new EcflashError("package-not-at-hand", { release, archiveSha256, path: dirname(root), reason });
}

/** The record of the run protects it from `cache prune` already; a disk that is read-only must not stop the repair. */
async function renewLastUse(cacheDir: string, sha256: string, now: Date, voice: StageVoice): Promise<void> {
  try {
    await touchPackage(cacheDir, sha256, now);
  } catch (error) {
    voice.line("host", wordsOf(asEcflashError(error)).what);
  }
}

async function fromCachedArchive(
  context: FlowContext,
  run: UnfinishedRun,
  voice: StageVoice,
): Promise<OpenedPackage> {
  const sizeBytes = await cachedArchiveBytes(context.cacheDir, run.archiveSha256);
  return unpacked(context, { sizeBytes, sha256: run.archiveSha256 }, [], voice);
}

async function fromIndex(
  context: FlowContext,
  run: UnfinishedRun,
  index: IndexSettings | null,
  voice: StageVoice,
): Promise<OpenedPackage> {
  if (index === null) throw new EcflashError("no-index", { looked: "--index, ECFLASH_INDEX, ecflash.json" });
  const archive = await findSignedArchive(context, index, run.archiveSha256);
  const sources = archive.urls.map((url) => resolveSource(index.url, url));
  return unpacked(context, archive, sources, voice);
}

async function unpacked(
  context: FlowContext,
  archive: ArchiveProof,
  sources: readonly string[],
  voice: StageVoice,
): Promise<OpenedPackage> {
  const { root, files } = await obtainArchive(context, archive, sources, voice);
  return openPackage(root, { facts: context.facts, known: files });
}
