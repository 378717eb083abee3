import { execFileSync } from "node:child_process";
import { mkdir, open, realpath, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readDeviceNumber, readUsbDevice, readUsbDevices } from "../../src/device/sysfs.js";
import { emptyHost, expandHost, type HostName, hostFixture } from "./sysfs-tree.js";

/** Of coreutils. */
const MKFIFO = "mkfifo";

const host = async (name: HostName) => expandHost(await hostFixture(name));

describe("readUsbDevices", () => {
  it("reads a module in its default layout: ids, name, interfaces, ttys", async () => {
    const bulk = (address: number) => ({ address, kind: "bulk" });
    const interrupt = (address: number) => ({ address, kind: "interrupt" });
    const serial = { classCode: 0xff, subclass: 0, protocol: 0 };
    const vendor = { classCode: 0xff, subclass: 0xff, protocol: 0xff };
    expect(await readUsbDevices(await host("default-qmi"))).toEqual([
      {
        portPath: "1-1",
        deviceNumber: 5,
        vendorId: 0x2c7c,
        productId: 0x0125,
        bcdDevice: 0x0318,
        product: "EC25-A",
        interfaces: [
          { number: 0, ...vendor, endpoints: [bulk(0x81), bulk(1)], tty: "/dev/ttyUSB0" },
          { number: 1, ...serial, endpoints: [interrupt(0x83), bulk(0x82), bulk(2)], tty: "/dev/ttyUSB1" },
          { number: 2, ...serial, endpoints: [interrupt(0x85), bulk(0x84), bulk(3)], tty: "/dev/ttyUSB2" },
          { number: 3, ...serial, endpoints: [interrupt(0x87), bulk(0x86), bulk(4)], tty: "/dev/ttyUSB3" },
          { number: 4, ...vendor, endpoints: [interrupt(0x89), bulk(0x88), bulk(5)], tty: null },
        ],
      },
    ]);
  });

  it.each(["default-qmi", "rndis", "edl"] as const)(
    "reads the same from interface directories where %s has no descriptors file",
    async (name) => {
      const root = await host(name);
      const before = await readUsbDevices(root);
      await rm(join(root, "bus/usb/devices/1-1/descriptors"));
      const after = await readUsbDevices(root);
      // The kernel's directories come in the order of the endpoints' addresses.
      const sorted = before.map((device) => ({
        ...device,
        interfaces: device.interfaces.map((one) => ({
          ...one,
          endpoints: [...one.endpoints].sort((a, b) => a.address - b.address),
        })),
      }));
      expect(after).toEqual(sorted);
      expect(after[0]?.interfaces.length).toBeGreaterThan(0);
    },
  );

  it("does not believe descriptors that are cut off", async () => {
    const root = await host("default-qmi");
    await writeFile(join(root, "bus/usb/devices/1-1/descriptors"), Buffer.alloc(40));
    expect((await readUsbDevice("1-1", root))?.interfaces.length).toBe(5);
  });

  it("shows EDL and dump mode as they are: one interface, bound to a tty", async () => {
    const [edl] = await readUsbDevices(await host("edl"));
    const [dump] = await readUsbDevices(await host("dump"));
    const seen = [edl, dump].map((device) => [
      device?.vendorId,
      device?.productId,
      device?.interfaces.length,
    ]);
    expect(seen).toEqual([
      [0x05c6, 0x9008, 1],
      [0x2c7c, 0x0125, 1],
    ]);
    expect(edl).toMatchObject({ bcdDevice: 0, product: "QHSUSB__BULK" });
    expect(edl?.interfaces[0]?.tty).toBe("/dev/ttyUSB0");
  });

  it("tells two modules behind a hub apart by port path, and lists the hub", async () => {
    const devices = await readUsbDevices(await host("two-behind-hub"));
    expect(devices.map(({ portPath, interfaces }) => [portPath, interfaces[2]?.tty])).toEqual([
      ["1-1", undefined],
      ["1-1.2", "/dev/ttyUSB2"],
      ["1-1.3", "/dev/ttyUSB6"],
    ]);
  });

  it("orders port paths by number", async () => {
    const fixture = await hostFixture("default-qmi");
    const module = fixture.devices["1-1"];
    if (module === undefined) throw new Error("the fixture has no 1-1");
    const devices = { "1-10": module, "1-2": module, "1-1.10": module, "1-1.9": module };
    const listed = await readUsbDevices(await expandHost({ ...fixture, devices }));
    expect(listed.map(({ portPath }) => portPath)).toEqual(["1-1.9", "1-1.10", "1-2", "1-10"]);
  });

  it("marks a device behind the kernel's virtual host controller, and no other", async () => {
    const root = await host("edl");
    expect((await readUsbDevices(root))[0]?.virtual).toBeUndefined();
    const place = join(root, "bus/usb/devices/1-1");
    await mkdir(join(root, "devices/platform/vhci_hcd.0/usb1"), { recursive: true });
    await rename(await realpath(place), join(root, "devices/platform/vhci_hcd.0/usb1/1-1"));
    await rm(place);
    await symlink("../../../devices/platform/vhci_hcd.0/usb1/1-1", place);
    expect((await readUsbDevices(root))[0]).toMatchObject({ portPath: "1-1", virtual: true });
  });

  it("finds the tty that cdc-acm makes", async () => {
    const fixture = await hostFixture("dump");
    const module = fixture.devices["1-1"];
    if (module === undefined) throw new Error("the fixture has no 1-1");
    const root = await expandHost({
      ...fixture,
      devices: { "2-3": { ...module, ttys: { "0": "ttyACM7" } } },
    });
    expect((await readUsbDevice("2-3", root))?.interfaces[0]?.tty).toBe("/dev/ttyACM7");
  });

  it("is empty on a host without USB", async () => {
    expect(await readUsbDevices(await emptyHost())).toEqual([]);
    expect(await readUsbDevices(join(await emptyHost(), "no-such"))).toEqual([]);
  });

  it.each(["devnum", "idVendor", "idProduct", "bcdDevice", "bConfigurationValue"])(
    "leaves out a device that is going, whose %s is already away, and keeps the others",
    async (file) => {
      const root = await host("two-behind-hub");
      await rm(join(root, "bus/usb/devices/1-1.2", file));
      expect((await readUsbDevices(root)).map(({ portPath }) => portPath)).toEqual(["1-1", "1-1.3"]);
    },
  );

  it("leaves out a device that left and came back while it was read", async () => {
    const root = await host("default-qmi");
    const directory = join(root, "bus/usb/devices/1-1");
    await rm(join(directory, "product"));
    // Reading stops at the pipe, after the device number and the ids, until something is written to it.
    execFileSync(MKFIFO, [join(directory, "product")]);
    const reading = readUsbDevices(root);
    const product = await open(join(directory, "product"), "w");
    await writeFile(join(directory, "devnum"), "6\n");
    await product.writeFile("QHSUSB__BULK\n");
    await product.close();
    expect(await reading).toEqual([]);
  });

  it("leaves out a link that leads nowhere any more", async () => {
    const root = await host("default-qmi");
    await symlink("../../../devices/mock/usb1/1-7", join(root, "bus/usb/devices/1-7"));
    expect((await readUsbDevices(root)).map(({ portPath }) => portPath)).toEqual(["1-1"]);
  });

  it("has no product string where the device has none, and no interfaces before it is configured", async () => {
    const root = await host("default-qmi");
    await rm(join(root, "bus/usb/devices/1-1/product"));
    await writeFile(join(root, "bus/usb/devices/1-1/bConfigurationValue"), "\n");
    expect(await readUsbDevice("1-1", root)).toMatchObject({ product: null, interfaces: [] });
  });

  it("throws what is not an unplugging", async () => {
    const root = await host("default-qmi");
    const product = join(root, "bus/usb/devices/1-1/product");
    await rename(product, `${product}.txt`);
    await mkdir(product);
    await expect(readUsbDevices(root)).rejects.toMatchObject({ code: "EISDIR" });
  });
});

describe("readDeviceNumber", () => {
  it("is the number now, or null when nothing is plugged there", async () => {
    const root = await host("default-qmi");
    expect(await readDeviceNumber("1-1", root)).toBe(5);
    expect(await readDeviceNumber("1-2", root)).toBeNull();
  });
});
