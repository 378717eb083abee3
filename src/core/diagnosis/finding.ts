import type { ModuleReading } from "../reading.js";
import type { Judgement } from "../verdict.js";
import type { HostSigns, NetworkShown } from "./shown.js";

export const FINDING_KINDS = [
  "firmware",
  "calibration",
  "sim",
  "network",
  "antenna",
  "host",
  "fine",
] as const;
/** Where the cause is; `fine` is what need not be looked at any more. */
export type FindingKind = (typeof FINDING_KINDS)[number];

/** Every finding there is. Each is a row of one of the tables beside this file. */
export const FINDING_CODES = [
  "firmware-belongs",
  "firmware-uncontradicted",
  "firmware-foreign",
  "firmware-suspect",
  "firmware-unproven",
  "firmware-disputed",
  "firmware-custom",
  "firmware-outdated",
  "module-other",
  "module-not-running",
  "module-not-ready",
  "calibration-test-mode",
  "calibration-imei-empty",
  "calibration-offline",
  "sim-ready",
  "sim-absent",
  "sim-failure",
  "sim-pin",
  "sim-puk",
  "sim-busy",
  "sim-locked",
  "network-registered",
  "network-denied",
  "network-roaming-without-data",
  "network-not-attached",
  "network-attached-without-service",
  "network-heard-not-joined",
  "network-scan-limited",
  "network-no-apn",
  "network-ipv4-only",
  "antenna-no-signal",
  "antenna-weak-signal",
  "antenna-signal",
  "host-radio-off",
  "host-network-function",
  "host-qmi",
  "host-raw-ip",
  "host-no-lease",
  "host-power",
  "host-restarts",
  "host-ports-held",
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

/** All that is known when the rules are asked. */
export interface Case {
  readonly judgement: Judgement;
  readonly reading: ModuleReading;
  readonly network: NetworkShown;
  readonly host: HostSigns;
}

/** What somebody said that the finding rests on. */
export interface Ground {
  readonly from: string;
  readonly says: string;
}

export interface Finding {
  readonly code: FindingCode;
  readonly kind: FindingKind;
  /** `weak` has other explanations, or need not be a fault. */
  readonly weight: "strong" | "weak";
  readonly says: string;
  readonly evidence: readonly Ground[];
  /** What to do next; null where nothing is to be done. */
  readonly next: string | null;
}

/** One row: the finding when it applies to a case, else null. */
export interface Rule {
  readonly code: FindingCode;
  readonly kind: FindingKind;
  readonly find: (seen: Case) => Omit<Finding, "code" | "kind"> | null;
}

/** A row without a condition of its own shape: `when` gives the grounds, or null where it does not apply. */
export function rule(
  code: FindingCode,
  kind: FindingKind,
  weight: Finding["weight"],
  when: (seen: Case) => readonly Ground[] | null,
  says: (seen: Case) => string,
  next: ((seen: Case) => string) | null = null,
): Rule {
  const find: Rule["find"] = (seen) => {
    const evidence = when(seen);
    return evidence === null ? null : { weight, says: says(seen), evidence, next: next?.(seen) ?? null };
  };
  return { code, kind, find };
}

export function ground(from: string, says: string): readonly Ground[] {
  return [{ from, says }];
}
