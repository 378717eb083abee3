import type { Clock, ModuleBus } from "../../core/bus.js";
import type { Recording } from "../../protocol/traffic/format.js";
import { InProcessBus } from "../in-process-bus.js";
import { Scheduler } from "../scheduler.js";
import type { UsbModule } from "../usb-module.js";
import { ReplayedModule } from "./module.js";
import { phasesOf } from "./phases.js";
import { Silence, type Unanswered } from "./unanswered.js";

/** The modules of a recording on a bus of their own. */
export interface ReplayedWorld {
  readonly bus: ModuleBus;
  readonly modules: readonly UsbModule[];
  readonly scheduler: Scheduler;
  /** What was asked and is not in the recording. */
  readonly unanswered: readonly Unanswered[];
}

/** A recording says nothing of the wire; what it took is in the times of its lines. */
const BYTES_PER_MS = 1_000_000;

/** Wakes a recording. The times of its lines are kept, by the clock. */
export function openReplay(recording: Recording, clock: Clock): ReplayedWorld {
  const scheduler = new Scheduler(clock, 1);
  const silence = new Silence();
  const modules = [...phasesOf(recording)].map(
    ([portPath, phases]) => new ReplayedModule(portPath, phases, scheduler, silence),
  );
  return {
    bus: new InProcessBus(modules, scheduler, BYTES_PER_MS),
    modules,
    scheduler,
    get unanswered() {
      return silence.list;
    },
  };
}
