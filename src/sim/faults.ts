import type { Registration, SimState } from "./network.js";

/** Scripted faults, as data: what happens, and at which act of the host. */

/** What can happen. Kept equal to `manifest/fault-schema.ts` by a test. */
export const FAULT_NAMES = [
  /** The module leaves the bus and loses power: the programmer is gone. */
  "unplug",
  "nak",
  /** No answer any more, until power is lost. */
  "stall",
  /** `at`: this one command gets no answer. */
  "silence",
  /** The host's transfer is never taken. */
  "write-timeout",
  /** The module takes the bytes up to the place and ends the transfer there (expected: no host has shown one). */
  "short-write",
  /** The empty packet behind a transfer of whole packets does not arrive (peers.md: xHCI of kernels before 4.3). */
  "zlp-lost",
  /** A block wears out in this erase or program; the programmer skips it from then on. */
  "bad-block-grows",
  /** Calibration is unreadable after this restart. */
  "efs-lost",
  /** The IMEI is empty after this restart, and CFUN is 1 all the same. */
  "imei-lost",
  /** The module does not come back from this restart by itself. */
  "no-return",
  /** It comes back `returnMs` later than it usually does. */
  "slow-return",
  /** It is back as another device at once: no snapshot of the bus shows it missing. */
  "no-gap",
  /** It comes back at `portPath`; over USB/IP that is its new busid. */
  "other-port-path",
  /** Its serial ports have other numbers than before; over USB/IP the host's kernel numbers them. */
  "tty-renumbered",
  /** After this restart the firmware claims another revision than its image says. */
  "wrong-revision",
  /** From this restart on the SIM or the registration is what `sim` and `registration` say. */
  "network-changed",
  "echo-missing",
  "read-refused",
  "storage-info-refused",
  /** The boot ROM knows no command mode: END_IMAGE with an error status instead of COMMAND_READY. */
  "chip-serial-refused",
] as const;
export type FaultName = (typeof FAULT_NAMES)[number];

/** What a host does, where a fault can stand. */
export const FAULT_ITEMS = [
  "at",
  "edl-switch",
  "chip-serial",
  "sahara",
  "configure",
  "getstorageinfo",
  "read",
  "erase",
  "program",
  "nop",
  "benchmark",
  "power",
  "reset",
] as const;
export type FaultItem = (typeof FAULT_ITEMS)[number];

export interface Fault {
  readonly name: FaultName;
  readonly at: {
    readonly item: FaultItem;
    /** By the factory map; null is any. */
    readonly partition: string | null;
    /** `at`: the command as it is sent, `AT+QGMR`; absent or null is any. */
    readonly command?: string | null;
    /** The how-manieth such item, from 1. */
    readonly nth: number;
    /** In a program, or in the programmer's image: after so many bytes of it. */
    readonly afterBytes: number;
  };
  /** How often it fires; null is always. */
  readonly times: number | null;
  /** `unplug`: until power is back, null when nobody plugs it in again. `slow-return`: how much later. */
  readonly returnMs: number | null;
  /** `wrong-revision`: what is claimed. */
  readonly revision: string | null;
  /** `other-port-path`: where it comes back. */
  readonly portPath?: string | null;
  /** `network-changed`: what is different from then on; absent or null stays. */
  readonly sim?: SimState | null;
  readonly registration?: Registration | null;
}

/** What of a fault lasts between commands. */
export interface FaultMemory {
  readonly seen: number;
  readonly fired: number;
}

/** The faults of one module, and which of them have fired. */
export class Faults {
  readonly #faults: readonly Fault[];
  readonly #seen: number[];
  readonly #fired: number[];
  #item: FaultItem | null = null;
  #place: string | null = null;

  constructor(faults: readonly Fault[], memory: readonly FaultMemory[] = []) {
    this.#faults = faults;
    this.#seen = faults.map((_, index) => memory[index]?.seen ?? 0);
    this.#fired = faults.map((_, index) => memory[index]?.fired ?? 0);
  }

  get memory(): FaultMemory[] {
    return this.#faults.map((_, index) => ({ seen: this.#seen[index] ?? 0, fired: this.#fired[index] ?? 0 }));
  }

  /** The host begins an item, of a partition or an AT command; faults count those that fit their place. */
  begin(item: FaultItem, place: string | null = null): void {
    this.#item = item;
    this.#place = place;
    this.#faults.forEach((fault, index) => {
      if (this.#fits(fault)) this.#seen[index] = (this.#seen[index] ?? 0) + 1;
    });
  }

  /** The item that was begun before this process opened the world goes on; nothing is counted again. */
  resume(item: FaultItem, place: string | null): void {
    this.#item = item;
    this.#place = place;
  }

  /** The fault of one of these names that happens now, or null. It counts as fired. */
  fires(names: readonly FaultName[], doneBytes = 0): Fault | null {
    const index = this.#faults.findIndex(
      (fault, at) => names.includes(fault.name) && this.#isDue(fault, at, doneBytes),
    );
    const fault = this.#faults[index];
    if (fault === undefined) return null;
    this.#fired[index] = (this.#fired[index] ?? 0) + 1;
    return fault;
  }

  /** Bytes of the running item until the next fault, so that a transfer is cut at the right byte. */
  bytesUntilNext(doneBytes: number): number {
    const places = this.#faults
      .filter(
        (fault, index) => fault.at.afterBytes > doneBytes && this.#isDue(fault, index, fault.at.afterBytes),
      )
      .map((fault) => fault.at.afterBytes - doneBytes);
    return Math.min(Number.POSITIVE_INFINITY, ...places);
  }

  #isDue(fault: Fault, index: number, doneBytes: number): boolean {
    const left = fault.times === null || (this.#fired[index] ?? 0) < fault.times;
    return (
      left &&
      this.#fits(fault) &&
      (this.#seen[index] ?? 0) >= fault.at.nth &&
      doneBytes >= fault.at.afterBytes
    );
  }

  #fits({ at }: Fault): boolean {
    const wanted = at.item === "at" ? (at.command ?? null) : at.partition;
    return at.item === this.#item && (wanted === null || wanted === this.#place);
  }
}
