import { lstatSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { EcflashError } from "../../core/errors.js";
import type { OpenPty, Pty } from "../../core/pty.js";
import type { Scheduler } from "../scheduler.js";
import type { FunctionInterface, Role } from "../composition.js";
import type { VirtualDevice } from "../usb.js";
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
    return serialInterfaces(module, device).map(({ role, number }) => ({
      role: ROLE_NAMES[role] ?? role,
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

  async #plug(device: VirtualDevice): Promise<void> {
    const { module, openPty } = this.#parts;
    const turn = this.#turn;
    const here = () => this.#turn === turn;
    const opened = new Map<FunctionInterface, Pty>();
    try {
      for (const one of serialInterfaces(module, device)) if (here()) opened.set(one, await openPty());
      if (!here()) return;
      for (const [one, pty] of opened) {
        this.#show(one, pty);
        opened.delete(one);
      }
    } finally {
      // Those that came to no use, since the module left meanwhile or a name could not be made.
      for (const pty of opened.values()) pty.close();
    }
  }

  #show({ number, role }: FunctionInterface, pty: Pty): void {
    const { module, scheduler, failed } = this.#parts;
    const pipe = module.pipe(number);
    if (pipe === null) throw new RangeError(`interface ${number} of ${this.portPath} has no pipe`);
    const path = this.#nameOf(number);
    link(pty.path, path);
    const streams = role === "dm" || role === "nmea";
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

/** Those that answer. Fastboot does, too, but no kernel makes a serial port of it. */
function serialInterfaces(module: UsbModule, { interfaces }: VirtualDevice): FunctionInterface[] {
  return interfaces.filter(({ role, number }) => role !== "fastboot" && module.pipe(number) !== null);
}

/** As a person calls them. */
const ROLE_NAMES: Readonly<Partial<Record<Role, string>>> = {
  dm: "DM",
  nmea: "NMEA",
  at: "AT",
  loader: "EDL",
};

/** A name that a killed process left behind is replaced; anything else of that name is not ours. */
function link(target: string, path: string): void {
  const old = lstatSync(path, { throwIfNoEntry: false });
  if (old !== undefined && !old.isSymbolicLink())
    throw new EcflashError("port-unavailable", { path, reason: "something else has this name" });
  rmSync(path, { force: true });
  symlinkSync(target, path);
}
