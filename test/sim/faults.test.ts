import { describe, expect, it } from "vitest";
import { diagFrame } from "../../src/protocol/diag.js";
import type { Fault } from "../../src/sim/faults.js";
import { releaseTree } from "../../src/sim/images.js";
import { fill } from "../../src/sim/vendor/content.js";
import { EC25_EFA_LAYOUT } from "../../src/sim/vendor/maps.js";
import * as firehose from "../../src/protocol/firehose/commands.js";
import {
  at,
  bootedPort,
  edlHost,
  fault,
  faulty,
  flashTree,
  isEdl,
  isNormal,
  moduleOf,
  QUIET_MS,
  rangeOf,
  ready,
  realClock,
  scenarioNamed,
  waitFor,
  worldOf,
} from "./host.js";

const { geometry, map } = EC25_EFA_LAYOUT;
const misc = rangeOf(map, geometry, "misc");
const image = fill(5, "image", 40_960);

describe("a cable pulled in the middle", () => {
  it("brings the module back in EDL, whole to be flashed again", async () => {
    const scenario = await scenarioNamed("cut-in-flash");
    const { release } = scenario;
    const world = worldOf(scenario);
    const tree = releaseTree(release);
    const host = await ready(world);
    const first = await waitFor(world, isEdl);
    await expect(flashTree(host, release.revision, tree)).rejects.toMatchObject({ code: "module-gone" });
    const again = await waitFor(world, isEdl);
    expect(again.portPath).toBe(first.portPath);
    expect(again.deviceNumber).not.toBe(first.deviceNumber);
    const second = await edlHost(world, again);
    expect(await second.chipSerial()).toBe(305419896);
    await second.startProgrammer();
    await second.configure();
    await flashTree(second, release.revision, tree);
    await second.reset();
    const port = await bootedPort(world);
    expect(await at(port, "AT+QGMR")).toContain(release.revision.slice(0, 16));
    expect(moduleOf(world).nand.errors).toEqual([]);
  });

  it("is cut at the very byte", async () => {
    const world = await faulty(fault("unplug", { partition: "misc", afterBytes: 10_000 }, { returnMs: 10 }));
    const host = await ready(world);
    await host.erase(geometry, misc);
    await expect(host.program(geometry, misc.start, image)).rejects.toMatchObject({ code: "module-gone" });
    const { nand } = moduleOf(world);
    expect([0, 1, 2].map((page) => nand.isErased(misc.start + page))).toEqual([false, false, true]);
    await waitFor(world, isNormal);
  });

  it("nobody plugs it in again until power is cycled", async () => {
    const world = await faulty(fault("unplug", { item: "erase" }));
    const host = await ready(world);
    await expect(host.erase(geometry, misc)).rejects.toMatchObject({ code: "module-gone" });
    await realClock.sleep(QUIET_MS);
    expect(await world.bus.list()).toEqual([]);
    moduleOf(world).powerCycle();
    await waitFor(world, isNormal);
  });
});

describe("answers that go wrong", () => {
  it("NAK at the n-th item, once", async () => {
    const world = await faulty(fault("nak", { nth: 2 }));
    const host = await ready(world);
    await host.erase(geometry, misc);
    const answers = [];
    for (const start of [0, 64, 64])
      answers.push((await host.program(geometry, misc.start + start, image)).attributes["value"]);
    expect(answers).toEqual(["ACK", "NAK", "ACK"]);
  });

  it("NAK behind the data", async () => {
    const world = await faulty(fault("nak", { partition: "misc", afterBytes: 1 }));
    const host = await ready(world);
    await host.erase(geometry, misc);
    expect((await host.program(geometry, misc.start, image)).attributes).toMatchObject({
      value: "NAK",
      rawmode: "false",
    });
  });

  it("a stall takes everything and says nothing more", async () => {
    const world = await faulty(fault("stall", { item: "erase" }));
    const host = await ready(world);
    await host.send(new TextEncoder().encode(firehose.eraseCommand(geometry, misc)));
    await expect(host.endpoint.read(4096, QUIET_MS)).rejects.toMatchObject({ code: "transfer-timeout" });
    await host.send(new TextEncoder().encode(firehose.nopCommand()));
    await expect(host.endpoint.read(4096, QUIET_MS)).rejects.toMatchObject({ code: "transfer-timeout" });
  });

  it("a transfer that is never taken ends at the host's deadline", async () => {
    const world = await faulty(fault("write-timeout", { afterBytes: 8192 }));
    const host = await ready(world);
    await host.command(
      firehose.programCommand(geometry, { start: misc.start, end: misc.start + 10 }, "image"),
    );
    const write = () => host.endpoint.write(image.subarray(0, 8192), { deadlineMs: QUIET_MS });
    await expect(write()).rejects.toMatchObject({ code: "transfer-timeout" });
    await expect(write()).rejects.toMatchObject({ code: "transfer-timeout" });
  });

  it("one refused read, one refused storage info", async () => {
    const world = await faulty(
      fault("read-refused", { item: "read" }),
      fault("storage-info-refused", { item: "getstorageinfo" }),
    );
    const host = await ready(world);
    const read = firehose.readCommand(geometry, { start: 640, end: 641 });
    expect((await host.command(read)).attributes["value"]).toBe("NAK");
    expect((await host.command(read)).attributes).toMatchObject({ value: "ACK", rawmode: "true" });
  });

  it("an EDL switch that is blocked leaves the module where it is", async () => {
    const world = await faulty(fault("stall", { item: "edl-switch" }));
    const device = await waitFor(world, isNormal);
    const port = await world.bus.openPort(device, 0);
    await port.write(diagFrame("enterEdl"));
    await realClock.sleep(QUIET_MS);
    expect(await world.bus.list()).toEqual([device]);
  });
});

describe("restarts that go wrong", () => {
  const restarted = async (...faults: Fault[]) => {
    const world = await faulty(...faults);
    await (await ready(world)).reset();
    return world;
  };

  it("does not come back", async () => {
    const world = await restarted(fault("no-return", { item: "reset" }));
    while ((await world.bus.list()).length > 0) await realClock.sleep(2);
    await realClock.sleep(QUIET_MS);
    expect(await world.bus.list()).toEqual([]);
    moduleOf(world).powerCycle();
    await waitFor(world, isNormal);
  });

  it("claims another revision", async () => {
    const world = await restarted(
      fault("wrong-revision", { item: "reset" }, { revision: "EC25AFAR05A04M4G_30.001.30.001" }),
    );
    const port = await bootedPort(world);
    expect(await at(port, "ATI")).toContain("Revision: EC25AFAR05A04M4G");
  });

  it("lost its calibration", async () => {
    const world = await restarted(fault("efs-lost", { item: "reset" }));
    const port = await bootedPort(world);
    expect(await at(port, "AT+CFUN?")).toContain("+CFUN: 5");
  });

  it("stays in EDL for the delay of the reset, as the device it was", async () => {
    const world = worldOf(await scenarioNamed("wrong-variant"), { timeScale: 0.02 });
    const host = await ready(world);
    const edl = await waitFor(world, isEdl);
    await host.reset(60);
    await realClock.sleep(QUIET_MS);
    expect(await world.bus.list()).toEqual([edl]);
    await waitFor(world, isNormal);
  });
});
