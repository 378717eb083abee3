import type { Clock, ModuleBus, Port, UsbDevice, UsbInterface } from "../../src/core/bus.js";
import { EcflashError } from "../../src/core/errors.js";
import type { UsbMode } from "../../src/core/usb-mode.js";
import { latin1, toLatin1 } from "../../src/protocol/at/lines.js";

/** Time that passes only when somebody waits. */
export class FakeClock implements Clock {
  #nowMs = 0;

  nowMs(): number {
    return this.#nowMs;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.#nowMs += ms;
  }

  advanceTo(ms: number): void {
    this.#nowMs = Math.max(this.#nowMs, ms);
  }
}

/** Something the far end says, so long after what caused it. */
export interface Said {
  readonly afterMs: number;
  readonly bytes: Uint8Array;
}

export function says(text: string, afterMs = 10): Said {
  return { afterMs, bytes: toLatin1(text) };
}

/** An answer as an EC25 gives it: echo, lines, final result (domain.md, section 2). */
export function answers(command: string, lines: readonly string[], end = "OK"): string {
  return `${command}\r\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n${end}\r\n`;
}

export interface FakePortScript {
  /** What comes back for what was written. */
  readonly respond?: (written: string) => readonly Said[];
  /** The port is dead from here on. */
  readonly goneAtMs?: number;
  /** Says this at every read, a millisecond later. */
  readonly chatter?: Uint8Array;
  readonly writeFails?: EcflashError;
}

export class FakePort implements Port {
  readonly path: string;
  readonly written: string[] = [];
  reads = 0;
  closed = false;
  readonly #clock: FakeClock;
  readonly #script: FakePortScript;
  #due: { atMs: number; bytes: Uint8Array }[] = [];

  constructor(clock: FakeClock, script: FakePortScript = {}, path = "fake") {
    this.#clock = clock;
    this.#script = script;
    this.path = path;
  }

  /** Puts bytes on their way as if the module said them by itself. */
  say(...said: Said[]): void {
    const nowMs = this.#clock.nowMs();
    this.#due.push(...said.map(({ afterMs, bytes }) => ({ atMs: nowMs + afterMs, bytes })));
    this.#due.sort((a, b) => a.atMs - b.atMs);
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#refuseIfGone();
    if (this.#script.writeFails !== undefined) throw this.#script.writeFails;
    const text = latin1(bytes);
    this.written.push(text);
    this.say(...(this.#script.respond?.(text) ?? []));
  }

  async read(deadlineMs: number): Promise<Uint8Array | null> {
    this.reads += 1;
    if (this.reads > 100_000) throw new Error("the port is read without end");
    const { chatter, goneAtMs = Number.POSITIVE_INFINITY } = this.#script;
    const nowMs = this.#clock.nowMs();
    if (chatter !== undefined) {
      this.#clock.advanceTo(nowMs + 1);
      return chatter;
    }
    const [next] = this.#due;
    const nextMs = Math.min(next?.atMs ?? Number.POSITIVE_INFINITY, goneAtMs);
    this.#clock.advanceTo(Math.min(nowMs + deadlineMs, nextMs));
    this.#refuseIfGone();
    if (next === undefined || next.atMs > this.#clock.nowMs()) return null;
    this.#due.shift();
    return next.bytes;
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  #refuseIfGone(): void {
    if (this.#clock.nowMs() >= (this.#script.goneAtMs ?? Number.POSITIVE_INFINITY))
      throw new EcflashError("module-gone", { what: this.path });
  }
}

/** A port of a module that answers each command with the lines of a table; what is not in it is not answered. */
export function tablePort(clock: FakeClock, table: Record<string, readonly string[] | "ERROR">): FakePort {
  return new FakePort(clock, {
    respond: (written) => {
      const command = written.replace(/\r$/, "");
      const lines = table[command];
      if (lines === undefined) return [];
      return [says(lines === "ERROR" ? answers(command, [], "ERROR") : answers(command, lines))];
    },
  });
}

/** A bus whose devices are a matter of time. `ports` gives the port of an interface, anew at each opening. */
export class FakeBus implements ModuleBus {
  readonly virtual = true;
  readonly opened: number[] = [];
  readonly #at: () => readonly UsbDevice[];
  readonly #ports: (interfaceNumber: number) => Port;

  constructor(
    at: () => readonly UsbDevice[],
    ports: (interfaceNumber: number) => Port = () => {
      throw new Error("no port is expected to be opened");
    },
  ) {
    this.#at = at;
    this.#ports = ports;
  }

  async list(): Promise<readonly UsbDevice[]> {
    return this.#at();
  }

  async openPort(_device: UsbDevice, interfaceNumber: number): Promise<Port> {
    this.opened.push(interfaceNumber);
    return this.#ports(interfaceNumber);
  }

  async openEndpoint(): Promise<never> {
    throw new Error("no endpoint is expected to be opened");
  }
}

/** The devices of the last moment that has come. */
export function timeline(
  clock: Clock,
  moments: readonly (readonly [fromMs: number, ...devices: UsbDevice[]])[],
): () => readonly UsbDevice[] {
  return () => {
    const [, ...devices] = moments.findLast(([fromMs]) => clock.nowMs() >= fromMs) ?? [0];
    return devices;
  };
}

function serial(number: number, triple: readonly [number, number, number]): UsbInterface {
  const [classCode, subclass, protocol] = triple;
  return {
    number,
    classCode,
    subclass,
    protocol,
    endpoints: [
      { address: 0x81 + number, kind: "bulk" },
      { address: 0x01 + number, kind: "bulk" },
    ],
    tty: `/dev/ttyUSB${number}`,
  };
}

/** Interfaces as in domain.md 3.1, without QMI: DM, NMEA, AT, modem. */
export const NORMAL: UsbDevice = {
  portPath: "1-1.2",
  deviceNumber: 4,
  vendorId: 0x2c7c,
  productId: 0x0125,
  bcdDevice: 0x0318,
  product: "EC25-A",
  interfaces: [
    serial(0, [0xff, 0xff, 0xff]),
    serial(1, [0xff, 0, 0]),
    serial(2, [0xff, 0, 0]),
    serial(3, [0xff, 0, 0]),
  ],
};

export const EDL: UsbDevice = {
  ...NORMAL,
  deviceNumber: 5,
  vendorId: 0x05c6,
  productId: 0x9008,
  product: "QHSUSB__BULK",
  interfaces: [{ ...serial(0, [0xff, 0xff, 0xff]), tty: null }],
};

export const FASTBOOT: UsbDevice = { ...NORMAL, deviceNumber: 6, vendorId: 0x18d1, productId: 0xd00d };

function mode(vendorId: number, productId: number, name: UsbMode["mode"]): UsbMode {
  return { vendorId, productId, interfaces: null, mode: name, standing: "seen", source: "domain.md 3" };
}

export const MODES: readonly UsbMode[] = [
  mode(0x2c7c, 0x0125, "normal"),
  mode(0x05c6, 0x9008, "edl"),
  mode(0x18d1, 0xd00d, "fastboot"),
];

/** What opening a port says that another program has. */
export function heldBy(path: string, ...holders: string[]): EcflashError<"port-held"> {
  return new EcflashError("port-held", { path, holders, alsoAsked: [] });
}
