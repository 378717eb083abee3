import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "../core/bus.js";

/** Real time. `nowMs` counts from the start of the process and never goes back. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  async sleep(ms, signal) {
    try {
      await wait(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      // Node throws its own AbortError; a caller of Clock is promised the reason that was given.
      if (signal?.aborted === true) throw signal.reason;
      throw error;
    }
  },
};
