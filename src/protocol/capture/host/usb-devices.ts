import type { UsbMode } from "../../../core/usb-mode.js";
import type { LineReader, Observation } from "../observation.js";
import { listedDevice, type ListedDevice, listedObservations } from "./usb-ids.js";

const PLACE = /\bT: +Bus= {0,4}(?<bus>\d{1,3}) .{0,60}?Dev#= {0,4}(?<device>\d{1,3})/;
const IDS = /\bP: +Vendor=(?<vendor>[\da-f]{4}) ProdID=(?<product>[\da-f]{4})/i;
const MAKER = /\bS: +Manufacturer=(?<text>.{1,80}?)(?= *$| +[A-Z]: )/;
const PRODUCT = /\bS: +Product=(?<text>.{1,80}?)(?= *$| +[A-Z]: )/;
const INTERFACES = /\bC:[* ] ?#Ifs= {0,4}(?<count>\d{1,3})/;
const LENGTH_LIMIT = 4096;

/** `usb-devices` and `/sys/kernel/debug/usb/devices`, whose records begin with a line `T:`, also collapsed into one line. */
export function usbDevices(modes: readonly UsbMode[]): LineReader {
  let key: string | null = null;
  let device: ListedDevice | null = null;
  /** One is what an editor puts between all lines; records begin with a line of their own anyway. */
  let blanks = 0;
  const end = (): readonly Observation[] => {
    const found = key === null || device === null ? [] : listedObservations(key, device, modes);
    key = null;
    device = null;
    return found;
  };
  const read = (text: string): readonly Observation[] => {
    const place = PLACE.exec(text)?.groups;
    blanks = text.trim() === "" ? blanks + 1 : 0;
    const before = place === undefined && blanks < 2 ? [] : end();
    if (place !== undefined) key = `usb-devices:${place["bus"] ?? ""}-${place["device"] ?? ""}`;
    const ids = IDS.exec(text)?.groups;
    if (ids !== undefined) device = listedDevice(ids["vendor"], ids["product"]);
    if (device !== null) device = detailed(device, text);
    return before;
  };
  return (line) =>
    line
      .slice(0, LENGTH_LIMIT)
      .split(/(?=\bT: +Bus=)/)
      .flatMap(read);
}

function detailed(device: ListedDevice, text: string): ListedDevice {
  const count = INTERFACES.exec(text)?.groups?.["count"];
  return {
    ...device,
    maker: MAKER.exec(text)?.groups?.["text"] ?? device.maker,
    product: PRODUCT.exec(text)?.groups?.["text"] ?? device.product,
    interfaces: count === undefined ? device.interfaces : Number(count),
  };
}
