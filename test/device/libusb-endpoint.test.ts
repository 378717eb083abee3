import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { UsbDevice } from "../../src/core/bus.js";
import { openLibusbEndpoint } from "../../src/device/libusb-endpoint.js";
import { readUsbDevice } from "../../src/device/sysfs.js";
import { FakeUsb } from "./fake-usb.js";
import { expandHost, hostFixture } from "./sysfs-tree.js";

/** Status of a finished transfer, and errors of a call (libusb.h). */
const TIMED_OUT = 2;
const STALL = 4;
const NO_DEVICE_STATUS = 5;
const OVERFLOW = 6;
const ACCESS = -3;
const NO_DEVICE = -4;
const BUSY = -6;

async function edl(): Promise<{ root: string; device: UsbDevice; usb: FakeUsb }> {
  const root = await expandHost(await hostFixture("edl"));
  const device = await readUsbDevice("1-1", root);
  if (device === null) throw new Error("the fixture has no 1-1");
  return { root, device, usb: new FakeUsb(device) };
}

async function opened() {
  const { root, device, usb } = await edl();
  const endpoint = await openLibusbEndpoint(device, 0, { sysRoot: root, load: usb.load });
  usb.calls.length = 0;
  return { root, usb, endpoint };
}

const unplug = (root: string) => rm(join(root, "bus/usb/devices/1-1"));
const replug = (root: string) => writeFile(join(root, "bus/usb/devices/1-1/devnum"), "8\n");

describe("opening", () => {
  it("takes the interface from the kernel's driver and gives it back at the end, once", async () => {
    const { root, device, usb } = await edl();
    const endpoint = await openLibusbEndpoint(device, 0, { sysRoot: root, load: usb.load });
    expect(usb.calls).toEqual(["open", "detach", "claim"]);
    await endpoint.close();
    await endpoint.close();
    expect(usb.calls.slice(3)).toEqual(["release", "attach", "close"]);
  });

  it("leaves drivers alone where there is none", async () => {
    const { root, device, usb } = await edl();
    usb.driver = false;
    await (await openLibusbEndpoint(device, 0, { sysRoot: root, load: usb.load })).close();
    expect(usb.calls).toEqual(["open", "claim", "release", "close"]);
  });

  it.each([
    ["open", ACCESS, "permission denied for this user", ["open"]],
    ["open", NO_DEVICE, "it is on the bus, but its node below /dev/bus/usb is missing", ["open"]],
    ["claim", BUSY, "another program holds it", ["open", "detach", "claim", "attach", "close"]],
  ] as const)("says why when %s fails with %i, and lets go", async (call, errno, reason, calls) => {
    const { root, device, usb } = await edl();
    usb.fails[call] = errno;
    await expect(openLibusbEndpoint(device, 0, { sysRoot: root, load: usb.load })).rejects.toMatchObject({
      code: "device-unavailable",
      facts: { portPath: "1-1", reason },
    });
    expect(usb.calls).toEqual(calls);
  });

  it("says module-gone when the device leaves while it is opened", async () => {
    const { root, device, usb } = await edl();
    usb.fails.open = NO_DEVICE;
    await unplug(root);
    await expect(openLibusbEndpoint(device, 0, { sysRoot: root, load: usb.load })).rejects.toMatchObject({
      code: "module-gone",
    });
  });

  it("never opens what came to the same port since: another device number is another device", async () => {
    const { root, device, usb } = await edl();
    const listed = { ...device, deviceNumber: 6 };
    await expect(openLibusbEndpoint(listed, 0, { sysRoot: root, load: usb.load })).rejects.toMatchObject({
      code: "module-gone",
    });
    expect(usb.calls).toEqual([]);
  });

  it("refuses an interface that is not there or has no bulk pair, and a second opening", async () => {
    const { root, device, usb } = await edl();
    const open = (number: number) => openLibusbEndpoint(device, number, { sysRoot: root, load: usb.load });
    const because = (reason: string) => ({ code: "device-unavailable", facts: { portPath: "1-1", reason } });
    await expect(open(1)).rejects.toMatchObject(because("Interface not found for address: 1"));
    const [input] = usb.interface.endpoints.splice(0, 1);
    await expect(open(0)).rejects.toMatchObject(because("interface 0 has no pair of bulk endpoints"));
    if (input !== undefined) usb.interface.endpoints.push(input);
    const endpoint = await open(0);
    await expect(open(0)).rejects.toMatchObject(because("it is open in this process already"));
    await endpoint.close();
  });

  it("says which library is missing", async () => {
    const { root, device } = await edl();
    const load = () =>
      Promise.reject(Object.assign(new Error("libudev.so.1: no such file"), { code: "ERR_DLOPEN_FAILED" }));
    await expect(openLibusbEndpoint(device, 0, { sysRoot: root, load })).rejects.toMatchObject({
      code: "native-missing",
      facts: { library: "usb", reason: "libudev.so.1: no such file" },
    });
  });
});

