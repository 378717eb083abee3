import type { ModuleBus } from "../core/bus.js";
import type { Emit } from "../core/events.js";
import type { FlowContext } from "../flow/context.js";
import type { IndexSettings } from "../flow/fetch.js";
import { StopSwitch } from "../flow/stop-switch.js";
import type { Unanswered } from "../sim/replay/unanswered.js";
import { proxySettings } from "../package/fetch/proxy.js";
import type { Config } from "../manifest/config.js";
import { directories, type Environment } from "./environment.js";
import { type IndexOptions, indexSettings } from "./index-settings.js";
import { configOf, factsOf, modesOf } from "./knowledge.js";
import type { ModuleOptions } from "./module-options.js";
import { meet, type Met, record, tellOfRecording } from "./meet.js";
import { listenToSignals } from "./signals.js";

export type { IndexOptions } from "./index-settings.js";
export type { ModuleOptions } from "./module-options.js";

export interface Composed {
  /** Everything but the emit, which each command makes of its view and log. */
  readonly withEmit: (emit: Emit) => FlowContext;
  readonly stop: StopSwitch;
  readonly stateDir: string;
  readonly index: IndexSettings | null;
  readonly config: Config;
  readonly bus: ModuleBus;
  /** What was asked of a recording and is not in it. */
  readonly unanswered: () => readonly Unanswered[];
  /** Frees what was composed: signal handlers, the virtual world, the recording that is being made. */
  dispose(): Promise<void>;
}

/** The one place where a command's world is put together: real bus or virtual one, facts, directories, signals. */
export async function compose(
  environment: Environment,
  options: ModuleOptions & IndexOptions,
): Promise<Composed> {
  const config = await configOf(environment, options);
  const index = indexSettings(options, config);
  const { stateDir, cacheDir } = await directories(environment, config);
  const [facts, modes] = await Promise.all([factsOf(config), modesOf(config)]);
  const stop = new StopSwitch();
  const off = listenToSignals(stop);
  const common = { facts, modes, now: environment.now, stop, proxy: proxySettings(environment.variables) };
  let world: Met | null = null;
  try {
    world = await meet(environment, options, { facts, stateDir, cacheDir });
    const { clock } = world;
    const recording = await record(options, { bus: world.bus, clock, modes });
    const bus = recording?.bus ?? world.bus;
    const { close, unanswered } = world;
    return {
      withEmit: (emit) => ({
        ...common,
        emit,
        bus,
        clock,
        stateDir: world?.stateDir ?? stateDir,
        cacheDir: world?.cacheDir ?? cacheDir,
      }),
      stop,
      stateDir: world.stateDir,
      index: index ?? world.index,
      config,
      bus,
      unanswered,
      dispose: async () => {
        off();
        await close();
        if (recording !== null) await tellOfRecording(environment, recording.close);
      },
    };
  } catch (error) {
    off();
    await world?.close();
    throw error;
  }
}
