import type { Pty } from "../../core/pty.js";
import type { PipeEnd } from "../usb-module.js";

/** Largest piece that is carried at once. */
const PIECE_BYTES = 4096;
/** IN transfers that may wait behind a terminal whose program does not read. */
export const WAITING_LIMIT = 64;
/** How often a terminal is looked at: while bytes move, while a program has it open, while none has. */
const LOOK_MS = { moving: 1, open: 5, idle: 25 } as const;

export interface PtyPortParts {
  readonly pty: Pty;
  readonly pipe: PipeEnd;
  /** DM and NMEA talk unasked: what is over the limit is dropped, oldest first. AT and EDL only answer, and wait. */
  readonly streams: boolean;
  /** Called before bytes of a program reach the module. */
  readonly before: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * One interface of a module on one pseudo-terminal. It holds the pipe while a program has the terminal open, as a serial
 * driver does by DTR, so nothing is said to nobody: boot lines are not kept, NMEA streams to a listener only, and the
 * boot ROM's HELLO waits until somebody reads it. Node cannot be told of an opening, so it looks; a program that closes
 * and another that opens between two looks are one to it.
 *
 * A program that does not read grows no memory: the terminal takes some kilobytes, at most `WAITING_LIMIT` transfers wait
 * behind them, and then no more commands are taken until it reads.
 */
export class PtyPort {
  readonly #parts: PtyPortParts;
  #rest: Uint8Array | null = null;
  #timer: NodeJS.Timeout | null = null;
  #held = false;
  /** The module does not take the last transfer, so nothing behind it is taken either, as on a stuck endpoint. */
  #stalled = false;
  #open = true;

  constructor(parts: PtyPortParts) {
    this.#parts = parts;
    this.#look();
  }

  /** Something may have changed in the model: moves what it says to the terminal, as far as that takes it. */
  moveOut(): boolean {
    if (!this.#open || !this.#held) return false;
    const { pty, pipe, streams } = this.#parts;
    let moved = false;
    for (let next = this.#rest ?? pipe.take(PIECE_BYTES); next !== null; next = pipe.take(PIECE_BYTES)) {
      const taken = pty.write(next);
      moved ||= taken > 0;
      this.#rest = taken < next.length ? next.subarray(taken) : null;
      if (this.#rest !== null) break;
    }
    while (streams && pipe.queued.length > WAITING_LIMIT) pipe.take(PIECE_BYTES);
    return moved;
  }

  /** What the module said before it left still goes out, as far as the terminal takes it. */
  close(): void {
    if (!this.#open) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.moveOut();
    this.#open = false;
    this.#hold(false);
    this.#parts.pty.close();
  }

  /** Nobody awaits what happens here: a fault of the model ends the server instead of being lost. */
  #look(): void {
    try {
      const moved = this.#moveIn();
      const pause = this.moveOut() || moved ? LOOK_MS.moving : this.#held ? LOOK_MS.open : LOOK_MS.idle;
      if (this.#open) this.#timer = setTimeout(() => this.#look(), pause);
    } catch (error) {
      this.#parts.failed(error);
    }
  }

  #moveIn(): boolean {
    const { pty, pipe, streams, before } = this.#parts;
    let moved = false;
    while (this.#open && !this.#stalled && (streams || pipe.queued.length < WAITING_LIMIT)) {
      const bytes = pty.read();
      this.#hold(bytes !== null);
      if (bytes === null || bytes.length === 0) break;
      moved = true;
      before();
      if (pipe.receive(bytes) === "stalled") this.#stalled = true;
      this.moveOut();
    }
    return moved;
  }

  #hold(held: boolean): void {
    if (held === this.#held) return;
    this.#held = held;
    this.#rest = null;
    const { pipe } = this.#parts;
    if (held) pipe.hold();
    else pipe.release();
  }
}
