import { EXIT, type ExitCode } from "./exits.js";
import type { ModuleState } from "./lifecycle.js";

/** Every way to fail, with the facts its words need. The words are in `catalogue.ts`, which must name each code here. */
export interface ErrorFacts {
  bug: { detail: string };
  usage: { detail: string };
  "variant-unknown": { variant: string; known: readonly string[] };
  "label-unknown": { label: string };
  "label-ambiguous": { label: string; readings: readonly string[] };
  "scenario-unknown": { scenario: string; known: readonly string[] };
  "inventory-invalid": { path: string; problems: readonly string[] };
  "time-up": { what: string; limitMs: number };
  "input-unreadable": { path: string; reason: string };
  "input-empty": { path: string };
  "manifest-invalid": { path: string; reason: string };
  "config-invalid": { path: string; reason: string };
  "key-unusable": { path: string; reason: string };
  "policy-invalid": { path: string; reason: string };

  "no-module": { looked: string };
  "module-ambiguous": { portPaths: readonly string[] };
  "nothing-to-recover": { portPath: string };

  undeclared: { claimed: string };
  "declared-without-code": { variant: string; codes: readonly string[] };
  disputed: { declared: string; claimed: string; because: string };
  "verdict-forbids-flash": { verdict: string; because: string };
  "package-for-other-hardware": { release: string; packageCode: string; declaredCode: string };
  "crossing-without-edge": {
    from: string;
    to: string;
    why: string;
    label: string | null;
    /** Its last four digits: enough for the owner to know which. */
    imeiEnd: string | null;
  };
  "engine-blocked": { release: string; engine: string; reason: string };
  "geometry-differs": { plan: string; module: string };
  "maps-differ": { differences: readonly string[] };
  "map-unreadable": { reason: string };
  "stranger-in-edl": { expected: string; found: string };
  "stranger-at-port": { portPath: string; expected: string; found: string; record: string };
  "wrong-mode": { portPath: string; mode: string };

  "index-signature": { reason: string };
  "index-invalid": { reason: string };
  "index-expired": { expired: string };
  "index-rollback": { name: string; offered: number; seen: number };
  "index-forked": { name: string; version: number };
  "index-fast-forward": { name: string; offered: number; seen: number; most: number };
  "index-mixed-up": { address: string; expected: string; found: string };
  "release-missing": {
    hardwareCode: string;
    orderOption: string | null;
    line: string | null;
    asked: string | null;
    recommended: readonly string[];
    known: readonly string[];
  };
  "release-retracted": { release: string; reason: string; date: string };
  "package-length": { expectedBytes: number; gotBytes: number };
  "package-hash": { expected: string; got: string };
  "archive-unsafe": { entry: string; reason: string };
  "package-file-missing": { path: string; namedBy: string };
  "delivery-unknown": { path: string; seen: string; remedy: string };
  "delivery-without-package": { path: string; archives: readonly string[] };
  "package-ambiguous": { path: string; candidates: readonly string[] };
  "revision-contradiction": { said: readonly string[] };
  "revision-unwitnessed": { seen: readonly string[] };
  "unpacker-missing": { kind: string; looked: readonly string[]; packages: readonly string[] };
  "unpacker-failed": { tool: string; reason: string };
  "output-exists": { path: string };
  "package-md5": { path: string; list: string; listed: string; got: string };
  "package-contradicts-index": { what: string; index: string; found: string };
  "package-malformed": { path: string; reason: string };
  "rawprogram-malformed": { file: string; reason: string };
  "map-absent": { looked: string };
  "plan-unsafe": { findings: readonly string[] };

  "clock-wrong": { now: string; issued: string };
  "trust-damaged": { path: string; reason: string };
  "package-not-found": { asked: string; looked: string };
  "package-id-ambiguous": { asked: string; ids: readonly string[] };

