import type { UsbMode } from "../../../core/usb-mode.js";
import { type LineReader, type Observation, subject } from "../observation.js";
import { listedDevice, type ListedDevice, usbObservations } from "./usb-ids.js";

const LISTED = /\bBus (?<place>\d{3} Device \d{3}): ID (?<vendor>[\da-f]{4}):(?<product>[\da-f]{4})/i;
const STRING = /^\s{0,16}(?<name>iManufacturer|iProduct)\s{1,20}\d{1,3} (?<text>\S.{0,80}?)\s{0,20}$/;
const INTERFACES = /^\s{0,16}bNumInterfaces\s{1,20}(?<count>\d{1,3})/;
/** A name that was wrapped is no end of the listing; the next one begins with what was typed. */
const STRANGE_LIMIT = 1;
const ASKED = /\blsusb\b/;
const LENGTH_LIMIT = 512;

/** `lsusb`, `lsusb -v`. Modules of one listing are told apart by their place in it; a second listing shows the same ones. */
export function lsusb(modes: readonly UsbMode[]): LineReader {
  let device: ListedDevice | null = null;
  let count = 0;
  /** Places of the listing that is being read; none before it begins. */
  let places = new Set<string>();
  let strange = 0;
  const end = (): readonly Observation[] => {
    const said = device === null ? [] : usbObservations(device, modes);
    device = null;
    if (said.length === 0) return [];
    count += 1;
    return [subject(`usb:${count}`), ...said];
  };
  return (line) => {
    const text = line.slice(0, LENGTH_LIMIT);
    const listed = LISTED.exec(text)?.groups;
    if (listed !== undefined) {
      const before = end();
      const place = listed["place"] ?? "";
      if (strange > STRANGE_LIMIT || places.has(place)) {
        count = 0;
        places = new Set();
      }
      places.add(place);
      strange = 0;
      device = listedDevice(listed["vendor"], listed["product"]);
      return before;
    }
    if (device !== null && isDetail(text)) {
      device = detailed(device, text);
      return [];
    }
    if (ASKED.test(text)) strange = STRANGE_LIMIT + 1;
    else if (text.trim() !== "") strange += 1;
    return end();
  };
}

/** Lines of `lsusb -v` are indented or are its headings. */
function isDetail(line: string): boolean {
  return /^\s{1,40}\S|^Device Descriptor:|^Couldn't open|^Device Status:/.test(line);
}

function detailed(device: ListedDevice, line: string): ListedDevice {
  const count = INTERFACES.exec(line)?.groups?.["count"];
  if (count !== undefined) return { ...device, interfaces: Number(count) };
  const { name, text } = STRING.exec(line)?.groups ?? {};
  if (text === undefined) return device;
  return name === "iManufacturer" ? { ...device, maker: text } : { ...device, product: text };
}
