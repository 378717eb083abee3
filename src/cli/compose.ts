import type { Clock, ModuleBus } from "../core/bus.js";
import type { Emit } from "../core/events.js";
import { systemClock } from "../device/clock.js";
import type { FlowContext } from "../flow/context.js";
import type { IndexSettings } from "../flow/fetch.js";
import { StopSwitch } from "../flow/stop-switch.js";
import { loadConfig } from "../manifest/config.js";
import { loadFacts, loadUsbModes } from "../manifest/load.js";
import { directories, type Environment } from "./environment.js";
import { listenToSignals } from "./signals.js";

/** Options every command that meets a module has. */
export interface ModuleOptions {
  readonly sim?: string | undefined;
  readonly port?: string | undefined;
  readonly config?: string | undefined;
}

export interface IndexOptions {
  readonly index?: string | undefined;
  readonly key?: string | undefined;
}

export interface Composed {
  /** Everything but the emit, which each command makes of its view and log. */
  readonly withEmit: (emit: Emit) => FlowContext;
  readonly stop: StopSwitch;
  readonly stateDir: string;
  readonly index: IndexSettings | null;
  readonly bus: ModuleBus;
  /** Frees what was composed: signal handlers, the virtual world. */
  dispose(): Promise<void>;
}

/** The one place where a command's world is put together: real bus or virtual one, facts, directories, signals. */
export async function compose(
  environment: Environment,
  options: ModuleOptions & IndexOptions,
): Promise<Composed> {
  const named = options.config ?? environment.variables["ECFLASH_CONFIG"];
  const { configPath } = await directories(environment, {});
  const config = await loadConfig(named ?? configPath, {
    required: named !== undefined,
    asRoot: environment.isRoot,
  });
  const { stateDir, cacheDir } = await directories(environment, config);
  const [facts, modes] = await Promise.all([loadFacts(), loadUsbModes()]);
  const stop = new StopSwitch();
  const off = listenToSignals(stop);
  const index =
    options.index === undefined
      ? (config.index ?? null)
      : { url: options.index, publicKeys: options.key === undefined ? [] : [options.key] };
  const common = { facts, modes, now: environment.now, stop };
  if (options.sim !== undefined) {
    const { openVirtual } = await import("../flow/demo/virtual-bench.js");
    const bench = await openVirtual(options.sim, {
      stateDir,
      facts,
      now: environment.now,
      clock: systemClock,
    });
    return {
      withEmit: (emit) => ({
        ...common,
        emit,
        bus: bench.bus,
        clock: bench.clock,
        stateDir: bench.stateDir,
        cacheDir: bench.cacheDir,
      }),
      stop,
      stateDir: bench.stateDir,
      index: index ?? bench.index,
      bus: bench.bus,
      dispose: async () => {
        off();
        await bench.close();
      },
    };
  }
  const { realBus } = await import("../device/real-bus.js");
  const clock: Clock = systemClock;
  const bus = realBus({});
  return {
    withEmit: (emit) => ({ ...common, emit, bus, clock, stateDir, cacheDir }),
    stop,
    stateDir,
    index,
    bus,
    dispose: async () => off(),
  };
}
