import type { UsbMode } from "../../../core/usb-mode.js";
import type { LineReader, Observation } from "../observation.js";
import { portPathKey } from "../place.js";
import { listedDevice, listedObservations } from "./usb-ids.js";

/** `E: ID_MODEL_ID=0125` of a record, without the letter where properties were asked for, and of a uevent. */
const PROPERTY =
  /^(?:E: ?)?(?<name>DEVPATH|ACTION|PRODUCT|ID_VENDOR_ID|ID_MODEL_ID|ID_VENDOR|ID_MODEL)=(?<value>\S.{0,400})$/;
const PATH = /(?:^|[`"'])P: (?<path>\/\S{1,400})$/;
/** A line of its own each; in a rule they stand in one line with what is to be done. */
const ATTRIBUTE = /^ATTRS?\{(?<name>idVendor|idProduct|manufacturer|product)\}=="(?<value>[^"]{1,100})"$/;
const LOOKING = /^looking at (?:parent )?device '(?<path>\/[^']{1,400})':$/;
const LENGTH_LIMIT = 512;

const NAMES: Readonly<Record<string, string>> = {
  ID_VENDOR_ID: "vendor",
  idVendor: "vendor",
  ID_MODEL_ID: "product",
  idProduct: "product",
  ID_VENDOR: "maker",
  manufacturer: "maker",
  ID_MODEL: "name",
  product: "name",
};

/** `udevadm info`, with and without -a, and uevents: a device by its place; its ports and interfaces are the same one. */
export function udev(modes: readonly UsbMode[]): LineReader {
  let record = new Map<string, string>();
  const end = (): readonly Observation[] => {
    const said = deviceOf(record, modes);
    record = new Map();
    return said;
  };
  return (line) => {
    const text = line.length > LENGTH_LIMIT ? "" : line.trim();
    const path = (PATH.exec(text) ?? LOOKING.exec(text))?.groups?.["path"];
    if (path !== undefined || text === "") {
      const before = end();
      if (path !== undefined) record.set("path", path);
      return before;
    }
    const { name = "", value = "" } = (PROPERTY.exec(text) ?? ATTRIBUTE.exec(text))?.groups ?? {};
    if (name === "DEVPATH") record.set("path", value);
    else if (name === "ACTION") record.set("action", value);
    else if (name === "PRODUCT") {
      const [vendor = "", product = ""] = value.split("/");
      record.set("vendor", vendor).set("product", product);
    } else if (name !== "") record.set(NAMES[name] ?? name, value);
    return [];
  };
}

function deviceOf(record: ReadonlyMap<string, string>, modes: readonly UsbMode[]): readonly Observation[] {
  const { vendor, product } = { vendor: record.get("vendor"), product: record.get("product") };
  const isHex = (id: string | undefined) => id !== undefined && /^[\da-f]{1,4}$/i.test(id);
  if (!isHex(vendor) || !isHex(product) || record.get("action") === "remove") return [];
  const key = portPathKey(record.get("path") ?? "");
  if (key === null) return [];
  const device = {
    ...listedDevice(vendor, product),
    maker: record.get("maker") ?? null,
    product: record.get("name") ?? null,
  };
  return listedObservations(key, device, modes);
}
