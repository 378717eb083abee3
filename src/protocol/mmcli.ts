import type { Registration } from "../core/reading.js";

/** What ModemManager knows of one modem, as `mmcli -m N -J` prints it. Null where it prints `--`. */
export interface MmcliModem {
  /** Its device's directory in sysfs, or the name a udev rule gave it: what `--inhibit-device` takes. */
  readonly device: string | null;
  /** `cdc-wdm0`, `ttyUSB2`: without what they are. */
  readonly ports: readonly string[];
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly revision: string | null;
  readonly imei: string | null;
  /** Its power state, as the QMI operating mode it comes from: `online`. */
  readonly qmiMode: string | null;
  readonly registration: Registration | null;
  readonly operator: string | null;
  /** `sim-pin`: what has to be unlocked. */
  readonly lock: string | null;
}

/** `MMModem3gppRegistrationState` (ModemManager-enums.h), by its printed names. */
const REGISTRATIONS: Readonly<Record<string, Registration>> = {
  idle: "none",
  home: "home",
  searching: "searching",
  denied: "denied",
  unknown: "unknown",
  roaming: "roaming",
  "home-sms-only": "home",
  "roaming-sms-only": "roaming",
  "home-csfb-not-preferred": "home",
  "roaming-csfb-not-preferred": "roaming",
  "emergency-only": "denied",
};

/** `MMModemPowerState` as the QMI operating mode it comes from (ModemManager, mm-broadband-modem-qmi.c). */
const POWER: Readonly<Record<string, string>> = { on: "online", low: "low-power", off: "offline" };

/** The operating mode behind a power state that mmcli prints, or null for `unknown` and other words. */
export function qmiModeOf(powerState: string): string | null {
  return POWER[powerState] ?? null;
}

/** The paths of `mmcli -L -J`, or null when the text is something else. */
export function parseMmcliList(text: string): string[] | null {
  const list = member(json(text), "modem-list");
  return Array.isArray(list) ? list.filter((one) => typeof one === "string") : null;
}

/** One modem, or null when the text is something else. */
export function parseMmcliModem(text: string): MmcliModem | null {
  return mmcliModemOf(json(text));
}

/** One modem of a document that was parsed, or null when it is something else. */
export function mmcliModemOf(document: unknown): MmcliModem | null {
  const modem = member(document, "modem");
  const generic = member(modem, "generic");
  if (typeof generic !== "object" || generic === null) return null;
  const gpp = member(modem, "3gpp");
  const word = (from: unknown, key: string) => wordOf(member(from, key));
  return {
    device: word(generic, "device"),
    ports: words(member(generic, "ports")).map((port) => port.replace(/ \(.*\)$/, "")),
    manufacturer: word(generic, "manufacturer"),
    model: word(generic, "model"),
    revision: word(generic, "revision"),
    imei: word(gpp, "imei") ?? word(generic, "equipment-identifier"),
    qmiMode: qmiModeOf(word(generic, "power-state") ?? ""),
    registration: REGISTRATIONS[word(gpp, "registration-state") ?? ""] ?? null,
    operator: word(gpp, "operator-name"),
    lock: word(generic, "unlock-required"),
  };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Words instead of JSON, as of a service that does not run.
    return null;
  }
}

function member(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : null;
}

function words(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

/** mmcli prints `--` for what it does not know, and an object path of `/` for none. */
function wordOf(value: unknown): string | null {
  return typeof value === "string" && value !== "--" && value !== "" && value !== "/" ? value : null;
}
