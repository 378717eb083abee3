import { describe, expect, it } from "vitest";
import type { UsbDevice } from "../../src/core/bus.js";
import { diagFrame } from "../../src/protocol/diag.js";
import type { Fault } from "../../src/sim/faults.js";
import type { World } from "../../src/sim/world.js";
import { VirtualTime } from "../flow/virtual-time.js";
import {
  at,
  bootedPort,
  changed,
  fault,
  isEdl,
  isNormal,
  ready,
  scenarioNamed,
  waitFor,
  waitUntilGone,
  worldOf,
} from "./host.js";

const OTHER_PATH = "1-1.4";
const ttysOf = ({ interfaces }: UsbDevice) => interfaces.map(({ tty }) => tty).filter((tty) => tty !== null);

/** A healthy module in a time that waits for nobody. */
async function worldWith(...faults: Fault[]): Promise<World> {
  return worldOf(await changed("healthy", () => ({ faults })), { clock: new VirtualTime() });
}

async function restarted(...faults: Fault[]): Promise<World> {
  const world = await worldWith(...faults);
  await (await ready(world)).reset();
  await world.scheduler.until(
    () => !world.modules.some(({ device }) => device !== null && isEdl(device)) || undefined,
    100,
  );
  return world;
}

/** Sends the frame that leads into EDL and does not wait. */
async function switchToEdl(world: World): Promise<UsbDevice> {
  const device = await waitFor(world, isNormal);
  await (await world.bus.openPort(device, 0)).write(diagFrame("enterEdl"));
  return device;
}

describe("a restart, as it usually goes", () => {
  it("ends at the same port path, with the same serial ports, IMEI and network, after a gap", async () => {
    const before = await waitFor(await worldWith(), isNormal);
    const world = await restarted();
    expect(await world.bus.list()).toEqual([]);
    const port = await bootedPort(world);
    const back = await waitFor(world, isNormal);
    expect(back.portPath).toBe(before.portPath);
    expect(ttysOf(back)).toEqual(ttysOf(before));
    expect(await at(port, "AT+GSN")).toContain("000000000000018");
    expect(await at(port, "AT+CPIN?")).toContain("READY");
  });
});

