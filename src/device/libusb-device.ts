import { setTimeout as wait } from "node:timers/promises";
import type { Device } from "usb";
import type { UsbDevice } from "../core/bus.js";
import { EcflashError, messageOf } from "../core/errors.js";
import { ERRNO, errnoOf, reasonFor } from "./libusb-errno.js";
import { readDeviceNumber } from "./sysfs.js";

/** What of `usb` 2.18 ecflash needs at its door (its legacy API; 3.x has none, packages.md 1.1). */
export type UsbLibrary = Pick<typeof import("usb"), "getDeviceList">;

/** libusb learns of a new device from udevd, after the kernel; sysfs is ahead of it by the time the rules take. */
const SEEN_DEADLINE_MS = 3_000;
/** A transfer may fail before the hub has reported the unplugging. */
const LEFT_DEADLINE_MS = 500;
const STEP_MS = 50;

/**
 * libusb's handle of the very device that sysfs listed: same bus, device number and ids. Throws `module-gone` when
 * another one is plugged there by now, `device-unavailable` when libusb does not come to see it or this process has
 * it open already.
 */
export async function findHandle(device: UsbDevice, usb: UsbLibrary, sysRoot: string): Promise<Device> {
  const end = performance.now() + SEEN_DEADLINE_MS;
  do {
    const found = usb.getDeviceList().find((handle) => isSame(handle, device));
    if (found?.interfaces !== undefined)
      throw unavailable(device, "it is open in this process already", undefined);
    if (found !== undefined) return found;
    if ((await readDeviceNumber(device.portPath, sysRoot)) !== device.deviceNumber)
      throw new EcflashError("module-gone", { what: `the opening of ${device.portPath}` });
    await wait(STEP_MS);
  } while (performance.now() < end);
  throw unavailable(device, "sysfs shows it, libusb does not (is udevd running?)", undefined);
}

function isSame({ busNumber, deviceAddress, deviceDescriptor }: Device, device: UsbDevice): boolean {
  return (
    busNumber === Number.parseInt(device.portPath, 10) &&
    deviceAddress === device.deviceNumber &&
    deviceDescriptor.idVendor === device.vendorId &&
    deviceDescriptor.idProduct === device.productId
  );
}

/** Whether the device left its port, or comes to in half a second. */
export async function leftBus(device: UsbDevice, sysRoot: string): Promise<boolean> {
  const end = performance.now() + LEFT_DEADLINE_MS;
  do {
    if ((await readDeviceNumber(device.portPath, sysRoot)) !== device.deviceNumber) return true;
    await wait(STEP_MS);
  } while (performance.now() < end);
  return false;
}

/** What went wrong while the device was opened, as ecflash says it. */
export async function openingError(
  device: UsbDevice,
  sysRoot: string,
  cause: unknown,
): Promise<EcflashError> {
  const errno = errnoOf(cause);
  // libusb says "no device" too when only the node below /dev/bus/usb is missing, as in a container.
  if (errno === ERRNO.noDevice && (await leftBus(device, sysRoot)))
    return new EcflashError("module-gone", { what: `the opening of ${device.portPath}` }, { cause });
  return unavailable(device, errno === null ? messageOf(cause) : reasonFor(errno), cause);
}

function unavailable({ portPath }: UsbDevice, reason: string, cause: unknown): EcflashError {
  return new EcflashError("device-unavailable", { portPath, reason }, cause === undefined ? {} : { cause });
}
