import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { Clock, ModuleBus } from "../../core/bus.js";
import { EcflashError } from "../../core/errors.js";
import type { Facts } from "../../core/facts.js";
import { findScenario, isScenarioFile } from "../../manifest/scenarios.js";
import { createWorld, hasWorld, openWorld, type World } from "../../sim/world.js";
import type { IndexSettings } from "../fetch.js";
import { scaledClock } from "./scaled-clock.js";
import { vendorFolder } from "./vendor-folder.js";

/** A virtual world that lasts between commands, with a firmware site of its own and its own records. */
export interface VirtualBench {
  readonly world: World;
  /** Everything of this bench is in it. */
  readonly directory: string;
  readonly bus: ModuleBus;
  readonly clock: Clock;
  readonly stateDir: string;
  readonly cacheDir: string;
  readonly index: IndexSettings;
  close(): Promise<void>;
}

export interface BenchOptions {
  readonly stateDir: string;
  readonly facts: Facts;
  readonly now: () => Date;
  readonly clock: Clock;
  /** Host milliseconds of one model millisecond; 0.1 where nothing is said. */
  readonly timeScale?: number;
}

/** How fast virtual time runs: a whole flash takes seconds, and every limit still has slack on a busy machine. */
export const VIRTUAL_TIME_SCALE = 0.1;

/**
 * Opens `SCENARIO[:NAME]`, or makes it when it is not there yet. Throws `scenario-unknown`, `input-unreadable`,
 * `manifest-invalid`, `state-unwritable`.
 */
export async function openVirtual(
  spec: string,
  { stateDir, facts, now, clock, timeScale = VIRTUAL_TIME_SCALE }: BenchOptions,
): Promise<VirtualBench> {
  const { scenarioName, place } = splitSpec(spec);
  const scenario = await findScenario(scenarioName);
  const directory = join(stateDir, "virtual", place);
  const worldDir = worldDirectory(stateDir, spec);
  const scaled = scaledClock(clock, timeScale);
  const stateOfBench = join(directory, "state");
  const index = await vendorFolder({ directory, stateDir: stateOfBench }, scenario, facts, now());
  const world: World = hasWorld(worldDir)
    ? openWorld(worldDir, { clock: scaled, timeScale: 1 })
    : createWorld({ scenario, clock: scaled, timeScale: 1, dir: worldDir });
  return {
    world,
    directory,
    bus: world.bus,
    clock: scaled,
    stateDir: stateOfBench,
    cacheDir: join(directory, "cache"),
    index,
    close: async () => world.flush(),
  };
}

/** Takes power from every module of a bench and gives it back: what a hand does at a real one. */
export async function powerCycleVirtual(
  spec: string,
  { stateDir, clock }: Pick<BenchOptions, "stateDir" | "clock">,
): Promise<void> {
  await findScenario(splitSpec(spec).scenarioName);
  const directory = worldDirectory(stateDir, spec);
  if (!hasWorld(directory)) {
    const detail = `There is no virtual bench ${spec} yet; a command with --sim ${spec} makes it.`;
    throw new EcflashError("usage", { detail });
  }
  const world = openWorld(directory, { clock: scaledClock(clock, VIRTUAL_TIME_SCALE), timeScale: 1 });
  for (const module of world.modules) module.powerCycle();
  world.flush();
}

/** Forgets a bench: its module, records and packages. The next use makes it anew. */
export async function resetVirtual(spec: string, stateDir: string): Promise<void> {
  const { scenarioName, place } = splitSpec(spec);
  await findScenario(scenarioName);
  await rm(join(stateDir, "virtual", place), { recursive: true, force: true });
}

function worldDirectory(stateDir: string, spec: string): string {
  return join(stateDir, "virtual", splitSpec(spec).place, "world");
}

/** One name under two scenarios is two benches. No name leads out of the directory: `place` is never `..` or empty. */
function splitSpec(spec: string): { scenarioName: string; place: string } {
  const [scenarioName = "", name] = spec.split(":");
  // Two files of one name are two scenarios.
  const given = isScenarioFile(scenarioName)
    ? `${basename(scenarioName, ".json")}-${shortHash(resolve(scenarioName))}`
    : scenarioName;
  const place = name === undefined ? given : `${given}+${name}`;
  return { scenarioName, place: place.replace(/[^\w+-]/g, "_") };
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
