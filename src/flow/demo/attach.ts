import type { Clock, UsbDevice } from "../../core/bus.js";
import { openPty } from "../../device/pty.js";
import type { NamedPort } from "../../sim/pty/module-ports.js";
import { type PtyServer, servePty } from "../../sim/pty/server.js";
import { recordedModules } from "../../sim/recorded-module.js";
import type { Scheduler } from "../../sim/scheduler.js";
import { serveUsbip, type UsbipOptions } from "../../sim/usbip/server.js";
import type { UsbModule } from "../../sim/usb-module.js";
import type { StopSwitch } from "../stop-switch.js";
import { createTrafficFile } from "../traffic-file.js";

export interface AttachedModule {
  readonly portPath: string;
  /** Null while it is off the bus. */
  readonly device: UsbDevice | null;
  /** Ports that a terminal program opens; empty without a PTY attachment, and while the module is off the bus. */
  readonly ports: readonly NamedPort[];
}

/** How programs reach the modules. */
export interface Attached {
  readonly modules: readonly AttachedModule[];
  /** Where USB/IP clients connect. */
  readonly usbip: { readonly host: string; readonly port: number } | null;
  /** Where the names of the serial ports are. */
  readonly ptyDirectory: string | null;
}

export interface Attachments {
  readonly usbip: Pick<UsbipOptions, "host" | "port"> | null;
  readonly allowRemote: boolean;
  /** `directory` is null for one inside the state directory. */
  readonly pty: { readonly directory: string | null } | null;
  /** A new file that takes down what any program says to the modules. */
  readonly record: string | null;
  readonly stop: StopSwitch;
}

export interface AttachedWorld {
  readonly modules: readonly UsbModule[];
  readonly scheduler: Scheduler;
  readonly clock: Clock;
  /** What a recording of it is a recording of. */
  readonly name: string;
  /** Where the ports are named unless a directory is given. */
  readonly ptyDirectory: string;
}

/**
 * Attaches the modules of a world to the outside until a stop is asked for, or one attachment fails and takes the other
 * with it. `ready` is called once programs and clients can connect.
 *
 * Throws `state-unwritable`, `usage`, `port-unavailable`, `native-missing`, `recording-unwritable`.
 */
export async function attach(
  world: AttachedWorld,
  { record, ...attachments }: Attachments,
  ready: (open: Attached) => void,
): Promise<void> {
  const { modules, clock, name } = world;
  const devices = modules.flatMap(({ device }) => (device === null ? [] : [device]));
  const file = record === null ? null : createTrafficFile(record, name, { clock, devices });
  try {
    const heard = file === null ? modules : recordedModules(modules, file.recorder);
    await serve({ ...world, modules: heard }, attachments, ready);
  } finally {
    file?.close();
  }
}

async function serve(
  world: AttachedWorld,
  { usbip, pty, allowRemote, stop }: Omit<Attachments, "record">,
  ready: (open: Attached) => void,
): Promise<void> {
  const serving: { readonly ended: Promise<void>; close(): Promise<void> }[] = [];
  const closeAll = async () => {
    await Promise.allSettled(serving.map((server) => server.close()));
  };
  try {
    const directory = pty?.directory ?? world.ptyDirectory;
    const terminals: PtyServer | null = pty === null ? null : await servePty(world, { directory, openPty });
    if (terminals !== null) serving.push(terminals);
    const given = (portPath: string, toClient: boolean) => terminals?.give(portPath, toClient);
    const server = usbip === null ? null : await serveUsbip(world, { ...usbip, allowRemote, given });
    if (server !== null) serving.push(server);
    stop.signal.addEventListener("abort", () => void closeAll(), { once: true });
    ready({
      usbip: server === null ? null : { host: server.host, port: server.port },
      ptyDirectory: terminals?.directory ?? null,
      modules: world.modules.map(({ portPath, device }) => ({
        portPath,
        device,
        ports: terminals?.modules.find((module) => module.portPath === portPath)?.ports ?? [],
      })),
    });
    if (stop.signal.aborted) await closeAll();
    await Promise.all(serving.map(({ ended }) => ended));
  } finally {
    await closeAll();
  }
}
