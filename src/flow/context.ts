import type { Clock, ModuleBus } from "../core/bus.js";
import type { Emit } from "../core/events.js";
import type { Facts } from "../core/facts.js";
import type { UsbMode } from "../core/usb-mode.js";
import type { ProxySettings } from "../package/fetch/proxy.js";
import type { StopSwitch } from "./stop-switch.js";

/** What every flow needs of the world; `cli` puts it together once, tests put together their own. */
export interface FlowContext {
  readonly bus: ModuleBus;
  readonly clock: Clock;
  /** Wall time, for names and records; waiting uses `clock`. */
  readonly now: () => Date;
  readonly facts: Facts;
  readonly modes: readonly UsbMode[];
  readonly emit: Emit;
  readonly stop: StopSwitch;
  /** Journals, locks, run logs and calibration copies. */
  readonly stateDir: string;
  /** Downloaded and unpacked packages. */
  readonly cacheDir: string;
  /** Absent where nothing but this host is asked. */
  readonly proxy?: ProxySettings | undefined;
}
