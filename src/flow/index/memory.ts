import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../core/bus.js";
import { EcflashError, isEcflashError, messageOf } from "../../core/errors.js";
import { waitForLock } from "../../package/fetch/host-lock.js";
import type { IndexMemory } from "../../package/index/trust.js";
import { writeDurably } from "../durable-file.js";

const SCHEMA = "ecflash.trust/1";
/** A memory is held for as long as two small files take; who holds it longer is stuck. */
const LOCK_LIMIT_MS = 10_000;

/** Where the memory of this host is, and how it waits for another process that is at it. */
export interface MemoryPlace {
  readonly stateDir: string;
  readonly clock: Pick<Clock, "sleep" | "nowMs">;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Every index this host accepted, of `indexes/<name>.json` in the state directory. Nothing there is a new host.
 * @throws EcflashError `trust-damaged`: a file nobody can read is never taken for none
 */
export async function readMemories(stateDir: string): Promise<IndexMemory[]> {
  const folder = memoryFolder(stateDir);
  const names = await readdir(folder).catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw damaged(folder, messageOf(cause), cause);
  });
  const found: IndexMemory[] = [];
  // A temporary file of `writeDurably` begins with a dot.
  for (const name of names.filter((one) => one.endsWith(".json") && !one.startsWith(".")).sort())
    found.push(await readOne(join(folder, name), name.slice(0, -".json".length)));
  return found;
}

/** Whether what is to be remembered is remembered. */
export function isUnchanged(memories: readonly IndexMemory[], memory: IndexMemory): boolean {
  return memories.some((there) => JSON.stringify(there) === JSON.stringify(memory));
}

/**
 * Keeps what was accepted by what was `seen`. False, and nothing is kept, when another process changed the memory since:
 * then it must be judged again.
 * @throws EcflashError `trust-damaged`, `state-unwritable`; the signal's reason
 */
export async function keepMemory(
  place: MemoryPlace,
  seen: readonly IndexMemory[],
  memory: IndexMemory,
): Promise<boolean> {
  return alone(place, async () => {
    if (JSON.stringify(await readMemories(place.stateDir)) !== JSON.stringify(seen)) return false;
    await write(pathOf(place.stateDir, memory.name), memory);
    return true;
  });
}

/**
 * The way back to the configured keys, out of band. The highest version stays, so that nothing older follows, unless that
 * is to be forgotten too. False when nothing was known of the name.
 */
export async function forgetIndex(
  place: MemoryPlace,
  name: string,
  { versionToo }: { readonly versionToo: boolean },
): Promise<boolean> {
  const path = pathOf(place.stateDir, name);
  return alone(place, async () => {
    if (versionToo) return removeIfThere(path);
    const known = (await readMemories(place.stateDir)).find((memory) => memory.name === name);
    if (known === undefined) return false;
    await write(path, { ...known, trust: null, retired: [], addresses: [] });
    return true;
  });
}

/** Also a damaged one goes: the owner said so by name. */
async function removeIfThere(path: string): Promise<boolean> {
  const there = await stat(path).catch(() => null);
  if (there === null) return false;
  await rm(path).catch((cause: unknown) => {
    throw new EcflashError("state-unwritable", { path, reason: messageOf(cause) }, { cause });
  });
  return true;
}

/** One process of this host at a time reads, decides and writes. */
async function alone<T>({ stateDir, clock, signal }: MemoryPlace, work: () => Promise<T>): Promise<T> {
  const path = join(memoryFolder(stateDir), ".memory");
  const free = await waitForLock(path, { clock, signal, limitMs: LOCK_LIMIT_MS }).catch((cause: unknown) => {
    if (!isEcflashError(cause, "package-busy")) throw cause;
    const reason = `process ${cause.facts.pid} has kept it locked for ${cause.facts.waitedMs / 1000} s`;
    throw new EcflashError("state-unwritable", { path: memoryFolder(stateDir), reason }, { cause });
  });
  try {
    return await work();
  } finally {
    await free();
  }
}

export function memoryFolder(stateDir: string): string {
  return join(stateDir, "indexes");
}

async function write(path: string, memory: IndexMemory): Promise<void> {
  await writeDurably(path, `${JSON.stringify({ schema: SCHEMA, ...memory }, null, 2)}\n`);
}

function pathOf(stateDir: string, name: string): string {
  return join(memoryFolder(stateDir), `${name}.json`);
}

async function readOne(path: string, name: string): Promise<IndexMemory> {
  const { readMemory } = await import("./memory-schema.js");
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw damaged(path, messageOf(cause), cause);
  }
  const memory = readMemory(json, SCHEMA);
  if (typeof memory === "string") throw damaged(path, memory);
  if (memory.name !== name) throw damaged(path, `it is of the index ${memory.name}`);
  return memory;
}

function damaged(path: string, reason: string, cause?: unknown): EcflashError {
  return new EcflashError("trust-damaged", { path, reason }, { cause });
}
