import type { UsbDevice } from "../core/bus.js";
import { hardwareCodeOf } from "./boot.js";
import {
  type AdbPlace,
  compositionOf,
  fastbootInterfaces,
  type FunctionInterface,
  loaderInterfaces,
  type UsbChoice,
} from "./composition.js";

/** Descriptors of the modes, as real modules show them (domain.md 3.1, 3.2). */
export type UsbMode = "normal" | "edl" | "dump" | "fastboot";

export interface Placement {
  readonly portPath: string;
  readonly deviceNumber: number;
  /** Number of the first `/dev/ttyUSBn` the kernel would make for it. */
  readonly firstTty: number;
}

/** Of every bulk endpoint: high speed (domain.md 3.2, "mps 512"). */
export const BULK_PACKET_BYTES = 512;

/** How a module shows itself, where modules differ. */
export interface UsbSwitches {
  /** iManufacturer and iProduct: `Android` twice in older firmware, `Quectel` and the variant in newer (domain.md 3.1). */
  readonly usbStrings: "android" | "quectel";
  /** bDeviceClass: ef/02/01 in newer firmware, 0 in older (domain.md 3.1). */
  readonly usbClass: "miscellaneous" | "none";
  readonly adbPlace: AdbPlace;
  /** Ids of dump mode: Quectel's own (forums.quectel.com 35001), or Qualcomm's 05c6:900e (domain.md 3.2). */
  readonly crashMode: "quectel" | "qualcomm";
}

export interface UsbStrings {
  readonly manufacturer: string;
  readonly product: string;
}

/** A device on the bus with what only its own descriptors say. */
export interface VirtualDevice extends UsbDevice, UsbStrings {
  readonly mode: UsbMode;
  readonly product: string;
  readonly classTriple: readonly [number, number, number];
  /** Of the host's side of a network function, in hex; ECM names it in a string. */
  readonly mac: string;
  readonly interfaces: readonly FunctionInterface[];
}

export interface Appearance {
  readonly switches: UsbSwitches;
  /** Of the firmware that runs. */
  readonly choice: UsbChoice;
  readonly revision: string;
  /** What a firmware of another maker calls itself; null for Quectel's. */
  readonly strings: UsbStrings | null;
}

export const LOADER_INTERFACE = 0;

const QUALCOMM: UsbStrings = {
  manufacturer: "Qualcomm CDMA Technologies MSM",
  product: "QHSUSB__BULK",
};
const ANDROID: UsbStrings = { manufacturer: "Android", product: "Android" };
/** Of the little kernel's fastboot, the boot loader of this family (app/aboot; expected on EC25). */
const FASTBOOT: UsbStrings = { manufacturer: "Google", product: "Android" };
const NO_CLASS = [0, 0, 0] as const;
const MISCELLANEOUS = [0xef, 2, 1] as const;

/** A running firmware on the bus. */
export function normalDevice(
  place: Placement,
  { switches, choice, revision, strings }: Appearance,
  chipSerial: number,
): VirtualDevice {
  const { portPath, deviceNumber, firstTty } = place;
  const own = switches.usbStrings === "android" ? ANDROID : quectelStrings(revision);
  return {
    portPath,
    deviceNumber,
    mode: "normal",
    vendorId: choice.usbcfg.vendorId,
    productId: choice.usbcfg.productId,
    bcdDevice: 0x0318,
    ...(strings ?? own),
    classTriple: switches.usbClass === "none" ? NO_CLASS : MISCELLANEOUS,
    mac: macOf(chipSerial),
    interfaces: compositionOf(choice, { adbPlace: switches.adbPlace, firstTty }),
  };
}

/** A locally administered address (IEEE 802), so that it is nobody's. */
export function macOf(chipSerial: number): string {
  return `0200${chipSerial.toString(16).padStart(8, "0")}`.toUpperCase();
}

/** A module without its firmware on the bus: the boot ROM, what a crash leaves, the boot loader. */
export function bareDevice(
  mode: Exclude<UsbMode, "normal">,
  { portPath, deviceNumber }: Placement,
  { crashMode }: Pick<UsbSwitches, "crashMode">,
): VirtualDevice {
  const place = { portPath, deviceNumber, mode, classTriple: NO_CLASS, mac: "" };
  const loader = { ...place, bcdDevice: 0, ...QUALCOMM, interfaces: loaderInterfaces() };
  switch (mode) {
    case "edl":
      return { ...loader, vendorId: 0x05c6, productId: 0x9008 };
    case "dump":
      return crashMode === "quectel"
        ? { ...loader, vendorId: 0x2c7c, productId: 0x0125 }
        : { ...loader, vendorId: 0x05c6, productId: 0x900e };
    case "fastboot":
      return {
        ...place,
        vendorId: 0x18d1,
        productId: 0xd00d,
        bcdDevice: 0x0100,
        ...FASTBOOT,
        interfaces: fastbootInterfaces(),
      };
  }
}

/** `EC25-AF` of `EC25AFFAR...`: compiled into the firmware, so it repeats the firmware's claim (domain.md 1.4). */
function quectelStrings(revision: string): UsbStrings {
  const code = hardwareCodeOf(revision) ?? "";
  const { model, variant } = /^(?<model>[A-Z]{2}\d{2})(?<variant>.+)..$/.exec(code)?.groups ?? {};
  return {
    manufacturer: "Quectel",
    product: model === undefined || variant === undefined ? "LTE Module" : `${model}-${variant}`,
  };
}

/** A firmware runs. The boot ROM, dump mode and the boot loader have one interface and know no class requests. */
export function isRunning({ mode }: Pick<VirtualDevice, "mode">): boolean {
  return mode === "normal";
}
