/** Scripted faults, as data: what happens, and at which act of the host. */

export type FaultName =
  /** The module leaves the bus and loses power: the programmer is gone. */
  | "unplug"
  | "nak"
  /** No answer any more, until power is lost. */
  | "stall"
  /** The host's transfer is never taken. */
  | "write-timeout"
  /** Calibration is unreadable after this restart. */
  | "efs-lost"
  /** The module does not come back from this restart by itself. */
  | "no-return"
  /** After this restart the firmware claims another revision than its image says. */
  | "wrong-revision"
  | "echo-missing"
  | "read-refused"
  | "storage-info-refused";

export type FaultItem =
  | "edl-switch"
  | "sahara"
  | "configure"
  | "getstorageinfo"
  | "read"
  | "erase"
  | "program"
  | "nop"
  | "power"
  | "reset";

export interface Fault {
  readonly name: FaultName;
  readonly at: {
    readonly item: FaultItem;
    /** By the factory map; null is any. */
    readonly partition: string | null;
    /** The how-manieth such item, from 1. */
    readonly nth: number;
    /** In a program: after so many bytes of its image. */
    readonly afterBytes: number;
  };
  /** How often it fires; null is always. */
  readonly times: number | null;
  /** `unplug`: until power is back; null when nobody plugs it in again. */
  readonly returnMs: number | null;
  /** `wrong-revision`: what is claimed. */
  readonly revision: string | null;
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
  #partition: string | null = null;

  constructor(faults: readonly Fault[], memory: readonly FaultMemory[] = []) {
    this.#faults = faults;
    this.#seen = faults.map((_, index) => memory[index]?.seen ?? 0);
    this.#fired = faults.map((_, index) => memory[index]?.fired ?? 0);
  }

  get memory(): FaultMemory[] {
    return this.#faults.map((_, index) => ({ seen: this.#seen[index] ?? 0, fired: this.#fired[index] ?? 0 }));
  }

  /** The host begins an item; faults count those that fit their place. */
  begin(item: FaultItem, partition: string | null = null): void {
    this.#item = item;
    this.#partition = partition;
    this.#faults.forEach((fault, index) => {
      if (this.#fits(fault)) this.#seen[index] = (this.#seen[index] ?? 0) + 1;
    });
  }

  /** The item that was begun before this process opened the world goes on; nothing is counted again. */
  resume(item: FaultItem, partition: string | null): void {
    this.#item = item;
    this.#partition = partition;
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
    return at.item === this.#item && (at.partition === null || at.partition === this.#partition);
  }
}
