import type { Clock } from "../../core/bus.js";
import { openReplay, type ReplayedWorld } from "../../sim/replay/world.js";
import { loadTrafficFile } from "../traffic-file.js";
import { scaledClock } from "./scaled-clock.js";
import { VIRTUAL_TIME_SCALE } from "./virtual-bench.js";

/**
 * Opens a recording as a bus of its modules. Time runs faster for both sides, as with `--sim`, so that what took a module
 * ten seconds takes one. Throws `input-unreadable`.
 */
export function replayFile(
  path: string,
  clock: Clock,
  timeScale: number = VIRTUAL_TIME_SCALE,
): { readonly world: ReplayedWorld; readonly clock: Clock; readonly recorded: string } {
  const recording = loadTrafficFile(path);
  const scaled = scaledClock(clock, timeScale);
  return { world: openReplay(recording, scaled), clock: scaled, recorded: recording.header.recorded };
}
