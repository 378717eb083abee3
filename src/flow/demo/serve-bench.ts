import { join } from "node:path";
import type { UsbDevice } from "../../core/bus.js";
import { openPty } from "../../device/pty.js";
import { type PtyServer, servePty } from "../../sim/pty/server.js";
import type { NamedPort } from "../../sim/pty/module-ports.js";
import { serveUsbip, type UsbipOptions } from "../../sim/usbip/server.js";
import type { Scheduler } from "../../sim/scheduler.js";
import type { UsbModule } from "../../sim/usb-module.js";
import type { StopSwitch } from "../stop-switch.js";
import { type BenchOptions, openVirtual } from "./virtual-bench.js";

export interface ServedModule {
  readonly portPath: string;
  /** What the shield says. */
  readonly label: string;
  /** Null while it is off the bus. */
  readonly device: UsbDevice | null;
  /** Ports that a terminal program opens; empty without a PTY attachment, and while the module is off the bus. */
  readonly ports: readonly NamedPort[];
}

/** What a person needs who wants to reach the modules. */
export interface ServedBench {
  readonly modules: readonly ServedModule[];
  /** Where USB/IP clients connect. */
  readonly usbip: { readonly host: string; readonly port: number } | null;
  /** Where the names of the serial ports are. */
  readonly ptyDirectory: string | null;
  /** The signed index of the scenario's release, as a file of this machine, and the key that signs it. */
  readonly index: { readonly path: string; readonly publicKey: string };
}

export interface Attachments {
  readonly usbip: Pick<UsbipOptions, "host" | "port"> | null;
  readonly allowRemote: boolean;
  /** `directory` is null for one inside the state directory. */
  readonly pty: { readonly directory: string | null } | null;
}

export interface ServeOptions extends BenchOptions, Attachments {
  readonly stop: StopSwitch;
  /** Called once programs and clients can connect. */
  readonly ready: (bench: ServedBench) => void;
}

/**
 * Opens the bench `SCENARIO[:NAME]`, makes it when it is not there yet, and attaches its modules to the outside until a
 * stop is asked for. The world is kept, as between commands with `--sim`.
 *
 * Throws `scenario-unknown`, `state-unwritable`, `usage`, `port-unavailable`, `native-missing`.
 */
export async function serveBench(
  spec: string,
  { usbip, pty, allowRemote, stop, ready, ...options }: ServeOptions,
): Promise<void> {
  const bench = await openVirtual(spec, options);
  const { world, index, directory } = bench;
  try {
    const ports = { directory: pty?.directory ?? join(directory, "pty") };
    await attach(world, { usbip, allowRemote, pty: pty === null ? null : ports, stop }, (open) => {
      ready({
        ...open,
        modules: open.modules.map((module, at) => ({
          ...module,
          label: world.scenario.modules[at]?.hardware.label ?? "",
        })),
        index: { path: index.url, publicKey: index.publicKeys[0] ?? "" },
      });
    });
  } finally {
    await bench.close();
  }
}

type Attached = Omit<ServedBench, "index" | "modules"> & {
  readonly modules: readonly Omit<ServedModule, "label">[];
};

/** Serves modules until a stop is asked for, or one attachment fails and takes the other with it. */
async function attach(
  world: { readonly modules: readonly UsbModule[]; readonly scheduler: Scheduler },
  {
    usbip,
    pty,
    allowRemote,
    stop,
  }: Attachments & { readonly pty: { readonly directory: string } | null; readonly stop: StopSwitch },
  ready: (open: Attached) => void,
): Promise<void> {
  const serving: { readonly ended: Promise<void>; close(): Promise<void> }[] = [];
  const closeAll = async () => {
    await Promise.allSettled(serving.map((server) => server.close()));
  };
  try {
    const terminals: PtyServer | null =
      pty === null ? null : await servePty(world, { directory: pty.directory, openPty });
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
