import { describe, expect, it } from "vitest";
import type { Port, UsbDevice } from "../../src/core/bus.js";
import { EcflashError } from "../../src/core/errors.js";
import { EDL_DEADLINES, enterEdl } from "../../src/device/enter-edl.js";
import { PathFollower } from "../../src/device/follow.js";
import { latin1, toLatin1 } from "../../src/protocol/at/lines.js";
import { diagFrame } from "../../src/protocol/diag.js";
import {
  EDL,
  FakeBus,
  FakeClock,
  FakePort,
  type FakePortScript,
  heldBy,
  MODES,
  NORMAL,
  timeline,
} from "./fakes.js";

const FRAME = latin1(diagFrame("enterEdl"));
const ECHO = { afterMs: 20, bytes: diagFrame("enterEdl") };

interface Scene {
  readonly port?: FakePortScript;
  readonly moments?: Parameters<typeof timeline>[1];
  readonly start?: UsbDevice;
  readonly refuse?: EcflashError;
}

/** Asks a module for EDL. Leaves the bus at 2 s and is in EDL at 3 s, unless told otherwise. */
async function enter({ port: script = {}, moments, start = NORMAL, refuse }: Scene) {
  const clock = new FakeClock();
  const port = new FakePort(clock, script);
  const open = (): Port => {
    if (refuse !== undefined) throw refuse;
    return port;
  };
  const bus = new FakeBus(timeline(clock, moments ?? [[0, NORMAL], [2_000], [3_000, EDL]]), open);
  const changes: string[] = [];
  const follower = new PathFollower(bus, clock, MODES, start);
  const result = await enterEdl({ bus, clock, changed: (change) => changes.push(change) }, follower).then(
    (device) => ({ device, error: null }),
    (error: unknown) => ({ device: null, error }),
  );
  return { ...result, clock, port, bus, changes };
}

describe("enterEdl", () => {
  it("sends the frame once over the DM port and gives the module in EDL", async () => {
    const { device, port, bus, changes } = await enter({ port: { respond: () => [ECHO] } });
    expect(device).toEqual(EDL);
    expect(port.written).toEqual([FRAME]);
    expect(port.closed).toBe(true);
    expect(bus.opened).toEqual([0]);
    expect(changes).toEqual(["edl-requested", "gone", "edl-appeared"]);
  });

  it("does without the echo when the module goes", async () => {
    const { device, changes } = await enter({ port: { goneAtMs: 1_500 } });
    expect(device).toEqual(EDL);
    expect(changes).toEqual(["edl-requested", "gone", "edl-appeared"]);
  });

  it("does without the echo when the module stays silent and then goes", async () => {
    expect((await enter({})).device).toEqual(EDL);
  });

  it("is entered too when the module was never seen to be away", async () => {
    const { device, changes } = await enter({
      moments: [
        [0, NORMAL],
        [2_000, EDL],
      ],
    });
    expect(device).toEqual(EDL);
    expect(changes).toEqual(["edl-requested", "edl-appeared"]);
  });

  it("reads a chatty DM port off in bounded time, before the frame and after it", async () => {
    const { device, clock, port } = await enter({
      port: { chatter: toLatin1("\x10log\x7e") },
      moments: [
        [0, NORMAL],
        [6_000, EDL],
      ],
    });
    expect(device).toEqual(EDL);
    expect(port.written).toEqual([FRAME]);
    expect(port.reads).toBeLessThanOrEqual(EDL_DEADLINES.drainMs + EDL_DEADLINES.echoMs + 1);
    expect(clock.nowMs()).toBeLessThan(7_000);
  });

  it("reads off what comes a moment after the port was opened", async () => {
    const clock = new FakeClock();
    const port = new FakePort(clock, { respond: () => [ECHO] });
    port.say({ afterMs: 50, bytes: toLatin1("log\x7e") });
    const bus = new FakeBus(
      timeline(clock, [
        [0, NORMAL],
        [2_000, EDL],
      ]),
      () => port,
    );
    const follower = new PathFollower(bus, clock, MODES, NORMAL);
    let readsBefore = 0;
    await enterEdl(
      {
        bus,
        clock,
        changed: (change) => {
          if (change === "edl-requested") readsBefore = port.reads;
        },
      },
      follower,
    );
    expect(readsBefore).toBe(2);
  });

  it("sends nothing and asks for nothing when the port is refused", async () => {
    const held = heldBy("/dev/ttyUSB0", "ModemManager (pid 412)");
    const { error, changes } = await enter({ refuse: held });
    expect(error).toBe(held);
    expect(changes).toEqual([]);
  });

  it("throws port-missing without a DM interface", async () => {
    const start = { ...NORMAL, interfaces: NORMAL.interfaces.slice(1) };
    const { error, bus } = await enter({ start });
    expect(error).toMatchObject({ code: "port-missing", facts: { role: "DM", portPath: "1-1.2" } });
    expect(bus.opened).toEqual([]);
  });

  it("throws what a failed write says, with the port closed", async () => {
    const stuck = new EcflashError("transfer-timeout", { what: "a write", deadlineMs: 5_000 });
    const { error, port } = await enter({ port: { writeFails: stuck } });
    expect(error).toBe(stuck);
    expect(port.closed).toBe(true);
  });

  it("says that a module that stays was not moved", async () => {
    const { error, changes } = await enter({ port: { respond: () => [ECHO] }, moments: [[0, NORMAL]] });
    expect(error).toMatchObject({ code: "edl-not-entered", facts: { portPath: "1-1.2" } });
    expect(changes).toEqual(["edl-requested", "edl-not-entered"]);
  });

  it("says that a module that left and came back is not in EDL", async () => {
    const back = { ...NORMAL, deviceNumber: 9 };
    const { error, changes } = await enter({
      port: { respond: () => [ECHO] },
      moments: [[0, NORMAL], [2_000], [3_000, back]],
    });
    expect(error).toMatchObject({ code: "edl-not-entered" });
    expect(changes).toEqual(["edl-requested", "gone", "normal-appeared", "deadline-passed"]);
  });

  it("takes no other normal mode for EDL", async () => {
    // A module that comes back with other ids of a normal mode.
    const other = { ...NORMAL, deviceNumber: 9, productId: 0x0121 };
    const clock = new FakeClock();
    const bus = new FakeBus(
      timeline(clock, [
        [0, NORMAL],
        [2_000, other],
      ]),
      () => new FakePort(clock),
    );
    const [normal] = MODES;
    const modes = normal === undefined ? [] : [...MODES, { ...normal, productId: 0x0121 }];
    const follower = new PathFollower(bus, clock, modes, NORMAL);
    await expect(enterEdl({ bus, clock, changed: () => undefined }, follower)).rejects.toMatchObject({
      code: "edl-not-entered",
    });
  });

  it("waits in bounded time for one that does not come back", async () => {
    const { error, clock, changes } = await enter({ moments: [[0, NORMAL], [2_000]] });
    expect(error).toMatchObject({ code: "edl-not-entered" });
    expect(changes).toEqual(["edl-requested", "gone", "deadline-passed"]);
    expect(clock.nowMs()).toBeLessThan(40_000);
  });
});
