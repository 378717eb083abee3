import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/device/clock.js";

describe("systemClock", () => {
  it("never goes back, and has moved on by what was slept", async () => {
    const before = systemClock.nowMs();
    await systemClock.sleep(5);
    // Node's timers may be a millisecond early.
    expect(systemClock.nowMs() - before).toBeGreaterThanOrEqual(4);
  });

  it("rejects with the reason of the signal, before and during the sleep", async () => {
    const reason = new Error("stop");
    const controller = new AbortController();
    const sleeping = expect(systemClock.sleep(60_000, controller.signal)).rejects.toBe(reason);
    controller.abort(reason);
    await sleeping;
    await expect(systemClock.sleep(60_000, controller.signal)).rejects.toBe(reason);
  });
});
