import type { Clock, ModuleBus, Port, UsbDevice } from "../core/bus.js";
import { EcflashError, isEcflashError } from "../core/errors.js";
import type { Change } from "../core/lifecycle.js";
import { diagFrame, isDiagCommand } from "../protocol/diag.js";
import { FrameReader } from "../protocol/hdlc.js";
import type { PathFollower } from "./follow.js";
import { dmInterface } from "./ports.js";

export interface EnterEdlContext {
  readonly bus: ModuleBus;
  readonly clock: Clock;
  /** Told of every change of the module's place, in order. */
  readonly changed: (change: Change) => void;
  readonly signal?: AbortSignal | undefined;
}

export const EDL_DEADLINES = {
  /** A chatty DM log is read off first; QFirehose once hung in it (domain.md 4.1). */
  drainMs: 1_000,
  /** Nothing for this long is quiet. What the kernel holds comes a moment after the port was opened. */
  quietMs: 100,
  /** The module echoes the frame before it restarts; some leave without. */
  echoMs: 3_000,
  /** QFirehose waits up to 30 x 1 s for 05c6:9008 (domain.md 3.2). */
  appearMs: 30_000,
} as const;

/**
 * Sends the switch to EDL over the DM port and follows the module to 05c6:9008 at the same port path. Entering is
 * proven by the port path, not by the echo. Throws `port-missing`, `port-unavailable`, `edl-not-entered`.
 */
export async function enterEdl(context: EnterEdlContext, follower: PathFollower): Promise<UsbDevice> {
  const device = follower.device;
  if (device === null) throw new EcflashError("module-gone", { what: "entering EDL" });
  const dm = dmInterface(device);
  if (dm === null) throw new EcflashError("port-missing", { role: "DM", portPath: device.portPath });
  const port = await context.bus.openPort(device, dm.number);
  try {
    await sendSwitch(context, port);
  } catch (error) {
    // The module may leave between the frame and its echo; the port path tells.
    if (!isEcflashError(error, "module-gone")) throw error;
  } finally {
    await port.close();
  }
  const seen: Change[] = [];
  const after = await follower.until(
    ["edl-appeared", "normal-appeared"],
    EDL_DEADLINES.appearMs,
    ({ change }) => {
      seen.push(change);
      context.changed(change);
    },
    context.signal,
  );
  if (after !== null && seen.at(-1) === "edl-appeared") return after;
  const stayed = follower.device?.deviceNumber === device.deviceNumber;
  context.changed(stayed ? "edl-not-entered" : "deadline-passed");
  throw new EcflashError("edl-not-entered", { portPath: device.portPath, waitedMs: EDL_DEADLINES.appearMs });
}

/** Drains what the port was saying, sends the frame, and waits for its echo or for the port to go. */
async function sendSwitch({ clock, changed }: EnterEdlContext, port: Port): Promise<void> {
  const drained = clock.nowMs() + EDL_DEADLINES.drainMs;
  while (clock.nowMs() < drained && (await port.read(EDL_DEADLINES.quietMs)) !== null);
  changed("edl-requested");
  await port.write(diagFrame("enterEdl"));
  const reader = new FrameReader();
  const end = clock.nowMs() + EDL_DEADLINES.echoMs;
  for (let left: number = EDL_DEADLINES.echoMs; left > 0; left = end - clock.nowMs()) {
    const bytes = await port.read(left);
    if (bytes === null) return;
    const echoed = reader
      .push(bytes)
      .some((frame) => frame.kind === "frame" && isDiagCommand(frame.payload, "enterEdl"));
    if (echoed) return;
  }
}
