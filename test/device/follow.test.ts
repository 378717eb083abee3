import { describe, expect, it } from "vitest";
import type { UsbDevice } from "../../src/core/bus.js";
import { PathFollower } from "../../src/device/follow.js";
import { EDL, FakeBus, FakeClock, FASTBOOT, MODES, NORMAL, timeline } from "./fakes.js";

type Moments = Parameters<typeof timeline>[1];

function follower(moments: Moments, start: UsbDevice = NORMAL) {
  const clock = new FakeClock();
  return { clock, path: new PathFollower(new FakeBus(timeline(clock, moments)), clock, MODES, start) };
}

/** Every change in the next ten seconds. */
async function changes(moments: Moments, start: UsbDevice = NORMAL): Promise<string[]> {
  const { path } = follower(moments, start);
  const seen: string[] = [];
  await path.until([], 10_000, ({ change }) => seen.push(change));
  return seen;
}

const again = (device: UsbDevice, deviceNumber: number): UsbDevice => ({ ...device, deviceNumber });

describe("PathFollower", () => {
  it("sees no change in the same device number, however often it is seen", async () => {
    expect(await changes([[0, NORMAL]])).toEqual([]);
    expect(await changes([[0, EDL]], EDL)).toEqual([]);
  });

  it("sees a module go and come back in another mode", async () => {
    expect(await changes([[0, NORMAL], [500], [2_000, EDL]])).toEqual(["gone", "edl-appeared"]);
    expect(await changes([[0, EDL], [500], [2_000, again(NORMAL, 6)]], EDL)).toEqual([
      "gone",
      "normal-appeared",
    ]);
    expect(await changes([[0, NORMAL], [500], [2_000, FASTBOOT]])).toEqual(["gone", "other-appeared"]);
  });

  it("sees a new device number without a gap between", async () => {
    expect(
      await changes([
        [0, NORMAL],
        [500, EDL],
      ]),
    ).toEqual(["edl-appeared"]);
    expect(
      await changes([
        [0, NORMAL],
        [500, again(NORMAL, 9)],
      ]),
    ).toEqual(["normal-appeared"]);
  });

  it("does not take EDL for back in EDL while the module lingers there", async () => {
    const moments: Moments = [[0, EDL], [4_000], [6_000, again(NORMAL, 7)]];
    expect(await changes(moments, EDL)).toEqual(["gone", "normal-appeared"]);
  });

  it("looks at its own port path only", async () => {
    const other = { ...EDL, portPath: "1-1.3" };
    expect(await changes([[0, other, NORMAL], [500, other], [2_000]])).toEqual(["gone"]);
  });

  it("counts a newcomer once it is configured and its ports are there", async () => {
    const back = again(NORMAL, 8);
    const bare = { ...back, interfaces: [] };
    const half = { ...back, interfaces: back.interfaces.map((one) => ({ ...one, tty: null })) };
    const { path } = follower([[0], [100, bare], [300, half], [350, back]]);
    expect(await path.next(0)).toEqual({ change: "gone", device: null });
    expect(await path.next(5_000)).toEqual({ change: "normal-appeared", device: back });
  });

  it("gives null when nothing changed in the time given", async () => {
    const { clock, path } = follower([[0, NORMAL]]);
    expect(await path.next(3_000)).toBeNull();
    expect(clock.nowMs()).toBe(3_000);
  });

  it("looks once even when no time is given, and recognises who is there", async () => {
    expect(await follower([[0]]).path.next(0)).toMatchObject({ change: "gone" });
    expect(await follower([[0, EDL]]).path.next(0)).toMatchObject({ change: "edl-appeared" });
  });

  it("ends in bounded time with a newcomer that is never configured", async () => {
    const { clock, path } = follower([[0, { ...EDL, interfaces: [] }]]);
    expect(await path.next(500)).toBeNull();
    expect(clock.nowMs()).toBeLessThanOrEqual(1_600);
  });

  it("follows until a wanted change, tells all before it, and knows the device", async () => {
    const { path } = follower([[0, NORMAL], [500], [1_000, EDL], [2_000], [3_000, again(NORMAL, 6)]]);
    const seen: string[] = [];
    const back = await path.until(["normal-appeared"], 10_000, ({ change }) => seen.push(change));
    expect(seen).toEqual(["gone", "edl-appeared", "gone", "normal-appeared"]);
    expect(back?.deviceNumber).toBe(6);
    expect(path.device).toEqual(back);
  });

  it("gives null when the wanted change does not come in all the time given", async () => {
    const { clock, path } = follower([[0, NORMAL], [500]]);
    expect(await path.until(["edl-appeared"], 5_000, () => undefined)).toBeNull();
    expect(clock.nowMs()).toBe(5_000);
  });

  it("rejects with the signal's reason", async () => {
    const stop = new AbortController();
    stop.abort(new Error("enough"));
    const { path } = follower([[0, NORMAL]]);
    await expect(path.next(1_000, stop.signal)).rejects.toThrow("enough");
  });
});
