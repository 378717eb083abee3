import { fieldObservations } from "../report/fields.js";
import { type JsonReader, type LooseObject, objectsOf, textOf } from "./format.js";
import { type Observation, subject } from "../observation.js";
import { portPathKey } from "../place.js";
import { isQuectelShape } from "../revision-text.js";

/**
 * `fwupdmgr --json` (`Devices`) and fwupd's emulation files (`UsbDevices`). Releases are what could be installed and are
 * not read. Other devices of a host are named only where there is no module, so that the text is not empty.
 */
export function jsonFwupd(): JsonReader {
  return (object) => {
    const devices = [...objectsOf(object, "Devices"), ...objectsOf(object, "UsbDevices")].filter(isDevice);
    if (devices.length === 0) return null;
    const modems = devices.filter(isModem);
    return (modems.length > 0 ? modems : devices).flatMap(read);
  };
}

function isDevice(device: LooseObject): boolean {
  return textOf(device, "Version") !== null && (textOf(device, "Plugin") ?? textOf(device, "GType")) !== null;
}

function isModem(device: LooseObject): boolean {
  const by = `${textOf(device, "Plugin") ?? ""} ${textOf(device, "GType") ?? ""}`;
  return /modem_manager|FuMm/.test(by) || isQuectelShape(textOf(device, "Version") ?? "");
}

function read(device: LooseObject, index: number): readonly Observation[] {
  const path = portPathKey(textOf(device, "PhysicalId") ?? "");
  const id = textOf(device, "DeviceId") ?? textOf(device, "BackendId") ?? String(index);
  return [
    subject(path ?? `fwupd:${id}`),
    ...fieldObservations("maker", textOf(device, "Vendor") ?? "", "fwupd"),
    ...fieldObservations("model", textOf(device, "Name") ?? "", "fwupd"),
    ...fieldObservations("version", textOf(device, "Version") ?? "", "fwupd"),
  ];
}
