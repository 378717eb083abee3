import { EcflashError } from "../core/errors.js";
import { systemClock } from "../device/clock.js";
import type { FlowContext } from "./context.js";
import { isUnchanged, keepMemory, memoryFolder, readMemories } from "./index-memory.js";
import { fetchIndexBytes } from "../package/index-bytes.js";
import { type IndexSettings, type LoadedIndex, loadIndex } from "../package/index.js";

const TRIES = 5;

/**
 * Loads an index, and remembers on this host that it was accepted before anything of it is used. Where another process
 * accepted one meanwhile, it is judged again by what is remembered now.
 * @throws EcflashError those of `loadIndex` and `keepMemory`
 */
export async function loadTrustedIndex(
  { facts, stop, now, stateDir, proxy }: FlowContext,
  settings: IndexSettings,
): Promise<LoadedIndex> {
  const { signal } = stop;
  // Other processes of this host live in real time, also beside a virtual module.
  const place = { stateDir, clock: systemClock, signal };
  for (let tries = 0; tries < TRIES; tries += 1) {
    const memories = await readMemories(stateDir);
    const fetchBytes = fetchIndexBytes({ signal, proxy });
    const loaded = await loadIndex(settings.url, { settings, facts, memories, now: now(), fetchBytes });
    const { memory } = loaded;
    const isKept = isUnchanged(memories, memory)
      ? JSON.stringify(await readMemories(stateDir)) === JSON.stringify(memories)
      : await keepMemory(place, memories, memory);
    if (isKept) return loaded;
  }
  const path = memoryFolder(stateDir);
  throw new EcflashError("state-unwritable", { path, reason: "others change it over and over" });
}
