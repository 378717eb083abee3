import type { UsbDevice } from "../../core/bus.js";
import type { StopSwitch } from "../stop-switch.js";
import { serveUsbip, type UsbipOptions } from "../../sim/usbip/server.js";
import { type BenchOptions, openVirtual } from "./virtual-bench.js";

export interface ExportedModule {
  /** Its name for `usbip attach`: the port path in its world. */
  readonly busid: string;
  /** What the shield says. */
  readonly label: string;
  /** Null while it is off the bus. */
  readonly device: UsbDevice | null;
}

/** What a person needs who wants the modules on a PC. */
export interface UsbipBench {
  readonly host: string;
  readonly port: number;
  readonly modules: readonly ExportedModule[];
  /** The signed index of the scenario's release, as a file of this machine, and the key that signs it. */
  readonly index: { readonly path: string; readonly publicKey: string };
}

export interface UsbipBenchOptions extends BenchOptions, Pick<UsbipOptions, "host" | "port"> {
  readonly allowRemote: boolean;
  readonly stop: StopSwitch;
  /** Called once clients can connect. */
  readonly ready: (bench: UsbipBench) => void;
}

/**
 * Opens the bench `SCENARIO[:NAME]`, makes it when it is not there yet, and exports its modules over USB/IP until a stop
 * is asked for. The world is kept, as between commands with `--sim`.
 *
 * Throws `scenario-unknown`, `state-unwritable`, `usage`, `port-unavailable`.
 */
export async function serveBench(
  spec: string,
  { host, port, allowRemote, stop, ready, ...options }: UsbipBenchOptions,
): Promise<void> {
  const bench = await openVirtual(spec, options);
  try {
    const server = await serveUsbip(bench.world, { host, port, allowRemote });
    stop.signal.addEventListener("abort", () => void server.close(), { once: true });
    const { modules, scenario } = bench.world;
    ready({
      host: server.host,
      port: server.port,
      modules: modules.map(({ portPath, device }, index) => ({
        busid: portPath,
        label: scenario.modules[index]?.hardware.label ?? "",
        device,
      })),
      index: { path: bench.index.url, publicKey: bench.index.publicKeys[0] ?? "" },
    });
    await server.ended;
  } finally {
    await bench.close();
  }
}
