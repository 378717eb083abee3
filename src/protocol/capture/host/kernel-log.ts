import type { UsbMode } from "../../../core/usb-mode.js";
import type { LineReader, Observation } from "../observation.js";
import { listedDevice, type ListedDevice, listedObservations } from "./usb-ids.js";

const FOUND =
  /\busb (?<path>\d{1,3}-[\d.]{1,32}): New USB device found, idVendor=(?<vendor>[\da-f]{4}),\s{0,8}idProduct=(?<product>[\da-f]{4})/i;
const STRING =
  /\busb (?<path>\d{1,3}-[\d.]{1,32}): (?<name>Product|Manufacturer): (?<text>\S.{0,80}?)\s{0,20}$/;
const GONE = /\busb (?<path>\d{1,3}-[\d.]{1,32}): USB disconnect/;
/** A line that mail broke in its middle. */
const BROKEN = /: New(?: USB(?: device(?: found,(?: idVendor=[\da-f]{4},)?)?)?)?\s{0,8}$/i;
const LENGTH_LIMIT = 512;

/** dmesg and the kernel's lines in a journal: modules by their port path, in the order they showed themselves. */
export function kernelLog(modes: readonly UsbMode[]): LineReader {
  const found = new Map<string, ListedDevice>();
  let broken = "";
  const read = (text: string): readonly Observation[] => {
    const gone = GONE.exec(text)?.groups?.["path"];
    if (gone !== undefined) found.delete(gone);
    const ids = FOUND.exec(text)?.groups;
    if (ids !== undefined) {
      const device = listedDevice(ids["vendor"], ids["product"]);
      found.set(ids["path"] ?? "", device);
      return said(ids["path"] ?? "", device);
    }
    const { path = "", name, text: value = "" } = STRING.exec(text)?.groups ?? {};
    const device = found.get(path);
    if (device === undefined) return [];
    const named = name === "Product" ? { ...device, product: value } : { ...device, maker: value };
    found.set(path, named);
    return said(path, named);
  };
  const said = (path: string, device: ListedDevice) => listedObservations(`path:${path}`, device, modes);
  return (line) => {
    const own = line.slice(0, LENGTH_LIMIT);
    const text = broken === "" ? own : `${broken.trimEnd()} ${own.trimStart()}`.slice(0, 2 * LENGTH_LIMIT);
    broken = BROKEN.test(text) ? text : "";
    return broken === "" ? read(text) : [];
  };
}
