import type { Clock, ModuleBus, UsbDevice } from "../core/bus.js";
import type { Change } from "../core/lifecycle.js";
import { modeOf, type UsbMode } from "../core/usb-mode.js";

export interface SeenChange {
  readonly change: Extract<Change, "gone" | "normal-appeared" | "edl-appeared" | "other-appeared">;
  readonly device: UsbDevice | null;
}

const POLL_MS = 100;

/** How much longer than asked `next` looks at a device that is just being enumerated. */
const ENUMERATION_MS = 1_000;

/**
 * Watches one port path and tells changes, never sightings: a device that was there before counts only when its device
 * number changed. After a reset the module stays in EDL for about ten seconds, and that is not "back in EDL".
 *
 * A newcomer counts once two looks in a row saw the same interfaces: sysfs shows a device before it is configured and
 * before drivers made its serial ports, and such a snapshot cannot be opened.
 */
export class PathFollower {
  readonly #bus: ModuleBus;
  readonly #clock: Clock;
  readonly #modes: readonly UsbMode[];
  readonly portPath: string;
  #last: UsbDevice | null;
  #newcomer: UsbDevice | null = null;

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
      const late = this.#clock.nowMs() - end;
      if (late >= (this.#newcomer === null ? 0 : ENUMERATION_MS)) return null;
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
    const newcomer = this.#newcomer;
    this.#newcomer = null;
    if (now === null) {
      this.#last = null;
      return before === null ? null : "gone";
    }
    if (before !== null && before.deviceNumber === now.deviceNumber && before.productId === now.productId) {
      this.#last = now;
      return null;
    }
    if (newcomer === null || !isSettled(newcomer, now)) {
      this.#newcomer = now;
      return null;
    }
    this.#last = now;
    const mode = modeOf(now, this.#modes);
    if (mode === "normal") return "normal-appeared";
    return mode === "edl" ? "edl-appeared" : "other-appeared";
  }
}

/** Configured, and the same in both looks. */
export function isSettled(before: UsbDevice, now: UsbDevice): boolean {
  const shape = ({ deviceNumber, productId, interfaces }: UsbDevice) =>
    [deviceNumber, productId, ...interfaces.map(({ number, tty }) => `${number}:${tty ?? ""}`)].join(" ");
  return now.interfaces.length > 0 && shape(before) === shape(now);
}
