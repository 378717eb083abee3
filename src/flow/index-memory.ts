import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { EcflashError, messageOf } from "../core/errors.js";
import type { IndexMemory } from "../package/index-trust.js";
import { writeDurably } from "./durable-file.js";

const SCHEMA = "ecflash.trust/1";

/**
 * Every index this host accepted, of `indexes/<name>.json` in the state directory. Nothing there is a new host.
 * @throws EcflashError `trust-damaged`: a file nobody can read is never taken for none
 */
export async function readMemories(stateDir: string): Promise<IndexMemory[]> {
  const folder = join(stateDir, "indexes");
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

/**
 * Keeps what was accepted. What another process kept meanwhile stays when its version is higher.
 * @throws EcflashError `trust-damaged`, `state-unwritable`
 */
export async function keepMemory(stateDir: string, memory: IndexMemory): Promise<void> {
  const path = pathOf(stateDir, memory.name);
  const memories = await readMemories(stateDir);
  const there = memories.find(({ name }) => name === memory.name);
  if (there !== undefined && there.version > memory.version) return;
  if (there !== undefined && JSON.stringify(there) === JSON.stringify(memory)) return;
  await write(path, memory);
}

/**
 * The way back to the configured keys, out of band. The highest version stays, so that nothing older follows, unless that
 * is to be forgotten too. False when nothing was known of the name.
 */
export async function forgetIndex(
  stateDir: string,
  name: string,
  { versionToo }: { readonly versionToo: boolean },
): Promise<boolean> {
  const path = pathOf(stateDir, name);
  if (versionToo) {
    const there = await stat(path).catch(() => null);
    // Also a damaged one goes: the owner said so by name.
    if (there !== null) await rm(path);
    return there !== null;
  }
  const known = (await readMemories(stateDir)).find((memory) => memory.name === name);
  if (known === undefined) return false;
  await write(path, { ...known, trust: null, retired: [], addresses: [] });
  return true;
}

async function write(path: string, memory: IndexMemory): Promise<void> {
  await writeDurably(path, `${JSON.stringify({ schema: SCHEMA, ...memory }, null, 2)}\n`);
}

function pathOf(stateDir: string, name: string): string {
  return join(stateDir, "indexes", `${name}.json`);
}

async function readOne(path: string, name: string): Promise<IndexMemory> {
  const { readMemory } = await import("./index-memory-schema.js");
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
