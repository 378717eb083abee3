import type { UsbMode } from "../../../core/usb-mode.js";
import type { LineReader } from "../observation.js";
import { listedDevice, listedObservations } from "./usb-ids.js";

const ROOT = /^\s{0,8}\/:\s{1,4}Bus (?<bus>\d{1,3})/;
const BRANCH = /^[\s|_]{0,80}\|__ Port \d{1,3}: Dev (?<device>\d{1,3}), If \d/;
/** Below each interface in `lsusb -tv`; of usbreset and inxi, and of people who cut the places off `lsusb`. */
const ID =
  /^(?:[-*] |Number \d{3}\/\d{3} {1,4}|.{0,200} chip-)?ID:? (?<vendor>[\da-f]{4}):(?<product>[\da-f]{4})(?: {1,4}\S.{0,120})?$/i;
const LENGTH_LIMIT = 512;

/** `lsusb -tv`, whose interfaces of one device are one, and lines of `lsusb` without the places. */
export function usbTree(modes: readonly UsbMode[]): LineReader {
  let bus = "";
  let device = "";
  return (line) => {
    const text = line.slice(0, LENGTH_LIMIT);
    const root = ROOT.exec(text)?.groups?.["bus"];
    if (root !== undefined) {
      bus = root;
      device = "";
      return [];
    }
    const branch = BRANCH.exec(text)?.groups?.["device"];
    if (branch !== undefined) {
      device = branch;
      return [];
    }
    const { vendor = "", product = "" } = ID.exec(text.trim())?.groups ?? {};
    const key = device === "" ? `tree:${vendor}:${product}` : `tree:${bus}-${device}`;
    return vendor === "" ? [] : listedObservations(key, listedDevice(vendor, product), modes);
  };
}
