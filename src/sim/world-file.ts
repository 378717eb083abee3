import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EcflashError, messageOf } from "../core/errors.js";
import type { ModuleMemory } from "./module-memory.js";
import type { Scenario } from "./scenario.js";
import { upgradedMemory, upgradedSetup } from "./world-upgrade.js";

const SCHEMA = "ecflash.world/1";
const FILE = "world.json";

/** What of a world lasts, besides the NANDs. */
export interface WorldMemory {
  readonly scenario: Scenario;
  readonly nextDeviceNumber: number;
  readonly modules: readonly ModuleMemory[];
}

export function hasWorld(directory: string): boolean {
  return existsSync(join(directory, FILE));
}

/** What an older ecflash did not write has its usual value. @throws EcflashError `input-unreadable` when there is no world of this version */
export function readWorld(directory: string): WorldMemory {
  const path = join(directory, FILE);
  const unreadable = (reason: string, cause?: unknown) =>
    new EcflashError("input-unreadable", { path, reason }, { cause });
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw unreadable(messageOf(error), error);
  }
  const { schema, ...memory } = parsed as { schema?: unknown } & WorldMemory;
  if (schema !== SCHEMA) throw unreadable(`it is no ${SCHEMA}`);
  const { scenario, modules } = memory;
  return {
    ...memory,
    scenario: { ...scenario, modules: scenario.modules.map(upgradedSetup) },
    modules: modules.map(upgradedMemory),
  };
}

/** Whole or not at all: a host killed here leaves the world of the moment before. */
export function writeWorld(directory: string, memory: WorldMemory): void {
  const path = join(directory, FILE);
  writable(path, () => {
    writeFileSync(`${path}.new`, JSON.stringify({ schema: SCHEMA, ...memory }));
    renameSync(`${path}.new`, path);
  });
}

/** Makes the directory and takes away an earlier world; a world without its file does not exist, so that goes first. */
export function clearWorld(directory: string): void {
  writable(directory, () => {
    mkdirSync(directory, { recursive: true });
    rmSync(join(directory, FILE), { force: true });
    rmSync(join(directory, NANDS), { force: true, recursive: true });
  });
}

const NANDS = "nand";

export function nandDirectory(directory: string, index: number): string {
  return join(directory, NANDS, String(index));
}

function writable(path: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    throw new EcflashError("state-unwritable", { path, reason: messageOf(error) }, { cause: error });
  }
}
