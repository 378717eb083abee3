import type { Clock } from "../core/bus.js";
import { EcflashError } from "../core/errors.js";

/** What a command that is over still gives to work that is about to end by itself: closing a port takes a moment. */
const GRACE_MS = 2_000;

/**
 * A limit for a whole command. When it passes, `signal` is aborted, and every piece of work that `race` watches fails
 * with `time-up` and its own name; what ended before keeps its result. A stop by the user aborts the signal as well.
 */
export class TimeLimit {
  readonly signal: AbortSignal;
  readonly #limitMs: number | undefined;
  readonly #over = new AbortController();
  readonly #timer = new AbortController();
  readonly #late: Promise<never>;

  constructor(clock: Clock, stop: AbortSignal, limitMs: number | undefined) {
    this.#limitMs = limitMs;
    this.signal = AbortSignal.any([stop, this.#over.signal]);
    this.#late = new Promise((_resolve, reject) => {
      if (limitMs === undefined) return;
      const run = async () => {
        await clock.sleep(limitMs, this.#timer.signal);
        this.#over.abort(new EcflashError("time-up", { what: "the command", limitMs }));
        await clock.sleep(GRACE_MS, this.#timer.signal);
      };
      run().then(() => reject(this.#over.signal.reason as Error), reject);
    });
    // Whoever races hears of it; without anybody racing it is no failure.
    this.#late.catch(() => undefined);
  }

  get isOver(): boolean {
    return this.#over.signal.aborted;
  }

  /** The work's own end, or `time-up` with its name. */
  async race<T>(work: Promise<T>, what: string): Promise<T> {
    try {
      return await Promise.race([work, this.#late]);
    } catch (error) {
      if (this.isOver && error === this.#over.signal.reason)
        throw new EcflashError("time-up", { what, limitMs: this.#limitMs ?? 0 }, { cause: error });
      throw error;
    }
  }

  /** Takes the timer away; to be called when the command is over. */
  end(): void {
    this.#timer.abort(new EcflashError("time-up", { what: "the timer", limitMs: 0 }));
  }
}
