import type { UsbMode } from "../../../core/usb-mode.js";
import type { LineReader } from "../observation.js";
import { portPathKey } from "../place.js";
import { listedDevice, listedObservations } from "./usb-ids.js";

const FILE =
  /(?<![^\s"'`])(?<path>\/sys\/[^\s:"'`]{1,400})\/id(?<which>Vendor|Product):(?<id>[\da-f]{4})(?!\S)/g;

/** `grep . /sys/bus/usb/devices/1-1/id*`: the ids of a device, each in a file of its own. */
export function sysfsFiles(modes: readonly UsbMode[]): LineReader {
  let device = { path: "", Vendor: "", Product: "" };
  return (line) =>
    [...line.matchAll(FILE)].flatMap(({ groups: { path = "", which = "", id = "" } = {} }) => {
      if (path !== device.path) device = { path, Vendor: "", Product: "" };
      device = { ...device, [which]: id };
      const key = portPathKey(path);
      if (key === null || device.Vendor === "" || device.Product === "") return [];
      return listedObservations(key, listedDevice(device.Vendor, device.Product), modes);
    });
}