describe("reading", () => {
  it("offers whole packets, at least one, and returns what came", async () => {
    const { usb, endpoint } = await opened();
    usb.script.push({ bytes: Uint8Array.of(1, 2) }, { bytes: Uint8Array.of(3) }, { bytes: Uint8Array.of(4) });
    expect(await endpoint.read(48, 1_000)).toEqual(Uint8Array.of(1, 2));
    expect(await endpoint.read(0, 1_000)).toEqual(Uint8Array.of(3));
    expect(await endpoint.read(513, 1_000)).toEqual(Uint8Array.of(4));
    expect(usb.calls).toEqual(["in 512", "in 512", "in 1024"]);
  });

  it("keeps what arrived before the time was up", async () => {
    const { usb, endpoint } = await opened();
    usb.script.push({ hangs: true, bytes: Uint8Array.of(7, 8, 9) });
    expect(await endpoint.read(512, 20)).toEqual(Uint8Array.of(7, 8, 9));
  });

  it("passes over empty transfers", async () => {
    const { usb, endpoint } = await opened();
    usb.script.push({}, {}, { bytes: Uint8Array.of(5) });
    expect(await endpoint.read(512, 60_000)).toEqual(Uint8Array.of(5));
    expect(usb.calls).toEqual(["in 512", "in 512", "in 512"]);
  });

  it.each([0, 20])(
    "times out by name after %i ms, by a timer of its own: libusb's may come a minute late",
    async (deadlineMs) => {
      const { usb, endpoint } = await opened();
      usb.script.push({ hangs: true });
      await expect(endpoint.read(512, deadlineMs)).rejects.toMatchObject({
        code: "transfer-timeout",
        facts: { what: "a read, interface 0 of 1-1", deadlineMs },
      });
      // "by libusb" would stand behind a transfer whose limit was given to the library.
      expect(usb.calls).toEqual(["in 512"]);
    },
  );

  it.each([
    ["the kernel says so", NO_DEVICE_STATUS, async () => undefined],
    ["it failed and the port is empty", 1, unplug],
    ["it stalled and another device is in the port", STALL, replug],
  ] as const)("says module-gone when %s", async (_when, errno, change) => {
    const { root, usb, endpoint } = await opened();
    usb.script.push({ errno });
    await change(root);
    await expect(endpoint.read(512, 1_000)).rejects.toMatchObject({ code: "module-gone" });
  });

  it.each([
    [STALL, "the module refused it (stall)"],
    [OVERFLOW, "the module sent more than was asked for"],
  ])("says what failed while the device stays: status %i", async (errno, reason) => {
    const { usb, endpoint } = await opened();
    usb.script.push({ errno });
    await expect(endpoint.read(512, 1_000)).rejects.toMatchObject({
      code: "transfer-failed",
      facts: { reason },
    });
  });

  it("says module-gone when the transfer cannot even be submitted", async () => {
    const { usb, endpoint } = await opened();
    usb.fails.submit = NO_DEVICE;
    await expect(endpoint.read(512, 1_000)).rejects.toMatchObject({ code: "module-gone" });
  });
});

describe("writing", () => {
  it.each([
    [511, ["out 511"]],
    [512, ["out 512", "out 0"]],
    [1_024, ["out 1024", "out 0"]],
    [0, ["out 0"]],
  ])(
    "ends %i bytes with an empty transfer only where a whole packet would be the last",
    async (size, calls) => {
      const { usb, endpoint } = await opened();
      usb.script.push({}, {});
      await endpoint.write(new Uint8Array(size), { deadlineMs: 1_000, endWithZeroLength: true });
      expect(usb.calls).toEqual(calls);
    },
  );

  it("adds nothing unless asked to", async () => {
    const { usb, endpoint } = await opened();
    usb.script.push({});
    await endpoint.write(new Uint8Array(512), { deadlineMs: 1_000 });
    expect(usb.calls).toEqual(["out 512"]);
  });

  it("says how far it came when the time was up", async () => {
    const { usb, endpoint } = await opened();
    usb.script.push({ errno: TIMED_OUT, sentBytes: 512 });
    await expect(endpoint.write(new Uint8Array(1_024), { deadlineMs: 50 })).rejects.toMatchObject({
      code: "transfer-timeout",
      facts: { what: "a write (512 of 1024 bytes went), interface 0 of 1-1", deadlineMs: 50 },
    });
  });

  it("does not call a short write done", async () => {
    const { usb, endpoint } = await opened();
    usb.script.push({ sentBytes: 3 });
    await expect(endpoint.write(new Uint8Array(4), { deadlineMs: 50 })).rejects.toMatchObject({
      code: "transfer-failed",
    });
  });
});

describe("closing", () => {
  it("cancels what is on its way before it lets go", async () => {
    const { usb, endpoint } = await opened();
    const reading = expect(endpoint.read(512, 60_000)).rejects.toMatchObject({
      code: "transfer-failed",
      facts: { reason: "it was cancelled, because this side closed" },
    });
    await endpoint.close();
    await reading;
    expect(usb.calls).toEqual(["in 512", "release", "attach", "close"]);
  });

  it("lets go of a device that has left, as after every flash", async () => {
    const { usb, endpoint } = await opened();
    usb.fails.release = NO_DEVICE;
    await endpoint.close();
    expect(usb.calls).toEqual(["release", "close"]);
  });

  it("lets go when the driver cannot be put back", async () => {
    const { usb, endpoint } = await opened();
    usb.fails.attach = NO_DEVICE;
    await endpoint.close();
    expect(usb.calls).toEqual(["release", "attach", "close"]);
  });
});
