import { EcflashError, isEcflashError } from "../core/errors.js";
import { type FoundModule, findAt } from "../device/find.js";
import { isSettled } from "../device/follow.js";
import type { FlowContext } from "./context.js";
import type { TellWait } from "./named-wait.js";

const POLL_MS = 200;

export interface Awaited {
  readonly portPath?: string | undefined;
  /** How long the first module may take to appear; without it only what is there now counts. */
  readonly waitMs?: number | undefined;
  readonly told?: TellWait | undefined;
}

/**
 * The modules to judge. With a wait: all that are on the bus once the first of them is in normal mode and configured, or
 * what else is there when the time is over (EDL, dump: that is a verdict, too). Throws `no-module`.
 */
export async function awaitModules(
  { bus, modes, clock }: Pick<FlowContext, "bus" | "modes" | "clock">,
  { portPath, waitMs, told }: Awaited,
  signal: AbortSignal,
): Promise<readonly FoundModule[]> {
  if (waitMs === undefined) return findAt(bus, modes, portPath);
  const end = clock.nowMs() + waitMs;
  told?.({ what: portPath === undefined ? "a module" : `the module at ${portPath}`, limitMs: waitMs });
  let before: readonly FoundModule[] = [];
  for (;;) {
    const found = await foundNow();
    if (isUp(before, found)) return found;
    if (clock.nowMs() >= end) {
      if (found.length > 0) return found;
      const looked =
        portPath === undefined ? "USB 2c7c:0125 and its other modes" : `at port path ${portPath}`;
      throw new EcflashError("no-module", { looked: `${looked}, for ${Math.round(waitMs / 1000)} s` });
    }
    before = found;
    await clock.sleep(POLL_MS, signal);
  }

  async function foundNow(): Promise<readonly FoundModule[]> {
    try {
      return await findAt(bus, modes, portPath);
    } catch (error) {
      if (isEcflashError(error, "no-module")) return [];
      throw error;
    }
  }
}

/** One in normal mode that two looks in a row saw alike: sysfs shows a device before its ports are made. */
function isUp(before: readonly FoundModule[], now: readonly FoundModule[]): boolean {
  return now.some(({ device, mode }) => {
    const earlier = before.find((one) => one.device.portPath === device.portPath);
    return mode === "normal" && earlier !== undefined && isSettled(earlier.device, device);
  });
}
