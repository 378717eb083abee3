import type { ModuleBus } from "../../src/core/bus.js";
import { type CheckOptions, type CheckResult, checkBus } from "../../src/flow/check.js";
import type { FlowContext } from "../../src/flow/context.js";
import { StopSwitch } from "../../src/flow/stop-switch.js";
import { SHIPPED_SCENARIOS } from "../../src/manifest/read.js";
import { loadScenario } from "../../src/manifest/scenarios.js";
import type { ModuleSetup, Scenario, Switches, Timing } from "../../src/sim/scenario.js";
import type { Fault } from "../../src/sim/faults.js";
import { createWorld, type World } from "../../src/sim/world.js";
import { facts, modes } from "./bench.js";
import { EPOCH_MS } from "./site.js";
import { VirtualTime } from "./virtual-time.js";

/** What of a module differs from a healthy EC25-A. */
export interface Unit {
  readonly portPath: string;
  readonly revision?: string;
  readonly switches?: Partial<Switches>;
  readonly timing?: Partial<Timing>;
  readonly faults?: readonly Fault[];
  readonly change?: (setup: ModuleSetup) => Partial<ModuleSetup>;
}

export const RIGHT = "EC25AFAR05A07M4G_30.005.30.005";
export const WRONG = "EC25EFAR06A11M4G_01.001.01.001";
const healthy = await loadScenario(SHIPPED_SCENARIOS, "healthy");

/** Modules on one bus in virtual time, and `check` on them. */
export class Live {
  readonly clock = new VirtualTime();
  readonly world: World;
  readonly stop = new StopSwitch();

  constructor(...units: readonly Unit[]) {
    const [base] = healthy.modules;
    if (base === undefined) throw new Error("no module");
    const modules = units.map((unit, index): ModuleSetup => {
      const imei = String(1000 + 10 * index).padStart(15, "0");
      const setup: ModuleSetup = {
        ...base,
        portPath: unit.portPath,
        hardware: { ...base.hardware, chipSerial: base.hardware.chipSerial + index },
        firmware: { revision: unit.revision ?? RIGHT },
        nv: { ...base.nv, imei, serial: `VIRTUAL${index}` },
        switches: { ...base.switches, ...unit.switches },
        timing: { ...base.timing, ...unit.timing },
        faults: unit.faults ?? [],
      };
      return { ...setup, ...unit.change?.(setup) };
    });
    const scenario: Scenario = { ...healthy, modules };
    this.world = createWorld({ scenario, clock: this.clock, timeScale: 1 });
  }

  module(portPath: string) {
    const found = this.world.modules.find((module) => module.portPath === portPath);
    if (found === undefined) throw new Error(`no module at ${portPath}`);
    return found;
  }

  context(bus: ModuleBus = this.world.bus): FlowContext {
    const { clock, stop } = this;
    return {
      bus,
      clock,
      now: () => new Date(EPOCH_MS + clock.nowMs()),
      facts,
      modes,
      emit: () => undefined,
      stop,
      stateDir: "unused",
      cacheDir: "unused",
    };
  }

  async check(options: Partial<CheckOptions> = {}, bus?: ModuleBus): Promise<CheckResult> {
    return checkBus(this.context(bus), { declarations: [], ...options });
  }

  /** Everything that was sent to AT ports of a module. */
  sent(portPath: string): string[] {
    return this.module(portPath).recorder.acts.flatMap((act) => (act.kind === "at" ? [act.text] : []));
  }
}

/** One word for each module: its verdict, or the code of its failure. */
export function words({ judgements, failures }: Pick<CheckResult, "judgements" | "failures">) {
  return Object.fromEntries([
    ...judgements.map(({ reading, verdict }) => [reading.source, verdict] as const),
    ...failures.map(({ source, error }) => [source, error.code] as const),
  ]);
}

export function atFault(
  name: Fault["name"],
  command: string,
  more: Partial<Fault> & { readonly nth?: number } = {},
): Fault {
  const { nth = 1, ...rest } = more;
  return {
    name,
    at: { item: "at", partition: null, command, nth, afterBytes: 0 },
    times: 1,
    returnMs: null,
    revision: null,
    ...rest,
  };
}
