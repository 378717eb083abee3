import { Pipe } from "./pipe.js";
import type { Scheduler } from "./scheduler.js";
import type { VirtualDevice } from "./usb.js";

/** One module's place on the bus: what is plugged there now, and the interfaces that a host may talk through. */
export class BusPlace {
  readonly #scheduler: Scheduler;
  readonly #pipes = new Map<number, Pipe>();
  #device: VirtualDevice | null = null;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  /** Null while nothing is plugged. */
  get device(): VirtualDevice | null {
    return this.#device;
  }

  /** Null where this mode has none that answers. */
  pipe(interfaceNumber: number): Pipe | null {
    return this.#pipes.get(interfaceNumber) ?? null;
  }

  /** An interface of what is about to be plugged; `queued` was said before and read by nobody yet. */
  open(interfaceNumber: number, queued: readonly Uint8Array[] = []): Pipe {
    const pipe = new Pipe(() => this.#scheduler.wake(), queued);
    this.#pipes.set(interfaceNumber, pipe);
    return pipe;
  }

  plug(device: VirtualDevice): void {
    this.#device = device;
  }

  /** What was said before can still be read from pipes that a host holds. */
  unplug(): void {
    for (const pipe of this.#pipes.values()) pipe.die();
    this.#pipes.clear();
    this.#device = null;
  }
}
