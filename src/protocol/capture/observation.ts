import type { BandMask } from "../../core/facts.js";
import type { ModuleMode, Registration } from "../../core/reading.js";

/** One thing a captured text says about the module, in the order of the text. Null fields are "answered: none". */
export type Observation =
  | { readonly kind: "revision"; readonly text: string; readonly from: string }
  | { readonly kind: "maker" | "model" | "serial" | "sim" | "qmi-mode" | "cfun-error"; readonly text: string }
  | { readonly kind: "cfun"; readonly value: number }
  | { readonly kind: "usbnet"; readonly value: number }
  | { readonly kind: "band"; readonly mask: BandMask }
  /** `domain` keeps apart what is asked apart: circuits, packets, and what a QMI log says of both. */
  | {
      readonly kind: "registration";
      readonly domain: "cs" | "eps" | "qmi";
      readonly registration: Registration;
    }
  | { readonly kind: "operator"; readonly name: string | null }
  | { readonly kind: "imei"; readonly digits: string }
  | { readonly kind: "imei-empty" }
  /** The mode it is in now; `how` tells what showed it. */
  | { readonly kind: "mode"; readonly mode: ModuleMode; readonly how: string }
  | { readonly kind: "circumstance"; readonly from: string; readonly says: string }
  /** A device that is certainly none of ours, by what showed it: `USB 2c7c:0620`. */
  | { readonly kind: "stranger"; readonly text: string }
  /** The ordering code that the text itself gives the hardware: a declaration, never a claim. */
  | { readonly kind: "label"; readonly text: string }
  /** The host a record says it is from, and when it says it was taken (ISO 8601 where the text is a time). */
  | { readonly kind: "host" | "taken"; readonly text: string }
  /** Here stands the record of a module, whatever else it says. */
  | { readonly kind: "record" }
  /** From here on this reader speaks of the module of this key; null is the one the whole text is about. */
  | { readonly kind: "subject"; readonly key: string | null }
  /** Another key of the module this reader speaks of. */
  | { readonly kind: "alias"; readonly key: string };

/** Keys of modules, equal wherever the same place is named: `path:1-1.2`, `modem:0`, `port:ttyUSB2`. */
export function subject(key: string | null): Observation {
  return { kind: "subject", key };
}

/** All zeros is how people hide an IMEI in what they publish, so it says nothing, as what is no IMEI. */
export function imeiObservations(digits: string): readonly Observation[] {
  return /^\d{14,16}$/.test(digits) && !/^0+$/.test(digits) ? [{ kind: "imei", digits }] : [];
}

/** A reader of one format. It is given every line, in order, and says what it found; it keeps its own state. */
export type LineReader = (line: string) => readonly Observation[];
