import type { UsbDevice, UsbInterface } from "../../core/bus.js";
import { modeByDescriptor } from "../../protocol/traffic/format.js";
import type { Role } from "../composition.js";
import { bareDevice, type UsbMode, type UsbStrings, type VirtualDevice } from "../usb.js";

/** Roles that follow from the class triple; ff/ff/ff and ff/00/00 need more. */
const ROLES: Readonly<Record<string, Role>> = {
  "02/06/00": "ecm",
  "02/0e/00": "mbim",
  "0a/00/02": "mbim-data",
  "0a/00/00": "ecm-data",
  "e0/01/03": "rndis",
  "01/01/00": "audio-control",
  "ff/42/01": "adb",
};
/** In the order in which a module has them (domain.md 3.1). */
const SERIAL: readonly Role[] = ["nmea", "at", "modem"];

/**
 * A recorded device with what a recording does not hold and an attachment has to show: strings, and what each interface
 * is for, told by its descriptor as a driver would.
 */
export function shownAgain(device: UsbDevice): VirtualDevice {
  const mode = modeOf(device);
  const product = device.product ?? "";
  const serials = device.interfaces.filter((one) => tripleOf(one) === "ff/00/00");
  return {
    ...device,
    mode,
    product,
    manufacturer: mode === "normal" ? makerOf(product) : bareStrings(mode, device).manufacturer,
    classTriple: mode === "normal" ? [0xef, 2, 1] : [0, 0, 0],
    mac: "",
    interfaces: device.interfaces.map((one) => ({
      ...one,
      role:
        mode === "normal" ? roleOf(one, serials.indexOf(one)) : mode === "fastboot" ? "fastboot" : "loader",
      alternate: null,
    })),
  };
}

function modeOf(device: UsbDevice): UsbMode {
  const mode = modeByDescriptor(device);
  if (mode !== "other") return mode;
  return device.vendorId === 0x18d1 ? "fastboot" : "dump";
}

/** The strings go in pairs: `Android` twice in older firmware (domain.md 3.1). */
function makerOf(product: string): string {
  return product === "Android" ? "Android" : "Quectel";
}

function bareStrings(mode: Exclude<UsbMode, "normal">, { portPath, deviceNumber }: UsbDevice): UsbStrings {
  return bareDevice(mode, { portPath, deviceNumber, firstTty: 0 }, { crashMode: "quectel" });
}

function roleOf(one: UsbInterface, place: number): Role {
  const triple = tripleOf(one);
  if (triple === "ff/00/00") return SERIAL[place] ?? "modem";
  if (triple === "ff/ff/ff") return one.endpoints.some(({ kind }) => kind === "interrupt") ? "qmi" : "dm";
  return ROLES[triple] ?? "audio-in";
}

function tripleOf({ classCode, subclass, protocol }: UsbInterface): string {
  return [classCode, subclass, protocol].map((part) => part.toString(16).padStart(2, "0")).join("/");
}
