import type { Clock } from "../../src/core/bus.js";

interface Sleeper {
  readonly dueMs: number;
  readonly order: number;
  readonly wake: () => void;
}

/**
 * Time that passes only while everybody sleeps: the earliest sleeper is woken once the event loop has run dry, and the
 * clock jumps to its moment. A minute of patience costs nothing, and a busy machine cannot make a limit pass.
 */
export class VirtualTime implements Clock {
  readonly #sleepers = new Set<Sleeper>();
  #nowMs = 0;
  #order = 0;
  #planned = false;

  nowMs(): number {
    return this.#nowMs;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const stop = () => {
        this.#sleepers.delete(sleeper);
        reject(signal?.reason as Error);
      };
      const sleeper: Sleeper = {
        dueMs: this.#nowMs + Math.max(ms, 0),
        order: this.#order++,
        wake: () => {
          signal?.removeEventListener("abort", stop);
          resolve();
        },
      };
      signal?.addEventListener("abort", stop, { once: true });
      this.#sleepers.add(sleeper);
      this.#plan();
    });
  }

  #plan(): void {
    if (this.#planned) return;
    this.#planned = true;
    setImmediate(() => {
      this.#planned = false;
      const [first] = [...this.#sleepers].sort((a, b) => a.dueMs - b.dueMs || a.order - b.order);
      if (first === undefined) return;
      this.#sleepers.delete(first);
      this.#nowMs = first.dueMs;
      first.wake();
      if (this.#sleepers.size > 0) this.#plan();
    });
  }
}
