/**
 * The verdict as a table over plain features, so that the whole product of inputs can be tested. The first row that
 * applies wins; the last one always does. What each feature means is decided in `verdict.ts`.
 */

export type Verdict =
  | "not-running"
  | "unsupported"
  | "unknown"
  | "custom"
  | "disputed"
  | "mismatch"
  | "impaired"
  | "outdated"
  | "match"
  | "suspect";

export type Confidence = "certain" | "strong" | "weak";

export interface Features {
  readonly running: boolean;
  /** What the module turned out to be: one the manifests judge, a clone or another make, or a neighbour of the same maker. */
  readonly found: "judged" | "neighbour" | "stranger";
  readonly claim: "revision" | "not-ready" | "custom";
  /** Something besides the revision shows a module of Quectel's, and the revision is no cut or miswritten one of theirs. */
  readonly customShown: boolean;
  readonly declared: "none" | "equal" | "differs" | "conflict";
  /** The declaration names a hardware code, not only a variant. */
  readonly declaredCode: boolean;
  /** What it shows speaks for the claim and against the declaration. */
  readonly showsClaim: boolean;
  /** What it shows speaks for the declaration and against the claim. */
  readonly showsDeclared: boolean;
  readonly impairment: "none" | "offline" | "calibration";
  /** The mask equals the seen factory mask of another variant, contradicts the claim, and nothing is registered. */
  readonly foreignMask: boolean;
  readonly policyMet: boolean;
}

export interface Row {
  readonly verdict: Verdict;
  readonly when: (f: Features) => boolean;
  readonly confidence: (f: Features) => Confidence;
}

const certain = (): Confidence => "certain";
const weak = (): Confidence => "weak";
const byCode = (f: Features): Confidence => (f.declaredCode ? "certain" : "strong");

export const VERDICT_TABLE: readonly Row[] = [
  { verdict: "not-running", when: (f) => !f.running, confidence: certain },
  { verdict: "mismatch", when: (f) => f.found === "stranger" && f.declared !== "none", confidence: certain },
  { verdict: "unsupported", when: (f) => f.found !== "judged" && f.declared === "none", confidence: certain },
  { verdict: "unknown", when: (f) => f.claim === "not-ready", confidence: weak },
  {
    verdict: "custom",
    when: (f) => f.claim === "custom",
    confidence: (f) => (f.customShown ? "certain" : "weak"),
  },
  {
    verdict: "disputed",
    when: (f) => f.declared === "conflict" || (f.declared === "differs" && f.showsClaim),
    confidence: (f) => (f.declared === "conflict" ? "certain" : "strong"),
  },
  {
    verdict: "mismatch",
    when: (f) => f.declared === "differs",
    confidence: (f) => (f.declaredCode || f.showsDeclared ? "certain" : "strong"),
  },
  {
    verdict: "impaired",
    when: (f) => f.declared === "equal" && f.impairment !== "none",
    confidence: (f) => (f.impairment === "calibration" ? "strong" : "weak"),
  },
  { verdict: "outdated", when: (f) => f.declared === "equal" && !f.policyMet, confidence: certain },
  { verdict: "match", when: (f) => f.declared === "equal", confidence: byCode },
  {
    verdict: "suspect",
    when: (f) => f.foreignMask || f.impairment !== "none",
    confidence: (f) => (f.foreignMask ? "strong" : "weak"),
  },
  { verdict: "unknown", when: () => true, confidence: weak },
];

/** The first row that applies. */
export function rowFor(features: Features): Row {
  const row = VERDICT_TABLE.find(({ when }) => when(features));
  if (row === undefined) throw new RangeError("the last row of the verdict table applies to everything");
  return row;
}
