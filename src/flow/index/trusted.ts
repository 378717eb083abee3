import { EcflashError } from "../../core/errors.js";
import { systemClock } from "../../device/clock.js";
import type { FlowContext } from "../context.js";
import { isUnchanged, keepMemory, memoryFolder, readMemories } from "./memory.js";
import { fetchIndexBytes } from "../../package/index/bytes.js";
import {
  type IndexSettings,
  type LoadedIndex,
  loadIndex,
  type LoadIndexOptions,
  readSignedIndex,
} from "../../package/index/load.js";
import type { ArchiveRef } from "../../package/index/types.js";

const TRIES = 5;

/**
 * Loads an index, and remembers on this host that it was accepted before anything of it is used. Where another process
 * accepted one meanwhile, it is judged again by what is remembered now.
 * @throws EcflashError those of `loadIndex` and `keepMemory`
 */
export async function loadTrustedIndex(context: FlowContext, settings: IndexSettings): Promise<LoadedIndex> {
  const { stateDir, stop } = context;
  // Other processes of this host live in real time, also beside a virtual module.
  const place = { stateDir, clock: systemClock, signal: stop.signal };
  for (let tries = 0; tries < TRIES; tries += 1) {
    const options = await optionsOf(context, settings);
    const loaded = await loadIndex(settings.url, options);
    const { memories } = options;
    const { memory } = loaded;
    const isKept = isUnchanged(memories, memory)
      ? JSON.stringify(await readMemories(stateDir)) === JSON.stringify(memories)
      : await keepMemory(place, memories, memory);
    if (isKept) return loaded;
  }
  const path = memoryFolder(stateDir);
  throw new EcflashError("state-unwritable", { path, reason: "others change it over and over" });
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
    fetchBytes: fetchIndexBytes({ signal: stop.signal, proxy, clock }),
  };
}
