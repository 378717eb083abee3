import type { BandMask } from "../../core/facts.js";
import type { Registration } from "../../core/reading.js";

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
  | { readonly kind: "imei-empty" };

/** A reader of one format. It is given every line, in order, and says what it found; it keeps its own state. */
export type LineReader = (line: string) => readonly Observation[];