  "no-index": { looked: string };
  "index-unreachable": { url: string; reason: string };
  "archive-not-listed": { index: string; version: number; sha256: string };
  "download-failed": { url: string; reason: string };
  "mirrors-failed": { reasons: readonly string[] };
  "package-busy": { pid: number; waitedMs: number };
  "cache-unsafe": { path: string; reason: string };
  "state-unwritable": { path: string; reason: string };
  "recording-unwritable": { path: string; reason: string };
  "output-unwritable": { path: string; reason: string };
  "run-in-progress": { portPath: string; pid: number };
  "port-missing": { role: "DM" | "AT"; portPath: string };
  "port-unavailable": { path: string; reason: string };
  "port-held": { path: string; holders: readonly string[]; alsoAsked: readonly string[] };
  "device-unavailable": { portPath: string; reason: string };
  "native-missing": { library: string; reason: string };
  "at-silent": { path: string; waitedMs: number };
  "edl-not-entered": { portPath: string; waitedMs: number };
  "sahara-failed": { step: string; reason: string };
  "firehose-failed": { step: string; reason: string };
  "transfer-timeout": { what: string; deadlineMs: number };
  "transfer-failed": { what: string; reason: string };
  "module-gone": { what: string };

  "write-failed": { item: number; items: number; step: string; reason: string };
  "write-interrupted": { item: number; items: number };
  "module-lost": { portPath: string; waitedMs: number };
  "revision-not-confirmed": { expected: string; found: string };
  "calibration-lost": { signs: readonly string[] };
  "identity-changed": { before: string; after: string };
  "radio-offline": { cfun: number; answer: string };
  "interrupted-after-write": { signal: string };
  "no-bootable-firmware": { portPath: string };
  "programmer-mute": { portPath: string };
  "package-not-at-hand": { release: string; archiveSha256: string; path: string; reason: string };
  "connect-failed": { stage: string; reason: string };
  interrupted: { signal: string };
}

export type ErrorCode = keyof ErrorFacts;

/** Which exit each failure is, before the module's state is taken into account. */
export const ERROR_EXIT: Readonly<Record<ErrorCode, ExitCode>> = {
  bug: EXIT.bug,
  usage: EXIT.usage,
  "variant-unknown": EXIT.usage,
  "label-unknown": EXIT.usage,
  "label-ambiguous": EXIT.usage,
  "scenario-unknown": EXIT.usage,
  "inventory-invalid": EXIT.usage,
  "time-up": EXIT.undecided,
  "input-unreadable": EXIT.usage,
  "input-empty": EXIT.undecided,
  "manifest-invalid": EXIT.usage,
  "config-invalid": EXIT.usage,
  "key-unusable": EXIT.usage,
  "policy-invalid": EXIT.usage,
  "no-module": EXIT.noModule,
  "module-ambiguous": EXIT.noModule,
  "nothing-to-recover": EXIT.noModule,
  undeclared: EXIT.refused,
  "declared-without-code": EXIT.refused,
  disputed: EXIT.refused,
  "verdict-forbids-flash": EXIT.refused,
  "package-for-other-hardware": EXIT.refused,
  "crossing-without-edge": EXIT.refused,
  "engine-blocked": EXIT.refused,
  "geometry-differs": EXIT.refused,
  "maps-differ": EXIT.refused,
  "map-unreadable": EXIT.refused,
  "stranger-in-edl": EXIT.refused,
  "stranger-at-port": EXIT.refused,
  "wrong-mode": EXIT.refused,
  "index-signature": EXIT.packageNotAcceptable,
  "index-invalid": EXIT.packageNotAcceptable,
  "index-expired": EXIT.packageNotAcceptable,
  "index-rollback": EXIT.packageNotAcceptable,
  "index-forked": EXIT.packageNotAcceptable,
  "index-fast-forward": EXIT.packageNotAcceptable,
  "index-mixed-up": EXIT.packageNotAcceptable,
  "release-missing": EXIT.packageNotAcceptable,
  "release-retracted": EXIT.packageNotAcceptable,
  "package-length": EXIT.packageNotAcceptable,
  "package-hash": EXIT.packageNotAcceptable,
  "archive-unsafe": EXIT.packageNotAcceptable,
  "package-file-missing": EXIT.packageNotAcceptable,
  "delivery-unknown": EXIT.packageNotAcceptable,
  "delivery-without-package": EXIT.packageNotAcceptable,
  "package-ambiguous": EXIT.packageNotAcceptable,
  "revision-contradiction": EXIT.packageNotAcceptable,
  "revision-unwitnessed": EXIT.packageNotAcceptable,
  "unpacker-missing": EXIT.hostNotReady,
  "unpacker-failed": EXIT.hostNotReady,
  "output-exists": EXIT.usage,
  "package-md5": EXIT.packageNotAcceptable,
  "package-contradicts-index": EXIT.packageNotAcceptable,
  "package-malformed": EXIT.packageNotAcceptable,
  "rawprogram-malformed": EXIT.packageNotAcceptable,
  "map-absent": EXIT.packageNotAcceptable,
  "plan-unsafe": EXIT.packageNotAcceptable,
  "clock-wrong": EXIT.hostNotReady,
  "trust-damaged": EXIT.hostNotReady,
  "package-not-found": EXIT.usage,
  "package-id-ambiguous": EXIT.usage,
  "no-index": EXIT.hostNotReady,
  "index-unreachable": EXIT.hostNotReady,
  "archive-not-listed": EXIT.packageNotAcceptable,
  "download-failed": EXIT.hostNotReady,
  "mirrors-failed": EXIT.hostNotReady,
  "package-busy": EXIT.hostNotReady,
  "cache-unsafe": EXIT.hostNotReady,
  "state-unwritable": EXIT.hostNotReady,
  "recording-unwritable": EXIT.hostNotReady,
  "output-unwritable": EXIT.hostNotReady,
  "run-in-progress": EXIT.hostNotReady,
  "port-missing": EXIT.hostNotReady,
  "port-unavailable": EXIT.hostNotReady,
  "port-held": EXIT.hostNotReady,
  "device-unavailable": EXIT.hostNotReady,
  "native-missing": EXIT.hostNotReady,
  "at-silent": EXIT.hostNotReady,
  "edl-not-entered": EXIT.hostNotReady,
  "sahara-failed": EXIT.hostNotReady,
  "firehose-failed": EXIT.hostNotReady,
  "transfer-timeout": EXIT.hostNotReady,
  "transfer-failed": EXIT.hostNotReady,
  "module-gone": EXIT.hostNotReady,
  "write-failed": EXIT.incomplete,
  "write-interrupted": EXIT.incomplete,
  "module-lost": EXIT.notConfirmed,
  "revision-not-confirmed": EXIT.notConfirmed,
  "calibration-lost": EXIT.notConfirmed,
  "identity-changed": EXIT.notConfirmed,
  "radio-offline": EXIT.notConfirmed,
  "interrupted-after-write": EXIT.notConfirmed,
  "no-bootable-firmware": EXIT.incomplete,
  "programmer-mute": EXIT.hostNotReady,
  "package-not-at-hand": EXIT.hostNotReady,
  "connect-failed": EXIT.unproven,
  interrupted: EXIT.interrupted,
};

