import type { UsbDevice } from "../../src/core/bus.js";
import { NV_DEFAULTS } from "../../src/sim/nv.js";
import { bareDevice, normalDevice, type VirtualDevice } from "../../src/sim/usb.js";

const place = { portPath: "1-1.2", deviceNumber: 4, firstTty: 0 };
const switches = {
  usbStrings: "android",
  usbClass: "miscellaneous",
  adbPlace: "last",
  crashMode: "quectel",
} as const;

/** What a host sees of a module with the usual interfaces, and of the same one in EDL. */
export const NORMAL_DEVICE = seen(
  normalDevice(
    place,
    { switches, choice: NV_DEFAULTS, revision: "EC25AFAR05A07M4G_30.005.30.005", strings: null },
    1,
  ),
);
export const EDL_DEVICE = seen(bareDevice("edl", { ...place, deviceNumber: 5 }, switches));

function seen({
  portPath,
  deviceNumber,
  vendorId,
  productId,
  bcdDevice,
  product,
  ...more
}: VirtualDevice): UsbDevice {
  return {
    ...{ portPath, deviceNumber, vendorId, productId, bcdDevice, product },
    interfaces: more.interfaces.map(({ number, classCode, subclass, protocol, endpoints, tty }) => ({
      ...{ number, classCode, subclass, protocol, endpoints, tty },
    })),
  };
}
