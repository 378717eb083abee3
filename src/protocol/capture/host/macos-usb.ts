import type { UsbMode } from "../../../core/usb-mode.js";
import type { LineReader, Observation } from "../observation.js";
import { listedDevice, listedObservations } from "./usb-ids.js";

/** Lines below a device's name in `system_profiler SPUSBDataType`. */
const FIELD =
  /^\s{2,40}(?<name>Product ID|Vendor ID|Manufacturer|Location ID): (?<value>\S.{0,100}?)\s{0,8}$/;
const HEADING = /^\s{2,40}\S.{0,100}:\s{0,8}$/;
const ID = /^0x(?<digits>[\da-f]{4})(?: |$)/i;
const LENGTH_LIMIT = 256;

/** The USB tree of macOS; a device is told from another by where it is. */
export function macosUsb(modes: readonly UsbMode[]): LineReader {
  let device = new Map<string, string>();
  let count = 0;
  let blanks = 0;
  const end = (): readonly Observation[] => {
    const found = device;
    device = new Map();
    const [vendor, product] = ["Vendor ID", "Product ID"].map(
      (name) => ID.exec(found.get(name) ?? "")?.groups?.["digits"],
    );
    if (vendor === undefined || product === undefined) return [];
    const seen = { ...listedDevice(vendor, product), maker: found.get("Manufacturer") ?? null };
    count += 1;
    return listedObservations(`macos:${found.get("Location ID") ?? count}`, seen, modes);
  };
  return (line) => {
    const text = line.slice(0, LENGTH_LIMIT);
    const { name, value = "" } = FIELD.exec(text)?.groups ?? {};
    if (name !== undefined) {
      device.set(name, value);
      blanks = 0;
      return [];
    }
    blanks = text.trim() === "" ? blanks + 1 : 0;
    // One empty line stands between a heading and its fields, and other fields stand between these.
    return blanks > 1 || HEADING.test(text) || (blanks === 0 && !/^\s{2}/.test(text)) ? end() : [];
  };
}