/** The one error of ecflash: a code, the facts, and how the module is when that is known. */
export class EcflashError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C;
  readonly facts: ErrorFacts[C];
  readonly state: ModuleState | null;

  constructor(code: C, facts: ErrorFacts[C], options: { cause?: unknown; state?: ModuleState } = {}) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "EcflashError";
    this.code = code;
    this.facts = facts;
    this.state = options.state ?? null;
  }

  /**
   * The code's own exit, except that a package or host that fails beside a half-written module is `incomplete`, and beside
   * one whose plan was acknowledged `notConfirmed`: 5 and 6 promise that nothing was written. A refusal (4) stays one,
   * since it comes before any write of its run, also of a run that finishes another.
   */
  get exit(): ExitCode {
    const exit = ERROR_EXIT[this.code];
    if (exit !== EXIT.packageNotAcceptable && exit !== EXIT.hostNotReady) return exit;
    if (this.state?.image === "partial") return EXIT.incomplete;
    return this.state?.image === "new" ? EXIT.notConfirmed : exit;
  }

  /** The same failure with the module's state beside it; a state that is already known stays. */
  withState(state: ModuleState): EcflashError<C> {
    return this.state === null ? new EcflashError(this.code, this.facts, { cause: this.cause, state }) : this;
  }
}

export function isEcflashError<C extends ErrorCode>(error: unknown, ...codes: C[]): error is EcflashError<C> {
  return (
    error instanceof EcflashError &&
    (codes.length === 0 || (codes as ErrorCode[]).includes(error.code as ErrorCode))
  );
}

/** What a thrown value says, for the `reason` of a failure that keeps it as its cause. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Any thrown value as the one error; what nobody foresaw is a `bug` that keeps its cause. */
export function asEcflashError(error: unknown): EcflashError {
  if (isEcflashError(error)) return error;
  return new EcflashError(
    "bug",
    { detail: error instanceof Error ? `${error.name}: ${error.message}` : String(error) },
    { cause: error },
  );
}
