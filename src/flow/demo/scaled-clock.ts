import type { Clock } from "../../core/bus.js";

/**
 * A clock that runs faster than the wall: at scale 0.1 a module's ten seconds pass in one. Module and host share it, so
 * every limit keeps its meaning.
 */
export function scaledClock(clock: Clock, scale: number): Clock {
  return {
    nowMs: () => clock.nowMs() / scale,
    sleep: (ms, signal) => clock.sleep(ms * scale, signal),
  };
}
