import { describe, expect, it } from "vitest";
import type { UsbDevice, UsbInterface } from "../../src/core/bus.js";
import { atInterfaces, dmInterface } from "../../src/device/ports.js";
import { readUsbDevice } from "../../src/device/sysfs.js";
import { expandHost, type HostName, hostFixture } from "./sysfs-tree.js";

async function plugged(name: HostName, portPath = "1-1"): Promise<UsbDevice> {
  const device = await readUsbDevice(portPath, await expandHost(await hostFixture(name)));
  if (device === null) throw new Error(`the fixture has no ${portPath}`);
  return device;
}

const numbers = (interfaces: readonly UsbInterface[]) => interfaces.map(({ number }) => number);

describe("dmInterface", () => {
  it.each([
    ["default-qmi", 0],
    ["rndis", 2],
    ["adb-first", 1],
  ] as const)("in %s is interface %i", async (name, number) => {
    expect(dmInterface(await plugged(name))?.number).toBe(number);
  });

  it("never is QMI: without DIAG there is none", async () => {
    const device = await plugged("default-qmi");
    const without = { ...device, interfaces: device.interfaces.filter(({ number }) => number !== 0) };
    expect(dmInterface(without)).toBeNull();
  });

  it("never is a hub, nor a pair of endpoints in one direction", async () => {
    expect(dmInterface(await plugged("two-behind-hub"))).toBeNull();
    const device = await plugged("edl");
    const oneWay = device.interfaces.map((one) => ({
      ...one,
      endpoints: one.endpoints.map((endpoint) => ({ ...endpoint, address: endpoint.address | 0x80 })),
    }));
    expect(dmInterface({ ...device, interfaces: oneWay })).toBeNull();
  });

  it("has two endpoints and no third, not even a bulk one", async () => {
    const device = await plugged("edl");
    const third = { address: 2, kind: "bulk" as const };
    const interfaces = device.interfaces.map((one) => ({ ...one, endpoints: [...one.endpoints, third] }));
    expect(dmInterface({ ...device, interfaces })).toBeNull();
  });

  it("does not depend on the order of the list", async () => {
    const device = await plugged("default-qmi");
    expect(dmInterface({ ...device, interfaces: [...device.interfaces].reverse() })?.number).toBe(0);
  });
});

describe("atInterfaces", () => {
  it.each([
    ["default-qmi", [2, 3, 1]],
    ["rndis", [4, 5, 3]],
    ["adb-first", [3, 4, 2]],
    ["edl", []],
    ["dump", []],
  ] as const)("in %s are tried in the order %j", async (name, order) => {
    expect(numbers(atInterfaces(await plugged(name)))).toEqual(order);
  });

  it("leaves out those without a tty only when asked to, and keeps the places", async () => {
    const device = await plugged("default-qmi");
    const interfaces = device.interfaces.map((one) => (one.number === 1 ? { ...one, tty: null } : one));
    expect(numbers(atInterfaces({ ...device, interfaces }))).toEqual([2, 3, 1]);
    expect(numbers(atInterfaces({ ...device, interfaces }, { requireTty: true }))).toEqual([2, 3]);
  });

  it("tries what there is when there are one, two or four", async () => {
    const device = await plugged("default-qmi");
    const serial = device.interfaces[1];
    if (serial === undefined) throw new Error("the fixture has no serial interface");
    const withCount = (count: number) => ({
      ...device,
      interfaces: Array.from({ length: count }, (_, number) => ({ ...serial, number })),
    });
    expect([1, 2, 4].map((count) => numbers(atInterfaces(withCount(count))))).toEqual([
      [0],
      [1, 0],
      [1, 2, 0, 3],
    ]);
  });
});
