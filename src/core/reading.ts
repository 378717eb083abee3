import type { BandMask } from "./facts.js";

/** What one module said and showed, live or in a captured text. Null is "not asked or not answered", never "no". */
export interface ModuleReading {
  /** Where it came from: a port path, a file name with line. */
  readonly source: string;
  readonly virtual: boolean;
  /** The host a record is from, and when it was taken (ISO 8601), where the record says so. */
  readonly host?: string | undefined;
  readonly takenAt?: string | undefined;
  readonly mode: ModuleMode;
  readonly maker: string | null;
  /** USB strings or answers that name the model, for a module without a readable revision. */
  readonly modelText: string | null;
  /** Every revision that was reported, oldest first; the last one, in the fullest form it was given, is the claim. */
  readonly revisions: readonly RevisionSighting[];
  readonly cfun: number | null;
  /** Every CFUN that was seen, oldest first, for the history in the evidence. */
  readonly cfunHistory: readonly number[];
  readonly cfunError: string | null;
  readonly band: BandMask | null;
  readonly registration: Registration | null;
  readonly operator: string | null;
  readonly imei: ImeiReading;
  readonly serial: string | null;
  readonly sim: string | null;
  readonly usbnet: number | null;
  readonly qmiMode: string | null;
  /** How the reading came about, where that is not the usual way: context for whoever weighs it. */
  readonly circumstances: readonly Circumstance[];
}

export interface Circumstance {
  readonly from: string;
  readonly says: string;
}

export interface RevisionSighting {
  readonly text: string;
  /** `AT+QGMR`, `ATI`, `quectel-CM`. */
  readonly from: string;
}

/** `empty` is an answer without digits; `unread` is no answer. Only the first says anything about calibration. */
export type ImeiReading =
  | { readonly kind: "present"; readonly imei: string }
  | { readonly kind: "empty"; readonly reads: number }
  | { readonly kind: "unread" };

export type Registration = "home" | "roaming" | "searching" | "denied" | "none" | "unknown";

export type ModuleMode = "normal" | "edl" | "dump" | "fastboot" | "absent";

/** What a reading holds besides where it came from. */
export type Said = Omit<ModuleReading, "source" | "virtual" | "host" | "takenAt" | "mode">;

export const UNREAD: Said = {
  maker: null,
  modelText: null,
  revisions: [],
  cfun: null,
  cfunHistory: [],
  cfunError: null,
  band: null,
  registration: null,
  operator: null,
  imei: { kind: "unread" },
  serial: null,
  sim: null,
  usbnet: null,
  qmiMode: null,
  circumstances: [],
};

/**
 * Registered, and nothing that was read says that the radio is off. Many texts tell of a registration and never of CFUN,
 * and a module in CFUN 5 or 7 does not register (domain.md 2.2, 5.1).
 */
export function isRunning({
  cfun,
  qmiMode,
  registration,
}: Pick<ModuleReading, "cfun" | "qmiMode" | "registration">): boolean {
  return (
    isRegistered({ registration }) && ((cfun === null && qmiMode === null) || isOnline({ cfun, qmiMode }))
  );
}

export function isRegistered({ registration }: Pick<ModuleReading, "registration">): boolean {
  return registration === "home" || registration === "roaming";
}

/** CFUN decides where it was read; else the operating mode that QMI gave: both tell of the same state (domain.md 2.2). */
export function isOnline({ cfun, qmiMode }: Pick<ModuleReading, "cfun" | "qmiMode">): boolean {
  return cfun === null ? qmiMode === "online" : cfun === 1;
}

export function isOffline({ cfun, qmiMode }: Pick<ModuleReading, "cfun" | "qmiMode">): boolean {
  return cfun === null ? qmiMode === "offline" : cfun === 7;
}

/** Empty answers that tell of an IMEI that is gone (design.md, Verdict); fewer of them may have come too early. */
export const IMEI_GONE_READS = 3;

export function isImeiGone(imei: ImeiReading): boolean {
  return imei.kind === "empty" && imei.reads >= IMEI_GONE_READS;
}

/** CFUN 5, which QMI calls factory test: calibration is lost (domain.md 2.2; libqmi, qmi-enums-dms.h). */
export function isInFactoryTest({ cfun, qmiMode }: Pick<ModuleReading, "cfun" | "qmiMode">): boolean {
  return cfun === null ? qmiMode === "factory-test" : cfun === 5;
}
