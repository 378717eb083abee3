import { expect, test } from "vitest";
import type { UsbInterface } from "../../src/core/bus.js";
import { modeOf } from "../../src/core/usb-mode.js";
import { loadUsbModes } from "../../src/manifest/load.js";

const modes = await loadUsbModes();

function device(vendorId: number, productId: number, interfaceCount: number) {
  const interfaces = Array.from(
    { length: interfaceCount },
    (_, number): UsbInterface => ({
      number,
      classCode: 0xff,
      subclass: 0xff,
      protocol: 0xff,
      endpoints: [],
      tty: null,
    }),
  );
  return { vendorId, productId, interfaces };
}

test.each([
  ["2c7c:0125 with five interfaces", device(0x2c7c, 0x0125, 5), "normal"],
  ["2c7c:0125 with audio", device(0x2c7c, 0x0125, 8), "normal"],
  ["2c7c:0125 with one interface", device(0x2c7c, 0x0125, 1), "dump"],
  ["05c6:9008", device(0x05c6, 0x9008, 1), "edl"],
  ["05c6:900e", device(0x05c6, 0x900e, 1), "dump"],
  ["18d1:d00d", device(0x18d1, 0xd00d, 1), "fastboot"],
  ["an EC21", device(0x2c7c, 0x0121, 5), "normal"],
  ["another Quectel module", device(0x2c7c, 0x0195, 5), null],
  ["a hub", device(0x1d6b, 0x0002, 1), null],
])("%s", (_, found, mode) => {
  expect(modeOf(found, modes)).toBe(mode);
  expect(modeOf(found, modes.toReversed())).toBe(mode);
});
