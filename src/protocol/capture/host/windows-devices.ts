import type { UsbMode } from "../../../core/usb-mode.js";
import { type LineReader, type Observation, subject } from "../observation.js";
import { listedDevice, usbObservations } from "./usb-ids.js";

/**
 * `USB\VID_2C7C&PID_0125\5&1A2B...`: an instance of a device, as pnputil and the device manager name it. Without the last
 * part it is a hardware id, which drivers and rules name whether there is such a device or not.
 */
const INSTANCE =
  /(?:^|[^`"'\w\\])USB\\VID_(?<vendor>[\dA-F]{4})&PID_(?<product>[\dA-F]{4})(?:&REV_[\dA-F]{4})?(?<part>&MI_[\dA-F]{2})?\\(?<instance>[\w&.-]{0,60}\d[\w&.-]{0,60})/gi;
/** The name of the boot ROM's port in Qualcomm's driver. */
const LOADER = /^\s{0,16}(?:\S{1,20}: )?Qualcomm HS-USB QDLoader 9008 \(COM\d{1,3}\)\s{0,8}$/;
const LENGTH_LIMIT = 1024;

/** Devices of a Windows host; the interfaces of one are of the first with its ids. */
export function windowsDevices(modes: readonly UsbMode[]): LineReader {
  const known = new Map<string, string[]>();
  const keyOf = (ids: string, instance: string | null): string => {
    const instances = known.get(ids) ?? [];
    known.set(ids, instances);
    if (instance === null) return `windows:${ids}`;
    if (!instances.includes(instance)) instances.push(instance);
    const at = instances.indexOf(instance);
    return at === 0 ? `windows:${ids}` : `windows:${ids} ${at}`;
  };
  return (line) => {
    const text = line.slice(0, LENGTH_LIMIT);
    if (LOADER.test(text))
      return [subject(keyOf("05c6:9008", null)), { kind: "mode", mode: "edl", how: "USB 05c6:9008" }];
    if (!text.includes("VID_")) return [];
    return [...text.matchAll(INSTANCE)].flatMap(({ groups }): readonly Observation[] => {
      const { vendor = "", product = "", part, instance = "" } = groups ?? {};
      const said = usbObservations(listedDevice(vendor, product), modes);
      if (said.length === 0) return [];
      const ids = `${vendor}:${product}`.toLowerCase();
      return [subject(keyOf(ids, part === undefined ? instance.toLowerCase() : null)), ...said];
    });
  };
}
