import { join } from "node:path";
import type { UsbDevice } from "../core/bus.js";
import { readInterfaces } from "./sysfs-interfaces.js";
import { entries, linkTarget, readHex, readText, vanished } from "./sysfs-read.js";

/**
 * `1-1.2`: bus, root port, then one number a hub. Interfaces are `1-1.2:1.0`, and `usb1` is the host controller itself,
 * which has no place on a bus: neither is a device here.
 */
const PORT_PATH = /^\d+-\d+(\.\d+)*$/;
/** The host controller of USB/IP, as it stands in the way from a device's link to its directory. */
const VIRTUAL_CONTROLLER = /\/vhci_hcd\.\d+\//;

/**
 * A snapshot of the USB devices of this host, hubs included, in the order of their port paths. Read from sysfs, so it
 * needs neither libusb nor udev. `root` is where sysfs is mounted. No USB at all is an empty list; a device that leaves
 * (or leaves and comes back) while it is read is left out. Other failures of the file system are thrown as they are.
 */
export async function readUsbDevices(root = "/sys"): Promise<UsbDevice[]> {
  const names = await portPaths(root);
  const devices = await Promise.all(names.map((name) => readUsbDevice(name, root)));
  return devices.filter((device) => device !== null);
}

/** The device that is plugged at `portPath` now, or null. */
export async function readUsbDevice(portPath: string, root = "/sys"): Promise<UsbDevice | null> {
  const directory = join(root, "bus/usb/devices", portPath);
  try {
    const deviceNumber = Number(await readText(join(directory, "devnum")));
    const device: UsbDevice = {
      portPath,
      deviceNumber,
      vendorId: await readHex(join(directory, "idVendor")),
      productId: await readHex(join(directory, "idProduct")),
      bcdDevice: await readHex(join(directory, "bcdDevice")),
      product: await optionalText(join(directory, "product")),
      interfaces: await readInterfaces(directory),
      ...(VIRTUAL_CONTROLLER.test((await linkTarget(directory)) ?? "") ? { virtual: true } : {}),
    };
    // EDL comes back on the same path within a second (domain.md 3.2): without this the ids of one mode could be
    // paired with the interfaces of the other.
    return (await readDeviceNumber(portPath, root)) === deviceNumber ? device : null;
  } catch (error) {
    if (vanished(error)) return null;
    throw error;
  }
}

/** The USB device number at `portPath` now, or null when nothing is plugged there. */
export async function readDeviceNumber(portPath: string, root = "/sys"): Promise<number | null> {
  try {
    return Number(await readText(join(root, "bus/usb/devices", portPath, "devnum")));
  } catch (error) {
    if (vanished(error)) return null;
    throw error;
  }
}

async function portPaths(root: string): Promise<string[]> {
  const names = (await entries(join(root, "bus/usb/devices"))).filter((name) => PORT_PATH.test(name));
  return names.sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

/** The product string, or null: a device need not have one, and the kernel then makes no file. */
async function optionalText(path: string): Promise<string | null> {
  try {
    return await readText(path);
  } catch (error) {
    if (vanished(error)) return null;
    throw error;
  }
}
