import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as firehose from "../../src/protocol/firehose/commands.js";
import { fill } from "../../src/sim/vendor/content.js";
import { EC25_EFA_LAYOUT } from "../../src/sim/vendor/maps.js";
import { hasWorld, openWorld } from "../../src/sim/world.js";
import {
  at,
  DEADLINE_MS,
  edlHost,
  enterEdl,
  FAST,
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
const image = fill(6, "image", 81_920);
let dir = "";

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "ecflash-world-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const reopened = () => openWorld(dir, { clock: realClock, timeScale: FAST });

describe("a world that lasts", () => {
  it("is found again as it was, the same device on the bus", async () => {
    expect(hasWorld(dir)).toBe(false);
    const world = worldOf(await scenarioNamed("wrong-variant"), { dir });
    const [device] = await world.bus.list();
    expect(hasWorld(dir)).toBe(true);
    const again = reopened();
    expect(await again.bus.list()).toEqual([device]);
    expect(moduleOf(again).nandHash()).toBe(moduleOf(world).nandHash());
    const port = await again.bus.openPort(await waitFor(again, isNormal), 2);
    expect(await at(port, "AT+QGMR")).toContain("EC25EFAR06A11M4G_01.001.01.001");
  });

  it("costs what is written: files for a part of the blocks only", async () => {
    worldOf(await scenarioNamed("wrong-variant"), { dir });
    expect(readdirSync(join(dir, "nand", "0")).length).toBeLessThan(200);
  });

  it("keeps HELLO for the next host", async () => {
    const world = worldOf(await scenarioNamed("wrong-variant"), { dir });
    const edl = await enterEdl(world);
    const again = reopened();
    expect(await again.bus.list()).toEqual([edl]);
    expect(await (await edlHost(again)).chipSerial()).toBe(305419896);
  });

  it.each([8192, 5000])(
    "a killed host leaves the programmer waiting for the rest (%i bytes in)",
    async (sent) => {
      const world = worldOf(await scenarioNamed("wrong-variant"), { dir });
      const host = await ready(world);
      await host.erase(geometry, misc);
      await host.command(
        firehose.programCommand(geometry, { start: misc.start, end: misc.start + 20 }, "image"),
      );
      await host.send(image.subarray(0, sent));
      // The process is gone here: nothing is closed, nothing is flushed.

      const again = reopened();
      const next = await edlHost(again);
      await expect(next.endpoint.read(4096, QUIET_MS)).rejects.toMatchObject({ code: "transfer-timeout" });
      await next.send(image.subarray(sent));
      expect((await next.response()).attributes).toMatchObject({ value: "ACK", rawmode: "false" });
      const written = moduleOf(again).nandBytes("misc").subarray(0, image.length);
      expect(Buffer.compare(written, image)).toBe(0);
      expect((await next.command(firehose.nopCommand())).attributes["value"]).toBe("ACK");
    },
  );

  it("closing and opening in one process changes nothing either", async () => {
    const world = worldOf(await scenarioNamed("wrong-variant"));
    const host = await ready(world);
    await host.erase(geometry, misc);
    await host.command(
      firehose.programCommand(geometry, { start: misc.start, end: misc.start + 20 }, "image"),
    );
    await host.endpoint.close();
    const next = await edlHost(world);
    await next.send(image);
    expect((await next.response()).attributes["rawmode"]).toBe("false");
  });

  it("a host lost in the middle of the programmer's image meets silence, and power ends it", async () => {
    const world = worldOf(await scenarioNamed("wrong-variant"), { dir });
    const host = await edlHost(world, await enterEdl(world));
    await host.sahara();
    await host.hello(0);
    await host.sahara();
    await host.send(new Uint8Array(10).fill(0x7f));
    const again = reopened();
    const next = await edlHost(again);
    await expect(next.endpoint.read(4096, QUIET_MS)).rejects.toMatchObject({ code: "transfer-timeout" });
    moduleOf(again).powerCycle();
    await waitFor(again, isNormal);
  });

  it("what was on its way has arrived: EDL after the switch, normal mode after a reset", async () => {
    const world = worldOf(await scenarioNamed("wrong-variant"), { dir, timeScale: 10 });
    const device = await waitFor(world, isNormal);
    const port = await world.bus.openPort(device, 0);
    await port.write(Uint8Array.of(0x4b, 0x65, 0x01, 0x00, 0x54, 0x0f, 0x7e));
    const inEdl = reopened();
    const [edl] = await inEdl.bus.list();
    expect(edl !== undefined && isEdl(edl)).toBe(true);
    expect(edl?.deviceNumber).not.toBe(device.deviceNumber);

    const host = await edlHost(inEdl);
    await host.startProgrammer();
    await host.send(new TextEncoder().encode(firehose.resetCommand(1000)));
    const back = reopened();
    const [normal] = await back.bus.list();
    expect(normal !== undefined && isNormal(normal)).toBe(true);
    const at2 = await back.bus.openPort(await waitFor(back, isNormal), 2);
    expect(await at(at2, "AT+QGMR")).toContain("_01.001.01.001");
  });

  it("remembers which faults have fired", async () => {
    const world = worldOf(await scenarioNamed("cut-in-flash"), { dir });
    const modem = rangeOf(map, geometry, "modem");
    const big = fill(1, "modem", 500_000);
    const cut = await ready(world);
    await cut.erase(geometry, rangeOf(map, geometry, "SBL"));
    await cut.erase(geometry, modem);
    await expect(cut.program(geometry, modem.start, big)).rejects.toMatchObject({ code: "module-gone" });
    const again = reopened();
    const host = await edlHost(again);
    await host.startProgrammer();
    await host.configure();
    await host.erase(geometry, modem);
    expect((await host.program(geometry, modem.start, big)).attributes["value"]).toBe("ACK");
  });

  it("opens a world of the first version: what it does not know has its usual value", async () => {
    worldOf(await scenarioNamed("edl"), { dir });
    const path = join(dir, "world.json");
    const world = JSON.parse(readFileSync(path, "utf8")) as {
      scenario: { modules: { network: Record<string, unknown>; switches: Record<string, unknown> }[] };
      modules: Record<string, unknown>[];
    };
    const [setup] = world.scenario.modules;
    for (const later of ["saharaReads", "zlpAware", "answers", "readEnd"]) delete setup?.switches[later];
    delete setup?.network["registration"];
    Object.assign(setup?.network ?? {}, { registers: true });
    delete world.modules[0]?.["aftermath"];
    writeFileSync(path, JSON.stringify(world));
    const again = reopened();
    const host = await edlHost(again);
    await host.startProgrammer();
    expect((await host.configure()).attributes["value"]).toBe("ACK");
    await host.reset(0);
    await waitFor(again, isNormal);
    expect(again.scenario.modules[0]?.network.registration).toBe("home");
  });

  it("refuses a directory without a world, and a file of another version", async () => {
    expect(reopened).toThrow(expect.objectContaining({ code: "input-unreadable" }) as Error);
    writeFileSync(join(dir, "world.json"), '{"schema":"other"}');
    expect(reopened).toThrow(expect.objectContaining({ code: "input-unreadable" }) as Error);
  });
});

describe("several modules", () => {
  it("have their own places, ports and states", async () => {
    const world = worldOf(await scenarioNamed("two-modules"));
    const devices = await world.bus.list();
    expect(devices.map(({ portPath }) => portPath)).toEqual(["1-1.2", "1-1.3"]);
    expect(new Set(devices.map(({ deviceNumber }) => deviceNumber)).size).toBe(2);
    expect(new Set(devices.flatMap(({ interfaces }) => interfaces.map(({ tty }) => tty))).size).toBe(9);
    const [first, second] = devices;
    if (first === undefined || second === undefined) throw new Error("two modules");
    expect(await at(await world.bus.openPort(second, 2), "AT+CFUN?")).toContain("+CFUN: 1");
    await enterEdl(world, first);
    expect((await world.bus.list()).map(isEdl)).toEqual([true, false]);
  });

  it("wait for each other's answers within their own deadlines", async () => {
    const world = worldOf(await scenarioNamed("two-modules"));
    const [first, second] = await world.bus.list();
    if (first === undefined || second === undefined) throw new Error("two modules");
    const silent = (await world.bus.openPort(first, 3)).read(QUIET_MS);
    const answer = at(await world.bus.openPort(second, 2), "AT");
    expect(await answer).toContain("OK");
    expect(await silent).toBeNull();
    expect(DEADLINE_MS).toBeGreaterThan(QUIET_MS);
  });
});
