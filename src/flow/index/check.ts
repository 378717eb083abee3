import type { Clock } from "../../core/bus.js";
import { asEcflashError, EcflashError, isEcflashError } from "../../core/errors.js";
import type { Facts } from "../../core/facts.js";
import type { CheckedArchive, IndexVerifyReport } from "../../core/index-report.js";
import { fetchIndexBytes } from "../../package/index/bytes.js";
import { type IndexSettings, loadIndex } from "../../package/index/load.js";
import type { ArchiveRef, FirmwareIndex } from "../../package/index/types.js";
import { checkMirror } from "../../package/fetch/mirror.js";
import type { ProxySettings } from "../../package/fetch/proxy.js";
import { shownSource } from "../../package/fetch/shown-source.js";
import { isRemote, pathOf, resolveSource } from "../../package/fetch/source.js";
import { readMemories } from "./memory.js";
import { measureArchive } from "../measured-archive.js";

export interface VerifyOptions {
  readonly facts: Facts;
  readonly stateDir: string;
  readonly now: Date;
  readonly clock: Pick<Clock, "nowMs">;
  readonly proxy: ProxySettings;
  /** Hash every archive at each of its addresses. */
  readonly archives: boolean;
}

/**
 * Reads an index as a client of this host would; nothing is remembered by it. What is not whole is in the report.
 * @throws EcflashError those of `loadIndex` and `readMemories`
 */
export async function verifyIndex(
  settings: IndexSettings,
  { facts, stateDir, now, clock, proxy, archives }: VerifyOptions,
): Promise<IndexVerifyReport> {
  const memories = await readMemories(stateDir);
  const fetchBytes = fetchIndexBytes({ proxy });
  const { url } = settings;
  const { index, keyIds, notes, ignored } = await loadIndex(url, {
    settings,
    facts,
    memories,
    now,
    fetchBytes,
  });
  const { name, version, issued, expires, threshold } = index;
  return {
    url: shownSource(url),
    ...{ name, version, issued, expires, keyIds, threshold },
    releases: index.releases.length,
    edges: index.edges.length,
    notes,
    ignored,
    archives: archives ? await checkArchives(url, index, { clock, proxy }) : null,
  };
}

type Reach = Pick<VerifyOptions, "clock" | "proxy">;

/** Those that were taken back too: a module that is half-written with one is finished with it. */
async function checkArchives(source: string, index: FirmwareIndex, reach: Reach): Promise<CheckedArchive[]> {
  const found: CheckedArchive[] = [];
  for (const { revision, archive } of index.releases)
    for (const url of archive.urls) {
      const problem = await problemOf(() => checkOne(resolveSource(source, url), archive, reach));
      found.push({ revision, url: shownSource(url), problem });
    }
  return found;
}

async function problemOf(check: () => Promise<void>): Promise<EcflashError | null> {
  try {
    await check();
    return null;
  } catch (error) {
    if (isEcflashError(error)) return error;
    throw asEcflashError(error);
  }
}

async function checkOne(place: string, archive: ArchiveRef, reach: Reach): Promise<void> {
  if (isRemote(place)) return checkMirror(place, archive, reach);
  const { sizeBytes, sha256 } = await measureArchive(pathOf(place));
  if (sizeBytes !== archive.sizeBytes)
    throw new EcflashError("package-length", { expectedBytes: archive.sizeBytes, gotBytes: sizeBytes });
  if (sha256 !== archive.sha256)
    throw new EcflashError("package-hash", { expected: archive.sha256, got: sha256 });
}
