import type { UsbMode } from "../../../core/usb-mode.js";
import { fieldObservations } from "../report/fields.js";
import { type LineReader, type Observation, subject } from "../observation.js";
import { isQuectelShape } from "../revision-text.js";
import { listedDevice, usbObservations } from "./usb-ids.js";

/** `├─QUECTEL Mobile Broadband Module:`, which begins a device or one of its releases. */
const DEVICE = /^[\s│]{0,64}[├└]─\s{0,4}(?<name>\S.{0,80}?):?$/;
const VERSION = /^[\s│]{0,64}Current version:\s{1,24}(?<version>\S{1,80})$/;
const ID = /^[\s│]{0,64}Device ID:\s{1,24}(?<id>[\da-f]{40})$/;
/** By the ids that fwupd made a GUID of, as all its versions since 1.0 print them. */
const GUID = /(?:^|\s)USB\\VID_(?<vendor>[\dA-F]{4})&PID_(?<product>[\dA-F]{4})/;
const LENGTH_LIMIT = 512;
/** Empty lines in a row that may be inside a tree. */
const BLANKS = 2;

/**
 * The tree of `fwupdmgr get-devices`, for what a report of lines cannot know: that a version which is not Quectel's is that
 * of a module. Community firmware for the EG25-G is listed so, with its own numbers (fwupd issue 8267).
 */
export function fwupdText(modes: readonly UsbMode[]): LineReader {
  let name = "";
  let id = "";
  let version = "";
  let shown: readonly Observation[] = [];
  let blanks = 0;
  const end = (): readonly Observation[] => {
    const said =
      version === "" || isQuectelShape(version) || shown.length === 0
        ? []
        : [
            subject(`fwupd:${id}`),
            ...shown,
            ...fieldObservations("model", name, "fwupd"),
            ...fieldObservations("version", version, "fwupd"),
            subject(null),
          ];
    version = "";
    shown = [];
    return said;
  };
  return (line) => {
    if (line.length > LENGTH_LIMIT) return [];
    const text = line.trimEnd();
    const begins = DEVICE.exec(text)?.groups?.["name"];
    if (begins !== undefined) {
      const before = end();
      name = begins;
      return before;
    }
    if (name === "") return [];
    id = ID.exec(text)?.groups?.["id"] ?? id;
    version = VERSION.exec(text)?.groups?.["version"] ?? version;
    const ids = shown.length > 0 ? undefined : GUID.exec(text)?.groups;
    if (ids !== undefined) shown = usbObservations(listedDevice(ids["vendor"], ids["product"]), modes);
    blanks = text.trim() === "" ? blanks + 1 : 0;
    return blanks > BLANKS ? end() : [];
  };
}
