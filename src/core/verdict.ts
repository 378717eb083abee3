import { adviceFor } from "./advice.js";
import { compareDeclared, provenVariant } from "./compare-declared.js";
import type { Declaration } from "./declaration.js";
import { declarationEvidence, type Evidence, historyEvidence } from "./evidence.js";
import { impairmentEvidence } from "./impairment-evidence.js";
import { EXIT, type ExitCode } from "./exits.js";
import { isOtherFamily } from "./family.js";
import type { Facts } from "./facts.js";
import { customDoubt, customEvidence } from "./custom-evidence.js";
import { isOtherMake } from "./maker.js";
import { orderingEvidence } from "./ordering-evidence.js";
import { type Policy, unmetPolicy } from "./policy.js";
import { isImeiGone, isInFactoryTest, isOffline, type ModuleReading } from "./reading.js";
import { parseRevision, type Revision, type RevisionReading } from "./revision.js";
import { latestOf } from "./sightings.js";
import { weigh } from "./shown-evidence.js";
import { type Confidence, type Features, rowFor, type Verdict } from "./verdict-table.js";

export interface Judgement {
  readonly verdict: Verdict;
  readonly confidence: Confidence;
  /** Whether it is a module of the family that is judged; any other is never flashed. */
  readonly found: Features["found"];
  readonly reading: ModuleReading;
  /** The running revision, when it could be read. */
  readonly claimed: Revision | null;
  /** Variant of the claimed code: `EC25-E`; null for a code nobody recorded. */
  readonly claimedVariant: string | null;
  readonly declared: Declaration | null;
  /** Why a policy or a required release is not met, whatever the verdict; null where it is, or none was given. */
  readonly unmet: string | null;
  readonly evidence: readonly Evidence[];
  readonly advice: readonly string[];
}

export interface JudgeOptions {
  readonly declarations: readonly Declaration[];
  /** A release the module must run, whatever it is. */
  readonly requiredRelease?: string | undefined;
  /** What the owner of a fleet asks of each hardware code. */
  readonly policy?: Policy | undefined;
}

/** Judges one reading by the table of `verdict-table.ts`. Pure: the same reading and facts give the same judgement. */
export function judge(reading: ModuleReading, facts: Facts, options: JudgeOptions): Judgement {
  const latest = latestOf(reading.revisions);
  const said = latest === null ? null : parseRevision(latest.text, facts);
  const claimed = said?.kind === "revision" ? said.revision : null;
  const claimedVariant = claimed?.hardware?.variant ?? null;
  const declared = exactest(options.declarations);
  const shown = weigh(reading, provenVariant(claimed), declared, facts);
  const unmet = unmetPolicy(claimed, options);
  const features: Features = {
    running: reading.mode === "normal",
    found: foundKind(reading, said, facts),
    claim: claimKind(said),
    customShown: customDoubt(reading, said) === null,
    declared: compareDeclared(options.declarations, claimed),
    declaredCode: declared?.hardware != null,
    showsClaim: shown.claim,
    showsDeclared: shown.declared,
    impairment: impairmentOf(reading),
    foreignMask: shown.foreign.length > 0,
    policyMet: unmet === null,
  };
  const row = rowFor(features);
  const evidence = [
    ...declarationEvidence(options.declarations, claimed),
    ...orderingEvidence(options.declarations, claimed, facts),
    ...historyEvidence(reading, facts),
    ...shown.evidence,
    ...impairmentEvidence(reading, row.verdict),
    ...(row.verdict === "custom" ? customEvidence(reading, said) : []),
    ...reading.circumstances.map((one) => ({ ...one, weight: "context" as const })),
  ];
  return {
    verdict: row.verdict,
    confidence: row.confidence(features),
    found: features.found,
    reading,
    claimed,
    claimedVariant,
    declared,
    unmet,
    evidence,
    advice: adviceFor(row.verdict, features, shown.foreign, declared, unmet, reading.mode),
  };
}

const VERDICT_EXIT: Readonly<Record<Verdict, ExitCode>> = {
  "not-running": EXIT.undecided,
  mismatch: EXIT.mismatch,
  unsupported: EXIT.done,
  unknown: EXIT.undecided,
  custom: EXIT.undecided,
  disputed: EXIT.undecided,
  impaired: EXIT.impaired,
  outdated: EXIT.policy,
  match: EXIT.done,
  suspect: EXIT.undecided,
};

/**
 * What `check` exits with for one judgement. `--allow-unknown` is for a module that said who it is and that nothing
 * contradicts; one that was not ready or silent, or whose declaration only a guess could decide, stays undecided.
 */
export function exitOf(
  {
    verdict,
    claimed,
    declared,
    unmet,
  }: Pick<Judgement, "verdict" | "claimed"> & Partial<Pick<Judgement, "declared" | "unmet">>,
  options: { strict?: boolean; allowUnknown?: boolean } = {},
): ExitCode {
  if (verdict === "unsupported" && options.strict === true) return EXIT.undecided;
  const undeclared = claimed !== null && declared == null;
  // What is allowed to be unknown is the hardware; a release that is asked for can be told without it.
  if (verdict === "unknown" && undeclared && options.allowUnknown === true)
    return unmet == null ? EXIT.done : EXIT.policy;
  return VERDICT_EXIT[verdict];
}

/** The declaration to go by: the first that names a hardware code, else the first. All of them must agree anyway. */
export function exactest(declarations: readonly Declaration[]): Declaration | null {
  return declarations.find(({ hardware }) => hardware !== null) ?? declarations[0] ?? null;
}

function foundKind(reading: ModuleReading, said: RevisionReading | null, facts: Facts): Features["found"] {
  if (said?.kind === "clone" || said?.kind === "other-family") return "stranger";
  if (said?.kind === "revision")
    return facts.models.get(said.revision.model) === "judged" ? "judged" : "neighbour";
  // Not ready is never compared (design.md, Verdict): a neighbour that is not ready is no other make.
  if (said?.kind === "not-ready") return isOtherFamily(said.text, facts) ? "neighbour" : "judged";
  const model = reading.modelText;
  // The clone calls itself `EG25G-QDC507` (users.md 0.8).
  if (model !== null && facts.clonePrefixes.some((prefix) => model.includes(prefix))) return "stranger";
  if (model !== null && isOtherFamily(model, facts)) return "stranger";
  return reading.maker !== null && isOtherMake(reading.maker) ? "stranger" : "judged";
}

function claimKind(said: RevisionReading | null): Features["claim"] {
  switch (said?.kind) {
    case "revision":
      return "revision";
    case "foreign":
    case "other-family":
    case "clone":
      return "custom";
    case "not-ready":
    case undefined:
      return "not-ready";
  }
}

/** CFUN 5 and an IMEI that stays empty speak of lost calibration; CFUN 7 alone has other causes too (domain.md 2.2). */
function impairmentOf(reading: ModuleReading): Features["impairment"] {
  if (isInFactoryTest(reading)) return "calibration";
  if (isImeiGone(reading.imei)) return "calibration";
  return isOffline(reading) ? "offline" : "none";
}
