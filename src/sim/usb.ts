import type { UsbDevice, UsbEndpoint, UsbInterface } from "../core/bus.js";

/** Descriptors of the modes, as real modules show them (domain.md 3.1, 3.2). */
export type UsbMode = "normal" | "edl" | "dump";

export interface Placement {
  readonly portPath: string;
  readonly deviceNumber: number;
  /** Number of the first `/dev/ttyUSBn` the kernel would make for it. */
  readonly firstTty: number;
}

const bulk = (address: number): UsbEndpoint => ({ address, kind: "bulk" });
const interrupt = (address: number): UsbEndpoint => ({ address, kind: "interrupt" });

export const DM_INTERFACE = 0;
export const NMEA_INTERFACE = 1;
export const AT_INTERFACES: readonly number[] = [2, 3];
export const QMI_INTERFACE = 4;
export const EDL_INTERFACE = 0;

function normalInterfaces(firstTty: number): UsbInterface[] {
  const at = (number: number, protocol: number, endpoints: UsbEndpoint[]): UsbInterface => ({
    number,
    classCode: 0xff,
    subclass: protocol,
    protocol,
    endpoints,
    tty: number < 4 ? `/dev/ttyUSB${firstTty + number}` : null,
  });
  return [
    at(0, 0xff, [bulk(0x81), bulk(0x01)]),
    at(1, 0x00, [interrupt(0x83), bulk(0x82), bulk(0x02)]),
    at(2, 0x00, [interrupt(0x85), bulk(0x84), bulk(0x03)]),
    at(3, 0x00, [interrupt(0x87), bulk(0x86), bulk(0x04)]),
    at(4, 0xff, [interrupt(0x89), bulk(0x88), bulk(0x05)]),
  ];
}

const LOADER: UsbInterface = {
  number: EDL_INTERFACE,
  classCode: 0xff,
  subclass: 0xff,
  protocol: 0xff,
  endpoints: [bulk(0x81), bulk(0x01)],
  tty: null,
};

export function descriptorOf(mode: UsbMode, { portPath, deviceNumber, firstTty }: Placement): UsbDevice {
  const place = { portPath, deviceNumber };
  switch (mode) {
    case "normal":
      // iProduct is compiled into the firmware; older builds say "Android" and so name no variant.
      return {
        ...place,
        vendorId: 0x2c7c,
        productId: 0x0125,
        bcdDevice: 0x0318,
        product: "Android",
        interfaces: normalInterfaces(firstTty),
      };
    case "edl":
      return {
        ...place,
        vendorId: 0x05c6,
        productId: 0x9008,
        bcdDevice: 0,
        product: "QHSUSB__BULK",
        interfaces: [LOADER],
      };
    case "dump":
      return {
        ...place,
        vendorId: 0x2c7c,
        productId: 0x0125,
        bcdDevice: 0,
        product: "QHSUSB__BULK",
        interfaces: [LOADER],
      };
  }
}

/** A firmware runs: several functions. The boot ROM and the dump mode have one interface. */
export function isRunning({ interfaces }: UsbDevice): boolean {
  return interfaces.length > 1;
}