describe("a restart that ends otherwise", () => {
  it("with other serial ports, for good and apart from all others", async () => {
    const scenario = await scenarioNamed("two-modules");
    const faults = [fault("tty-renumbered", { item: "reset" })];
    const modules = scenario.modules.map((setup) => ({ ...setup, faults }));
    const world = worldOf({ ...scenario, modules }, { clock: new VirtualTime() });
    const host = await ready(world);
    const [, second] = await world.bus.list();
    await host.reset();
    const back = await waitFor(world, (device) => isNormal(device) && device.portPath === "1-1.2");
    expect(ttysOf(back)).toEqual([8, 9, 10, 11].map((n) => `/dev/ttyUSB${n}`));
    expect(ttysOf(second ?? back)).toEqual([4, 5, 6, 7].map((n) => `/dev/ttyUSB${n}`));
  });

  it("at once: every snapshot shows the module, the number alone changes", async () => {
    const world = await worldWith(fault("no-gap", { item: "reset" }));
    const host = await ready(world);
    const edl = await waitFor(world, isEdl);
    await host.reset();
    let last = edl;
    while (last.deviceNumber === edl.deviceNumber) {
      const seen = await world.bus.list();
      expect(seen).toHaveLength(1);
      last = seen[0] ?? last;
      await world.scheduler.pause(1);
    }
    expect(isNormal(last)).toBe(true);
    await bootedPort(world);
  });

  it("at once into EDL, too", async () => {
    const world = await worldWith(fault("no-gap", { item: "edl-switch" }));
    const before = await switchToEdl(world);
    let last = before;
    while (last.deviceNumber === before.deviceNumber) {
      const seen = await world.bus.list();
      expect(seen).toHaveLength(1);
      last = seen[0] ?? last;
      await world.scheduler.pause(1);
    }
    expect(isEdl(last)).toBe(true);
  });

  it.each(["edl-switch", "reset"] as const)(
    "at another port path after the %s, and stays there",
    async (item) => {
      const world = await worldWith(fault("other-port-path", { item }, { portPath: OTHER_PATH }));
      const before = await switchToEdl(world);
      const edl = await waitFor(world, isEdl);
      expect(edl.portPath).toBe(item === "reset" ? before.portPath : OTHER_PATH);
      const host = await ready(world, edl);
      await host.reset(0);
      expect((await waitFor(world, isNormal)).portPath).toBe(OTHER_PATH);
      await expect(world.bus.openEndpoint(edl, 0)).rejects.toMatchObject({ code: "module-gone" });
      await bootedPort(world);
    },
  );

  it("later than usual", async () => {
    const later = async (...faults: Fault[]) => {
      const world = await restarted(...faults);
      await world.scheduler.pause(100_000);
      return world;
    };
    expect(await (await later()).bus.list()).toHaveLength(1);
    const world = await later(fault("slow-return", { item: "reset" }, { returnMs: 200_000 }));
    expect(await world.bus.list()).toEqual([]);
    await bootedPort(world);
  });

  it("never, from the switch to EDL too", async () => {
    const world = await worldWith(fault("no-return", { item: "edl-switch" }));
    await switchToEdl(world);
    await waitUntilGone(world);
    await world.scheduler.pause(100_000);
    expect(await world.bus.list()).toEqual([]);
  });

  it("without an IMEI, and online all the same", async () => {
    const port = await bootedPort(await restarted(fault("imei-lost", { item: "reset" })));
    expect(await at(port, "AT+GSN")).toBe("\r\nOK\r\n");
    expect(await at(port, "AT+EGMR=0,7")).toContain('+EGMR: ""');
    expect(await at(port, "AT+CFUN?")).toContain("+CFUN: 1");
  });

  it("with another SIM state and another registration", async () => {
    const locked = await restarted(fault("network-changed", { item: "reset" }, { sim: "puk" }));
    expect(await at(await bootedPort(locked), "AT+CPIN?")).toContain("+CPIN: SIM PUK");
    const denied = await restarted(fault("network-changed", { item: "reset" }, { registration: "denied" }));
    const port = await bootedPort(denied);
    expect(await at(port, "AT+CPIN?")).toContain("+CPIN: READY");
    await denied.scheduler.pause(10_000);
    expect(await at(port, "AT+CEREG?")).toContain("+CEREG: 0,3");
  });

  it("and what changed lasts between commands", async () => {
    const world = await restarted(
      fault("other-port-path", { item: "reset" }, { portPath: OTHER_PATH }),
      fault("tty-renumbered", { item: "reset" }),
      fault("imei-lost", { item: "reset" }),
    );
    await waitFor(world, isNormal);
    const memory = world.modules[0]?.memory;
    expect(memory?.aftermath).toMatchObject({ portPath: OTHER_PATH, ttyRenumbered: true, imeiLost: true });
    world.modules[0]?.powerCycle();
    const again = await waitFor(world, isNormal);
    expect(again.portPath).toBe(OTHER_PATH);
    expect(ttysOf(again)[0]).toBe("/dev/ttyUSB4");
    expect(await at(await bootedPort(world), "AT+GSN")).toBe("\r\nOK\r\n");
  });
});

describe("what a module says of SIM and network", () => {
  it.each([
    ["ready", "home", "+CPIN: READY", "+CEREG: 0,1"],
    ["ready", "roaming", "+CPIN: READY", "+CEREG: 0,5"],
    ["ready", "searching", "+CPIN: READY", "+CEREG: 0,2"],
    ["ready", "denied", "+CPIN: READY", "+CEREG: 0,3"],
    ["ready", "none", "+CPIN: READY", "+CEREG: 0,0"],
    ["ready", "emergency", "+CPIN: READY", "+CEREG: 0,8"],
    ["absent", "home", "+CME ERROR: 10", "+CEREG: 0,4"],
    ["pin", "home", "+CPIN: SIM PIN", "+CEREG: 0,4"],
    ["puk", "home", "+CPIN: SIM PUK", "+CEREG: 0,4"],
    ["failure", "home", "+CME ERROR: 13", "+CEREG: 0,4"],
    ["not-ready", "home", "+CME ERROR: 14", "+CEREG: 0,4"],
  ] as const)("SIM %s, %s", async (sim, registration, pin, state) => {
    const world = worldOf(
      await changed("healthy", ({ network }) => ({
        network: { ...network, sim, registration },
      })),
      { clock: new VirtualTime() },
    );
    const port = await bootedPort(world);
    await world.scheduler.pause(10_000);
    expect(await at(port, "AT+CPIN?")).toContain(pin);
    expect(await at(port, "AT+CEREG?")).toContain(state);
    const serves = sim === "ready" && (registration === "home" || registration === "roaming");
    expect((await at(port, "AT+QIACT=1")).includes("OK")).toBe(serves);
  });
});
