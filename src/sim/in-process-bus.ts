import type { Endpoint, ModuleBus, Port, UsbDevice } from "../core/bus.js";
import { EcflashError } from "../core/errors.js";
import type { Scheduler } from "./scheduler.js";
import type { PipeEnd, UsbModule } from "./usb-module.js";
import { BULK_PACKET_BYTES } from "./usb.js";

/** What a port buffers between two reads of a host. */
const PORT_READ_BYTES = 65536;
/** Waits shorter than this are summed up: a timer of the process cannot do less than a millisecond. */
const SHORTEST_PAUSE_MS = 4;

/** Virtual modules as a host's bus, in the same process: transfers are carried by function calls. */
export class InProcessBus implements ModuleBus {
  readonly virtual = true;
  readonly #modules: readonly UsbModule[];
  readonly #scheduler: Scheduler;
  readonly #bytesPerMs: number;

  constructor(modules: readonly UsbModule[], scheduler: Scheduler, bytesPerMs: number) {
    this.#modules = modules;
    this.#scheduler = scheduler;
    this.#bytesPerMs = bytesPerMs;
  }

  async list(): Promise<readonly UsbDevice[]> {
    this.#scheduler.runDue();
    return this.#modules.flatMap(({ device }) => (device === null ? [] : [device]));
  }

  /** @throws EcflashError `module-gone` for a device of an earlier plugging, `port-held`, `port-unavailable` when it is no port */
  async openPort(device: UsbDevice, interfaceNumber: number): Promise<Port> {
    const tty = device.interfaces.find(({ number }) => number === interfaceNumber)?.tty;
    const path = tty ?? nameOf(device, interfaceNumber);
    const pipe = this.#hold(device, interfaceNumber, path);
    return new VirtualPort(path, pipe, this.#scheduler);
  }

  /** @throws as `openPort` */
  async openEndpoint(device: UsbDevice, interfaceNumber: number): Promise<Endpoint> {
    const name = nameOf(device, interfaceNumber);
    const pipe = this.#hold(device, interfaceNumber, name);
    return new VirtualEndpoint(name, pipe, this.#scheduler, this.#bytesPerMs);
  }

  #hold(device: UsbDevice, interfaceNumber: number, path: string): PipeEnd {
    this.#scheduler.runDue();
    const module = this.#modules.find(({ portPath }) => portPath === device.portPath);
    if (module?.device?.deviceNumber !== device.deviceNumber)
      throw new EcflashError("module-gone", { what: path });
    const pipe = module.pipe(interfaceNumber);
    if (pipe === null) throw new EcflashError("port-unavailable", { path, reason: "nothing answers there" });
    if (pipe.held) throw new EcflashError("port-held", { path, holders: [], alsoAsked: [] });
    pipe.hold();
    return pipe;
  }
}

function nameOf({ portPath }: UsbDevice, interfaceNumber: number): string {
  return `${portPath}:1.${interfaceNumber}`;
}

class VirtualPort implements Port {
  readonly path: string;
  readonly #pipe: PipeEnd;
  readonly #scheduler: Scheduler;
  #open = true;

  constructor(path: string, pipe: PipeEnd, scheduler: Scheduler) {
    this.path = path;
    this.#pipe = pipe;
    this.#scheduler = scheduler;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#scheduler.runDue();
    this.#mustLive();
    this.#pipe.receive(bytes);
  }

  async read(deadlineMs: number): Promise<Uint8Array | null> {
    const found = await this.#scheduler.until(() => {
      const bytes = this.#pipe.take(PORT_READ_BYTES);
      if (bytes === null) this.#mustLive();
      return bytes ?? undefined;
    }, deadlineMs);
    return found ?? null;
  }

  async close(): Promise<void> {
    if (this.#open) this.#pipe.release();
    this.#open = false;
  }

  #mustLive(): void {
    if (!this.#open) throw new EcflashError("port-unavailable", { path: this.path, reason: "closed" });
    if (!this.#pipe.alive) throw new EcflashError("module-gone", { what: this.path });
  }
}

class VirtualEndpoint implements Endpoint {
  readonly #name: string;
  readonly #pipe: PipeEnd;
  readonly #scheduler: Scheduler;
  readonly #bytesPerMs: number;
  #owedMs = 0;
  #open = true;

  constructor(name: string, pipe: PipeEnd, scheduler: Scheduler, bytesPerMs: number) {
    this.#name = name;
    this.#pipe = pipe;
    this.#scheduler = scheduler;
    this.#bytesPerMs = bytesPerMs;
  }

  async write(
    bytes: Uint8Array,
    { deadlineMs, endWithZeroLength = false }: { deadlineMs: number; endWithZeroLength?: boolean },
  ): Promise<void> {
    await this.#send(bytes, deadlineMs);
    if (endWithZeroLength && bytes.length > 0 && bytes.length % BULK_PACKET_BYTES === 0)
      await this.#send(new Uint8Array(), deadlineMs);
  }

  /** Fails as the real way does (`device/libusb-endpoint.ts`): late, gone, or short. */
  async #send(bytes: Uint8Array, deadlineMs: number): Promise<void> {
    this.#scheduler.runDue();
    this.#mustLive();
    const taken = this.#pipe.receive(bytes);
    if (taken === "stalled") {
      await this.#scheduler.until(() => {
        this.#mustLive();
        return undefined;
      }, deadlineMs);
      throw new EcflashError("transfer-timeout", { what: `write to ${this.#name}`, deadlineMs });
    }
    this.#mustLive();
    if (taken !== "taken") {
      const what = `a write to ${this.#name} (${taken.shortBytes} of ${bytes.length} bytes went)`;
      throw new EcflashError("transfer-failed", { what, reason: "the device or the bus failed" });
    }
    await this.#pay(bytes.length);
  }

  async read(maxBytes: number, deadlineMs: number): Promise<Uint8Array> {
    const found = await this.#scheduler.until(() => {
      // What the module said before it left was on the wire already.
      const bytes = this.#pipe.take(maxBytes);
      if (bytes === null) this.#mustLive();
      return bytes ?? undefined;
    }, deadlineMs);
    if (found === undefined)
      throw new EcflashError("transfer-timeout", { what: `read from ${this.#name}`, deadlineMs });
    await this.#pay(found.length);
    return found;
  }

  async close(): Promise<void> {
    if (this.#open) this.#pipe.release();
    this.#open = false;
  }

  #mustLive(): void {
    if (!this.#open) throw new EcflashError("port-unavailable", { path: this.#name, reason: "closed" });
    if (!this.#pipe.alive) throw new EcflashError("module-gone", { what: this.#name });
  }

  /** The time the bytes take on the wire. */
  async #pay(bytes: number): Promise<void> {
    this.#owedMs += bytes / this.#bytesPerMs;
    if (this.#scheduler.scaled(this.#owedMs) < SHORTEST_PAUSE_MS) return;
    const owed = this.#owedMs;
    this.#owedMs = 0;
    await this.#scheduler.pause(owed);
  }
}
