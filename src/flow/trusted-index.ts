import { EcflashError } from "../core/errors.js";
import type { FlowContext } from "./context.js";
import { keepMemory, readMemories } from "./index-memory.js";
import {
  type IndexSettings,
  type LoadedIndex,
  loadIndex,
  type LoadIndexOptions,
  readSignedIndex,
} from "../package/index.js";
import type { ArchiveRef } from "../package/index-types.js";
import { fetchBytes } from "../package/source.js";

/** Loads an index, and remembers on this host that it was accepted before anything of it is used. */
export async function loadTrustedIndex(context: FlowContext, settings: IndexSettings): Promise<LoadedIndex> {
  const loaded = await loadIndex(settings.url, await optionsOf(context, settings));
  await keepMemory(context.stateDir, loaded.memory);
  return loaded;
}

/**
 * Where an archive is to be had, by an index whose signatures are proven and whose age and retractions do not matter: the
 * caller knows the archive's SHA-256 from a run that was allowed. Nothing of the index is remembered.
 * @throws EcflashError those of `readSignedIndex`; `archive-not-listed`
 */
export async function findSignedArchive(
  context: FlowContext,
  settings: IndexSettings,
  sha256: string,
): Promise<ArchiveRef> {
  const { index } = await readSignedIndex(settings.url, await optionsOf(context, settings));
  const release = index.releases.find(({ archive }) => archive.sha256 === sha256);
  if (release !== undefined) return release.archive;
  throw new EcflashError("archive-not-listed", { index: index.name, version: index.version, sha256 });
}

async function optionsOf(
  { facts, stop, now, stateDir, proxy, clock }: FlowContext,
  settings: IndexSettings,
): Promise<LoadIndexOptions> {
  return {
    settings,
    facts,
    memories: await readMemories(stateDir),
    now: now(),
    fetchBytes: (source, maxBytes) => fetchBytes(source, maxBytes, { signal: stop.signal, proxy, clock }),
  };
}
