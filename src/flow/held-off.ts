import type { ModuleBus, UsbDevice } from "../core/bus.js";
import type { StageVoice } from "./run.js";

const WAIT_MS = 30_000;

/**
 * Has the host's modem manager leave a module alone; says so where there is one. It would hold the ports a run needs, and
 * probe the module while it restarts (domain.md 4.7). Gives the function that ends it.
 */
export async function heldOff(
  bus: ModuleBus,
  device: UsbDevice,
  voice: StageVoice,
): Promise<() => Promise<void>> {
  if (bus.holdOff === undefined) return async () => undefined;
  voice.wait("ModemManager to let go of the module", WAIT_MS);
  const answer = await bus.holdOff(device);
  if (answer.kind === "nothing") {
    voice.line("host", `No modem manager is held off: ${answer.why}.`);
    return async () => undefined;
  }
  voice.line("host", `${answer.who} leaves ${device.portPath} alone until this run ends.`);
  return answer.release;
}
