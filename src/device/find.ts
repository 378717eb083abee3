import type { ModuleBus, UsbDevice } from "../core/bus.js";
import { EcflashError } from "../core/errors.js";
import type { ModuleMode } from "../core/reading.js";
import { modeOf, type UsbMode } from "../core/usb-mode.js";

/** A device that is a module of the family, or looks like one that is not running. */
export interface FoundModule {
  readonly device: UsbDevice;
  readonly mode: ModuleMode;
}

/** Whether a result must say so: the whole bus is simulated, or this one device of it. */
export function isVirtual(bus: ModuleBus, device: UsbDevice): boolean {
  return bus.virtual || device.virtual === true;
}

/** Every module on the bus in any mode, in the order of their port paths. */
export async function findModules(bus: ModuleBus, modes: readonly UsbMode[]): Promise<FoundModule[]> {
  const devices = await bus.list();
  return devices
    .map((device) => ({ device, mode: modeOf(device, modes) }))
    .filter((found): found is FoundModule => found.mode !== null)
    .sort((a, b) => a.device.portPath.localeCompare(b.device.portPath, "en", { numeric: true }));
}

/** The modules at a port path, or all of them. Throws `no-module` when there is none. */
export async function findAt(
  bus: ModuleBus,
  modes: readonly UsbMode[],
  portPath: string | undefined,
): Promise<FoundModule[]> {
  const all = await findModules(bus, modes);
  const found = all.filter(({ device }) => portPath === undefined || device.portPath === portPath);
  if (found.length > 0) return found;
  const looked = portPath === undefined ? "USB 2c7c:0125 and its other modes" : `at port path ${portPath}`;
  throw new EcflashError("no-module", { looked });
}

/** The one module a command is for. Throws `no-module`, or `module-ambiguous` when a port path would have to be guessed. */
export async function findOne(
  bus: ModuleBus,
  modes: readonly UsbMode[],
  portPath: string | undefined,
): Promise<FoundModule> {
  const found = await findAt(bus, modes, portPath);
  const [only, ...others] = found;
  if (only === undefined || others.length > 0)
    throw new EcflashError("module-ambiguous", { portPaths: found.map(({ device }) => device.portPath) });
  return only;
}
