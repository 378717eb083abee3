import type { Port } from "../../src/core/bus.js";
import type { ModuleSetup } from "../../src/sim/scenario.js";
import type { World } from "../../src/sim/world.js";
import { at, changed, isNormal, waitFor, worldOf } from "./host.js";

/** An AT port of a module of that scenario, echo off. */
export async function quietPort(
  name: string,
  change: (setup: ModuleSetup) => Partial<ModuleSetup> = () => ({}),
): Promise<{ world: World; port: Port }> {
  const world = worldOf(await changed(name, change));
  const port = await world.bus.openPort(await waitFor(world, isNormal), 2);
  await at(port, "ATE0");
  return { world, port };
}

/** With that card in the slot. */
export const withSim = (sim: ModuleSetup["network"]["sim"]) => (setup: ModuleSetup) => ({
  network: { ...setup.network, sim },
});

export const withSwitches = (switches: Partial<ModuleSetup["switches"]>) => (setup: ModuleSetup) => ({
  switches: { ...setup.switches, ...switches },
});

/** Lines of an answer as the module prints them, and its result. */
export const answer = (...lines: string[]) => `\r\n${lines.join("\r\n")}\r\n\r\nOK\r\n`;
export const DONE = "\r\nOK\r\n";
export const ERROR = "\r\nERROR\r\n";
