import type { UsbMode } from "../../../core/usb-mode.js";
import { type LineReader, type Observation, subject } from "../observation.js";
import { portPathKey } from "../place.js";
import { strangerOf } from "./programmer.js";
import { revisionText } from "../revision-text.js";
import { listedDevice, usbObservations } from "../host/usb-ids.js";

/** `[000.031]: text`, without the colon up to V1.2, without a stamp where a wrapper took it off. */
const STAMP = /^\s{0,16}\[\d{3}\.\d{3}\]:?\s?/;
const DEVICE =
  /^\[\d{1,3}\] (?<path>\/sys\/bus\/usb\/devices\/\S{1,64}) (?<vendor>[\da-f]{1,4})\/(?<product>[\da-f]{1,4})\//i;
const IDS = /\bidVendor=(?<vendor>[\da-f]{4}),? idProduct=(?<product>[\da-f]{4})/i;
const LEFT = /^switch to ['"`]?Emergency download mode/;
const GONE = "successful, wait module reboot";
/** What only a module in EDL is asked or answers; forums make arrows of `<--`. */
const IN_EDL =
  /^(?:STATE|RECEIVED|SENDING)\s{1,4}\S{1,4}\s{1,4}SAHARA_|^<={2,4} \w{0,4}SAHARA_|^SAHARA_\w{1,24} ={2,4}>|^Sahara protocol error|^<(?:configure|erase|program|response|log|power) /;
/** The programmer it takes from the package: for which chip the package is. */
const TAKEN = /^(?:d_name=|prog_nand_firehose_filename = |\w{0,24}firehose_mbn )/;
const PCIE = /\/dev\/mhi_|^bhi_ee = /;
const OLD = "old software version:";
const LENGTH_LIMIT = 512;

/**
 * The log of QFirehose, versions 1.1 to 1.4 (domain.md 4.5). "old software version" is the module's own answer; the names
 * of folders and packages are not. A log that ends behind the switch to EDL leaves the module there.
 */
export function qfirehose(modes: readonly UsbMode[]): LineReader {
  let named = false;
  let waiting = false;
  /** It was seen under our own ids: a programmer for another chip is then the wrong package, not another device. */
  let ours = false;
  const name = (key: string | null): readonly Observation[] => {
    if (named || key === null) return [];
    named = true;
    return [subject(key)];
  };
  const device = (vendor?: string, product?: string): readonly Observation[] => {
    const said = usbObservations(listedDevice(vendor, product), modes);
    ours ||= said.some((seen) => seen.kind === "mode" && seen.mode === "normal");
    return said;
  };
  return (line) => {
    const text = line.slice(0, LENGTH_LIMIT).replace(STAMP, "").trim();
    const stamped = STAMP.test(line);
    if (waiting && text !== "") {
      waiting = false;
      return oldRevision(text);
    }
    if (text.startsWith(OLD)) {
      waiting = text.length === OLD.length;
      return oldRevision(text.slice(OLD.length));
    }
    const listed = DEVICE.exec(text)?.groups;
    if (listed !== undefined)
      return [...name(portPathKey(listed["path"] ?? "")), ...device(listed["vendor"], listed["product"])];
    const ids = stamped ? IDS.exec(text)?.groups : undefined;
    if (ids !== undefined) return device(ids["vendor"], ids["product"]);
    if (LEFT.test(text) || (stamped && text === GONE)) return inEdl("switched it to emergency download mode");
    if (stamped && IN_EDL.test(text)) return inEdl("speaks with it in emergency download mode");
    const stranger = stamped && !ours && TAKEN.test(text) ? strangerOf(text) : null;
    if (stranger !== null) return [{ kind: "stranger", text: stranger }];
    if (text === "Upgrade module successfully.") return succeeded();
    if (PCIE.test(text) && (stamped || text.includes("QFirehose")))
      return [{ kind: "stranger", text: "a PCIe module (MHI)" }];
    return [];
  };
}

function inEdl(does: string): readonly Observation[] {
  return [{ kind: "mode", mode: "edl", how: `QFirehose ${does}` }];
}

function oldRevision(text: string): readonly Observation[] {
  const revision = revisionText(text);
  return revision === null ? [] : [{ kind: "revision", text: revision.text, from: "QFirehose" }];
}

/** The tool's word only: it says so also of modules that are dead (domain.md 4.5). */
function succeeded(): readonly Observation[] {
  const says = "QFirehose says the upgrade succeeded; only AT+QGMR can tell what runs now";
  return [
    { kind: "mode", mode: "normal", how: "QFirehose" },
    { kind: "circumstance", from: "QFirehose", says },
  ];
}
