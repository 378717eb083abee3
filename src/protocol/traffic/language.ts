import type { UsbDevice } from "../../core/bus.js";
import { modeByDescriptor } from "./format.js";

/** How an interface is spoken to; `messages` is QMI on the control channel of its interface. */
export type Language = "lines" | "frames" | "messages" | "edl" | "unknown";

/** By descriptors, as the kernel's drivers tell them: AT and NMEA ff/00/00, DM ff/ff/ff without an interrupt endpoint, QMI with one (domain.md 3.1). */
export function languageOf(device: UsbDevice, interfaceNumber: number): Language {
  const found = device.interfaces.find(({ number }) => number === interfaceNumber);
  const mode = modeByDescriptor(device);
  if (found === undefined || mode === "other") return "unknown";
  if (mode === "edl") return "edl";
  const { classCode, subclass, protocol, endpoints } = found;
  if (classCode !== 0xff || subclass !== protocol) return "unknown";
  if (subclass === 0) return "lines";
  if (subclass !== 0xff) return "unknown";
  return endpoints.some(({ kind }) => kind === "interrupt") ? "messages" : "frames";
}
