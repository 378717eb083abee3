import type { PipeEnd } from "../usb-module.js";

/** A URB that waits. */
export interface Waiting {
  readonly sequence: number;
  readonly lengthBytes: number;
}

/** How a waiting URB ended. `data` is empty for OUT. */
export type Complete = (sequence: number, status: number, actualBytes: number, data: Uint8Array) => void;

const NOTHING = new Uint8Array();

/** One IN endpoint with data behind it: URBs wait until there is a transfer for them, and each gets one. */
export class InChannel {
  readonly #take: (maxBytes: number) => Uint8Array | null;
  #waiting: Waiting[] = [];

  constructor(take: (maxBytes: number) => Uint8Array | null) {
    this.#take = take;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  add(urb: Waiting): void {
    this.#waiting.push(urb);
  }

  /** Completes what can be completed. @returns whether anything was */
  pump(complete: Complete): boolean {
    let moved = false;
    for (let [first] = this.#waiting; first !== undefined; [first] = this.#waiting) {
      const data = this.#take(first.lengthBytes);
      if (data === null) return moved;
      this.#waiting.shift();
      moved = true;
      complete(first.sequence, 0, data.length, data);
    }
    return moved;
  }

  /** @returns whether the URB was still waiting */
  unlink(sequence: number): boolean {
    const before = this.#waiting.length;
    this.#waiting = this.#waiting.filter((urb) => urb.sequence !== sequence);
    return this.#waiting.length < before;
  }

  fail(status: number, complete: Complete): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { sequence } of waiting) complete(sequence, status, 0, NOTHING);
  }
}

/**
 * Whether a host holds the pipe of an interface. A serial driver says so with DTR; a program on libusb does not, and
 * then the first transfer it asks for is the sign. Once DTR was used, only DTR counts: the driver's URBs are unlinked
 * after DTR fell, and one that is completed in between must not open the port again.
 */
export class Holder {
  readonly #pipe: PipeEnd;
  #held = false;
  #knowsDtr = false;

  constructor(pipe: PipeEnd) {
    this.#pipe = pipe;
  }

  asked(): void {
    if (!this.#knowsDtr) this.#hold();
  }

  dtr(on: boolean): void {
    this.#knowsDtr = true;
    if (on) this.#hold();
    else this.release();
  }

  release(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#pipe.release();
  }

  #hold(): void {
    if (this.#held) return;
    this.#held = true;
    this.#pipe.hold();
  }
}
