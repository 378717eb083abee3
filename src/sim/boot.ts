import type { PartitionMap } from "../core/maps.js";

/** Where hardware was never seen, the scenario says which way the model goes; tests run both. */
export interface BootSwitches {
  /** SBL programmed only in part: the boot ROM falls to EDL, or the module hangs until the BOOT pin is pulled. */
  readonly tornSbl: "edl" | "hangs";
  /** SBL starts, but there is no whole system or modem image: a dump mode under Quectel's ids, or nothing at all. */
  readonly missingImage: "dump" | "hangs";
}

/** What a starting module finds in itself. */
export interface BootInput {
  readonly sbl: "loadable" | "torn" | "absent";
  /** From the MIBIB that is in the NAND now; null when none can be read. */
  readonly map: PartitionMap | null;
  /** Revision in the header of the system image, and of the modem image. */
  readonly systemRevision: string | null;
  readonly modemRevision: string | null;
  /** `EC25AFA`: what the hardware is. */
  readonly hardwareCode: string;
  readonly calibrationIntact: boolean;
  readonly switches: BootSwitches;
}

export type BootOutcome =
  | { readonly kind: "edl" }
  | { readonly kind: "dump" }
  | { readonly kind: "hangs" }
  | {
      readonly kind: "normal";
      readonly revision: string;
      /** 1 online, 5 calibration not readable, 7 offline (domain.md 2.2). */
      readonly cfun: 1 | 5 | 7;
      readonly imeiReadable: boolean;
    };

/**
 * How a module starts. Facts: no valid SBL falls to EDL (forums.quectel.com 44652); firmware of other hardware gives
 * CFUN 7, lost calibration CFUN 5 and no IMEI (domain.md 2.2). Expected: what a torn SBL or a missing image does.
 */
export function bootOutcome(input: BootInput): BootOutcome {
  const { switches } = input;
  if (input.sbl === "absent") return { kind: "edl" };
  if (input.sbl === "torn") return { kind: switches.tornSbl };
  if (input.map === null || input.systemRevision === null || input.modemRevision === null)
    return { kind: switches.missingImage };
  const revision = input.systemRevision;
  if (!input.calibrationIntact) return { kind: "normal", revision, cfun: 5, imeiReadable: false };
  const code = hardwareCodeOf(revision);
  // A revision outside of Quectel's grammar is custom firmware or a clone's own, made for what it runs on (pinephone_modem_sdk issue 174).
  const foreign = code !== null && code !== input.hardwareCode;
  return { kind: "normal", revision, cfun: foreign ? 7 : 1, imeiReadable: true };
}

/** `EC25AFA` of `EC25AFAR05A07M4G_30.005.30.005`: all before `R`, two digits, `A`, two digits (domain.md 1.3). */
export function hardwareCodeOf(revision: string): string | null {
  return /^(?<code>[A-Z]{2}\d{2}[A-Z0-9]*?)R\d{2}A\d{2}/.exec(revision)?.groups?.["code"] ?? null;
}

/** `EC25` of the code. */
export function modelOf(code: string): string {
  return /^[A-Z]{2}\d{2}/.exec(code)?.[0] ?? code;
}
