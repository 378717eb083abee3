import { describeError } from "../core/catalogue.js";
import type { Clock, ModuleBus } from "../core/bus.js";
import { asEcflashError, EcflashError } from "../core/errors.js";
import type { Facts } from "../core/facts.js";
import type { UsbMode } from "../core/usb-mode.js";
import { systemClock } from "../device/clock.js";
import type { IndexSettings } from "../flow/fetch.js";
import type { Unanswered } from "../sim/replay/unanswered.js";
import type { Environment } from "./environment.js";
import type { ModuleOptions } from "./module-options.js";

/** The bus a command works on, and what belongs to it. */
export interface Met {
  readonly bus: ModuleBus;
  readonly clock: Clock;
  readonly stateDir: string;
  readonly cacheDir: string;
  /** A virtual bench brings its own. */
  readonly index: IndexSettings | null;
  readonly unanswered: () => readonly Unanswered[];
  readonly close: () => Promise<void>;
}

interface Places {
  readonly facts: Facts;
  readonly stateDir: string;
  readonly cacheDir: string;
}

const nothing = { index: null, unanswered: () => [], close: async () => undefined };

/** A virtual bench, a recording, or the bus of this host; each is loaded only when it is meant. */
export async function meet(
  environment: Environment,
  { sim, replay }: ModuleOptions,
  { facts, stateDir, cacheDir }: Places,
): Promise<Met> {
  if (sim !== undefined && replay !== undefined)
    throw new EcflashError("usage", { detail: "--sim and --replay cannot be given together." });
  if (replay !== undefined) {
    const { replayFile } = await import("../flow/demo/replay-file.js");
    const { world, clock } = replayFile(replay, systemClock);
    return { ...nothing, bus: world.bus, clock, stateDir, cacheDir, unanswered: () => world.unanswered };
  }
  if (sim !== undefined) {
    const { openVirtual } = await import("../flow/demo/virtual-bench.js");
    const { now } = environment;
    const bench = await openVirtual(sim, { stateDir, facts, now, clock: systemClock });
    return { ...nothing, ...bench, close: () => bench.close() };
  }
  const { realBus } = await import("../device/real-bus.js");
  return { ...nothing, bus: realBus({}), clock: systemClock, stateDir, cacheDir };
}

/** The same bus with a recording of it, when one is wanted. Throws `recording-unwritable` before anything is said. */
export async function record(
  { record: path, sim }: ModuleOptions,
  { bus, clock, modes }: { bus: ModuleBus; clock: Clock; modes: readonly UsbMode[] },
): Promise<{ readonly bus: ModuleBus; readonly close: () => void } | null> {
  if (path === undefined) return null;
  const [{ createTrafficFile }, { modulesOf, recordingBus }] = await Promise.all([
    import("../flow/traffic-file.js"),
    import("../device/recording-bus.js"),
  ]);
  const recorded = sim === undefined ? "modules of a host" : `the virtual bench ${sim}`;
  const devices = modulesOf(await bus.list(), modes);
  const file = createTrafficFile(path, recorded, { clock, devices });
  return { bus: recordingBus(bus, file.recorder, modes), close: () => file.close() };
}

/** A recording that could not be kept is told, and never hides how the command ended. */
export async function tellOfRecording({ err }: Environment, close: () => void): Promise<void> {
  try {
    close();
  } catch (error) {
    const { shown } = await import("../ui/escape.js");
    err.write(`${describeError(asEcflashError(error)).map(shown).join("\n")}\n`);
  }
}

/** What a recording could not answer. */
export async function tellUnanswered({ err }: Environment, list: readonly Unanswered[]): Promise<void> {
  if (list.length === 0) return;
  const { shown } = await import("../ui/escape.js");
  err.write("Not in the recording, so it got silence:\n");
  for (const { portPath, interfaceNumber, what, times } of list)
    err.write(
      shown(`  ${portPath}:${interfaceNumber}  ${what}${times > 1 ? ` (${times} times)` : ""}`) + "\n",
    );
}
