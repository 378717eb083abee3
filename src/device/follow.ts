import type { Clock, ModuleBus, UsbDevice } from "../core/bus.js";
import type { Change } from "../core/lifecycle.js";
import { modeOf, type UsbMode } from "../core/usb-mode.js";

export interface SeenChange {
  readonly change: Extract<Change, "gone" | "normal-appeared" | "edl-appeared" | "other-appeared">;
  readonly device: UsbDevice | null;
}

const POLL_MS = 100;

/**
 * Watches one port path and tells changes, never sightings: a device that was there before counts only when its device
 * number changed. After a reset the module stays in EDL for about ten seconds, and that is not "back in EDL".
 */
export class PathFollower {
  readonly #bus: ModuleBus;
  readonly #clock: Clock;
  readonly #modes: readonly UsbMode[];
  readonly portPath: string;
  #last: UsbDevice | null;

  constructor(bus: ModuleBus, clock: Clock, modes: readonly UsbMode[], start: UsbDevice) {
    this.#bus = bus;
    this.#clock = clock;
    this.#modes = modes;
    this.portPath = start.portPath;
    this.#last = start;
  }

  /** The device at the path as it was last seen. */
  get device(): UsbDevice | null {
    return this.#last;
  }

  /** The next change at the path, or null when none came in `deadlineMs`. Rejects when the signal is aborted. */
  async next(deadlineMs: number, signal?: AbortSignal): Promise<SeenChange | null> {
    const end = this.#clock.nowMs() + deadlineMs;
    for (;;) {
      const now = (await this.#bus.list()).find(({ portPath }) => portPath === this.portPath) ?? null;
      const change = this.#compare(now);
      if (change !== null) return { change, device: now };
      if (this.#clock.nowMs() >= end) return null;
      await this.#clock.sleep(POLL_MS, signal);
    }
  }

  /** Follows until one of the wanted changes came; passes every change to `seen`. Null after `deadlineMs` in all. */
  async until(
    wanted: readonly SeenChange["change"][],
    deadlineMs: number,
    seen: (change: SeenChange) => void,
    signal?: AbortSignal,
  ): Promise<UsbDevice | null> {
    const end = this.#clock.nowMs() + deadlineMs;
    for (let left = deadlineMs; left > 0; left = end - this.#clock.nowMs()) {
      const change = await this.next(left, signal);
      if (change === null) return null;
      seen(change);
      if (wanted.includes(change.change)) return change.device;
    }
    return null;
  }

  #compare(now: UsbDevice | null): SeenChange["change"] | null {
    const before = this.#last;
    this.#last = now;
    if (now === null) return before === null ? null : "gone";
    if (before !== null && before.deviceNumber === now.deviceNumber && before.productId === now.productId)
      return null;
    const mode = modeOf(now, this.#modes);
    if (mode === "normal") return "normal-appeared";
    return mode === "edl" ? "edl-appeared" : "other-appeared";
  }
}
