import { lstatSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { UsbDevice } from "../../core/bus.js";
import { EcflashError } from "../../core/errors.js";
import type { OpenPty, Pty } from "../../core/pty.js";
import type { Scheduler } from "../scheduler.js";
import { DM_INTERFACE, isRunning, NMEA_INTERFACE } from "../usb.js";
import type { UsbModule } from "../usb-module.js";
import { PtyPort } from "./port.js";

export interface ModulePortsParts {
  readonly module: UsbModule;
  readonly scheduler: Scheduler;
  readonly directory: string;
  readonly openPty: OpenPty;
  readonly failed: (error: unknown) => void;
}

/** A port by what it is for and the name programs open. */
export interface NamedPort {
  readonly role: string;
  readonly path: string;
}

/**
 * The serial ports of one module: there while it is on the bus, gone while it is not, new ones after each change of mode.
 * In EDL it has one, as the kernel's qcserial driver makes it; in dump mode nothing answers and there is none.
 */
export class ModulePorts {
  readonly #parts: ModulePortsParts;
  #plugged: number | null = null;
  /** Counts pluggings: what was being made for an earlier one is thrown away. */
  #turn = 0;
  #plugging: Promise<void> = Promise.resolve();
  #ports: { readonly port: PtyPort; readonly path: string }[] = [];
  #given = false;

  constructor(parts: ModulePortsParts) {
    this.#parts = parts;
  }

  get portPath(): string {
    return this.#parts.module.portPath;
  }

  /** The names its ports have in this mode; they are there once `settled` has resolved. */
  get names(): NamedPort[] {
    const { module } = this.#parts;
    const { device } = module;
    if (device === null || this.#given) return [];
    return serialInterfaces(module, device).map((number) => ({
      role: roleOf(device, number),
      path: this.#nameOf(number),
    }));
  }

  /** Resolves when the ports of the mode the module is in are made; rejects when one could not be. */
  async settled(): Promise<void> {
    await this.#plugging;
  }

  /** Something may have changed in the model. */
  look(): void {
    for (const { port } of this.#ports) port.moveOut();
    const device = this.#given ? null : this.#parts.module.device;
    const now = device?.deviceNumber ?? null;
    if (now === this.#plugged) return;
    this.#plugged = now;
    this.#unplug();
    this.#turn += 1;
    if (device === null) return;
    this.#plugging = this.#plug(device);
    this.#plugging.catch((error: unknown) => this.#parts.failed(error));
  }

  /**
   * Another attachment takes the module, or gives it back. An interface is held by one host at a time; a device that is
   * exported over USB/IP is no longer its own machine's (usbip-host takes it from the serial driver), so its ports go.
   */
  give(away: boolean): void {
    this.#given = away;
    this.look();
  }

  close(): void {
    this.give(true);
  }

  async #plug(device: UsbDevice): Promise<void> {
    const { module, openPty } = this.#parts;
    const turn = this.#turn;
    const here = () => this.#turn === turn;
    const opened = new Map<number, Pty>();
    try {
      for (const number of serialInterfaces(module, device)) if (here()) opened.set(number, await openPty());
      if (!here()) return;
      for (const [number, pty] of opened) {
        this.#show(device, number, pty);
        opened.delete(number);
      }
    } finally {
      // Those that came to no use, since the module left meanwhile or a name could not be made.
      for (const pty of opened.values()) pty.close();
    }
  }

  #show(device: UsbDevice, number: number, pty: Pty): void {
    const { module, scheduler, failed } = this.#parts;
    const pipe = module.pipe(number);
    if (pipe === null) throw new RangeError(`interface ${number} of ${this.portPath} has no pipe`);
    const path = this.#nameOf(number);
    link(pty.path, path);
    const streams = isRunning(device) && (number === DM_INTERFACE || number === NMEA_INTERFACE);
    const port = new PtyPort({ pty, pipe, streams, before: () => scheduler.runDue(), failed });
    this.#ports.push({ port, path });
  }

  #unplug(): void {
    for (const { port, path } of this.#ports.splice(0)) {
      rmSync(path, { force: true });
      port.close();
    }
  }

  #nameOf(interfaceNumber: number): string {
    return join(this.#parts.directory, `${this.portPath}-ttyUSB${interfaceNumber}`);
  }
}

function serialInterfaces(module: UsbModule, device: UsbDevice): number[] {
  return device.interfaces.map(({ number }) => number).filter((number) => module.pipe(number) !== null);
}

function roleOf(device: UsbDevice, interfaceNumber: number): string {
  if (!isRunning(device)) return "EDL";
  return ["DM", "NMEA", "AT", "modem"][interfaceNumber] ?? `interface ${interfaceNumber}`;
}

/** A name that a killed process left behind is replaced; anything else of that name is not ours. */
function link(target: string, path: string): void {
  const old = lstatSync(path, { throwIfNoEntry: false });
  if (old !== undefined && !old.isSymbolicLink())
    throw new EcflashError("port-unavailable", { path, reason: "something else has this name" });
  rmSync(path, { force: true });
  symlinkSync(target, path);
}
