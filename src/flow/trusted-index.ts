import type { FlowContext } from "./context.js";
import { keepMemory, readMemories } from "./index-memory.js";
import { type IndexSettings, type LoadedIndex, loadIndex } from "../package/index.js";
import { fetchBytes } from "../package/source.js";

/** Loads an index, and remembers on this host that it was accepted before anything of it is used. */
export async function loadTrustedIndex(
  { facts, stop, now, stateDir, proxy }: FlowContext,
  settings: IndexSettings,
): Promise<LoadedIndex> {
  const loaded = await loadIndex(settings.url, {
    settings,
    facts,
    memories: await readMemories(stateDir),
    now: now(),
    fetchBytes: (source, maxBytes) => fetchBytes(source, maxBytes, { signal: stop.signal, proxy }),
  });
  await keepMemory(stateDir, loaded.memory);
  return loaded;
}
