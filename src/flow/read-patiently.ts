import { EcflashError, isEcflashError } from "../core/errors.js";
import type { Facts } from "../core/facts.js";
import type { ModuleReading } from "../core/reading.js";
import { parseRevision } from "../core/revision.js";
import { latestOf } from "../core/sightings.js";
import { modeOf } from "../core/usb-mode.js";
import type { FoundModule } from "../device/find.js";
import { PathFollower } from "../device/follow.js";
import { identify } from "../device/identify.js";
import type { FlowContext } from "./context.js";
import type { TellWait } from "./named-wait.js";

/** Between two tries. */
const PAUSE_MS = 1_000;

/**
 * What a module that is just plugged in or restarts may come to, and gets over: it leaves, its ports are not made yet,
 * udev has not handed them out, a modem manager looks at it.
 */
const PASSING = ["module-gone", "port-missing", "port-unavailable", "port-held"] as const;

export interface ReadPatience {
  /** By the run's clock. A reading that is not ready is taken again until then. */
  readonly untilMs: number;
  /** Whether a module that leaves is waited for; otherwise its leaving is `module-gone`. */
  readonly comesBack: boolean;
  readonly signal: AbortSignal;
  readonly told?: TellWait | undefined;
}

/** Said, in normal mode, and past the `.00.000` of a module whose application processor still starts. */
export function isReady({ mode, revisions }: ModuleReading, facts: Facts): boolean {
  const latest = latestOf(revisions);
  return mode === "normal" && latest !== null && parseRevision(latest.text, facts).kind !== "not-ready";
}

/**
 * Reads one module, again and again until it is ready or the time is over. Then the last reading is what there is, or
 * the last failure, as `identify` gives and throws them.
 */
export async function readPatiently(
  context: FlowContext,
  found: FoundModule,
  { untilMs, comesBack, signal, told }: ReadPatience,
): Promise<ModuleReading> {
  const { bus, clock, facts, modes } = context;
  const follower = new PathFollower(bus, clock, modes, found.device);
  const leftMs = () => Math.max(untilMs - clock.nowMs(), 0);
  let { device, mode } = found;
  let toldOf = "";
  for (;;) {
    let last: ModuleReading | null = null;
    let failure: EcflashError | null = null;
    try {
      const patience = { silentMs: leftMs(), heldMs: 0 };
      const witnesses = bus.witnesses;
      last = await identify(
        { bus, clock, facts, signal, endAsking: signal, witnesses, patience },
        device,
        mode,
      );
      if (isReady(last, facts)) return last;
    } catch (error) {
      if (!isEcflashError(error, ...PASSING)) throw error;
      if (error.code === "module-gone" && !comesBack) throw error;
      failure = error;
    }
    const what = describeWait(device.portPath, last, failure);
    if (leftMs() > 0 && what !== toldOf) told?.({ what, limitMs: leftMs() });
    toldOf = what;
    do {
      if (leftMs() === 0) {
        if (last !== null) return last;
        throw failure ?? new EcflashError("module-gone", { what: device.portPath });
      }
      await follower.next(Math.min(leftMs(), PAUSE_MS), signal);
      if (!comesBack && follower.device?.deviceNumber !== found.device.deviceNumber)
        throw new EcflashError("module-gone", { what: `reading the module at ${found.device.portPath}` });
    } while (follower.device === null);
    device = follower.device;
    mode = modeOf(device, modes) ?? mode;
  }
}

function describeWait(portPath: string, last: ModuleReading | null, failure: EcflashError | null): string {
  if (failure?.code === "module-gone") return `the module at ${portPath} to come back`;
  if (failure?.code === "port-held") return `the AT ports of ${portPath} to be free`;
  if (failure !== null) return `the AT ports of ${portPath}`;
  if (last !== null && last.mode !== "normal") return `the module at ${portPath} to leave ${last.mode} mode`;
  return `the module at ${portPath} to be ready`;
}
