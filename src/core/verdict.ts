import { contradictsVariant, describeMask, formatMask, variantsWithSeenMask } from "./bands.js";
import type { Declaration } from "./declaration.js";
import { EXIT, type ExitCode } from "./exits.js";
import type { Facts, Variant } from "./facts.js";
import type { ModuleReading } from "./reading.js";
import { parseRevision, type Revision, type RevisionReading } from "./revision.js";
import { type Confidence, type Features, rowFor, type Verdict } from "./verdict-table.js";

/** One witness: where it came from, what it says, and whom it speaks for or against. */
export interface Evidence {
  readonly from: string;
  readonly says: string;
  readonly supports?: string;
  readonly contradicts?: string;
  readonly weight: "strong" | "weak" | "context";
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly confidence: Confidence;
  readonly reading: ModuleReading;
  /** The running revision, when it could be read. */
  readonly claimed: Revision | null;
  /** Variant of the claimed code: `EC25-E`; null for a code nobody recorded. */
  readonly claimedVariant: string | null;
  readonly declared: Declaration | null;
  readonly evidence: readonly Evidence[];
  readonly advice: readonly string[];
}

export interface JudgeOptions {
  readonly declarations: readonly Declaration[];
  /** A release the module must run, when a policy or `--require-release` asks for it. */
  readonly requiredRelease?: string | undefined;
}

/** Judges one reading by the table of `verdict-table.ts`. Pure: the same reading and facts give the same judgement. */
export function judge(reading: ModuleReading, facts: Facts, options: JudgeOptions): Judgement {
  const latest = reading.revisions.at(-1) ?? null;
  const said = latest === null ? null : parseRevision(latest.text, facts);
  const claimed = said?.kind === "revision" ? said.revision : null;
  const claimedVariant = claimed?.hardware?.variant ?? null;
  const declared = options.declarations[0] ?? null;
  const shown = weigh(reading, claimedVariant, declared, facts);
  const features: Features = {
    running: reading.mode === "normal",
    found: foundKind(reading, said, facts),
    claim: claimKind(said),
    declared: compareDeclared(options.declarations, claimed, claimedVariant),
    declaredCode: declared?.hardware != null,
    showsClaim: shown.claim,
    showsDeclared: shown.declared,
    impairment: impairmentOf(reading),
    foreignMask: shown.foreign.length > 0,
    policyMet: options.requiredRelease === undefined || claimed?.text === options.requiredRelease,
  };
  const row = rowFor(features);
  const evidence = [
    ...declarationEvidence(options.declarations, claimed),
    ...historyEvidence(reading, facts),
    ...shown.evidence,
    ...impairmentEvidence(reading, row.verdict),
  ];
  return {
    verdict: row.verdict,
    confidence: row.confidence(features),
    reading,
    claimed,
    claimedVariant,
    declared,
    evidence,
    advice: adviceFor(row.verdict, features, shown.foreign, claimed, declared),
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

/** What `check` exits with for one verdict. */
export function exitOf(
  verdict: Verdict,
  options: { strict?: boolean; allowUnknown?: boolean } = {},
): ExitCode {
  if (verdict === "unsupported" && options.strict === true) return EXIT.undecided;
  if (verdict === "unknown" && options.allowUnknown === true) return EXIT.done;
  return VERDICT_EXIT[verdict];
}

function foundKind(reading: ModuleReading, said: RevisionReading | null, facts: Facts): Features["found"] {
  if (said?.kind === "clone") return "stranger";
  if (said?.kind === "revision")
    return facts.models.get(said.revision.model) === "judged" ? "judged" : "neighbour";
  const maker = reading.maker?.toLowerCase() ?? null;
  if (
    maker !== null &&
    !maker.includes("quectel") &&
    !maker.includes("qualcomm") &&
    !maker.includes("android")
  )
    return "stranger";
  return "judged";
}

function claimKind(said: RevisionReading | null): Features["claim"] {
  switch (said?.kind) {
    case "revision":
      return "revision";
    case "foreign":
    case "clone":
      return "custom";
    case "not-ready":
    case undefined:
      return "not-ready";
  }
}

function compareDeclared(
  declarations: readonly Declaration[],
  claimed: Revision | null,
  claimedVariant: string | null,
): Features["declared"] {
  const [first, ...others] = declarations;
  if (first === undefined) return "none";
  if (others.some((other) => other.variant !== first.variant)) return "conflict";
  if (claimed === null) return "differs";
  if (first.hardware === null) return first.variant === claimedVariant ? "equal" : "differs";
  if (first.hardware.code !== claimed.hardwareCode) return "differs";
  return first.flash !== null && first.flash !== claimed.flash ? "differs" : "equal";
}

/** CFUN 5 and an IMEI that stays empty speak of lost calibration; CFUN 7 alone has other causes too (domain.md 2.2). */
function impairmentOf(reading: ModuleReading): Features["impairment"] {
  if (reading.cfun === 5) return "calibration";
  if (reading.imei.kind === "empty" && reading.imei.reads >= 3) return "calibration";
  return reading.cfun === 7 ? "offline" : "none";
}

interface Shown {
  readonly claim: boolean;
  readonly declared: boolean;
  /** Variants that have this mask from the factory, when it contradicts the claim. */
  readonly foreign: readonly Variant[];
  readonly evidence: readonly Evidence[];
}

/** What survives a flash or depends on the radio hardware: the band mask in NV, and whether the radio runs. */
function weigh(
  reading: ModuleReading,
  claimedVariant: string | null,
  declared: Declaration | null,
  facts: Facts,
): Shown {
  const evidence: Evidence[] = [];
  const registered = reading.registration === "home" || reading.registration === "roaming";
  const running = reading.cfun === 1 && registered;
  const claim = claimedVariant === null ? null : (facts.variants.get(claimedVariant) ?? null);
  if (running) {
    evidence.push({
      from: "AT+CREG?",
      says: `CFUN is 1 and the module is registered (${reading.registration})`,
      supports: claimedVariant ?? "the claim",
      weight: "strong",
    });
  }
  const owners = reading.band === null ? [] : variantsWithSeenMask(reading.band, facts);
  const ownsClaim = owners.some(({ name }) => name === claimedVariant);
  const ownsDeclared = declared !== null && owners.some(({ name }) => name === declared.variant);
  const foreign =
    !running &&
    reading.band !== null &&
    claim !== null &&
    !ownsClaim &&
    contradictsVariant(reading.band, claim)
      ? owners
      : [];
  if (reading.band !== null)
    evidence.push(maskEvidence(reading.band, owners, ownsClaim, claimedVariant, foreign));
  return {
    claim: running || (ownsClaim && !ownsDeclared),
    declared: ownsDeclared && !ownsClaim,
    foreign,
    evidence,
  };
}

function maskEvidence(
  band: NonNullable<ModuleReading["band"]>,
  owners: readonly Variant[],
  ownsClaim: boolean,
  claimedVariant: string | null,
  foreign: readonly Variant[],
): Evidence {
  const from = 'AT+QCFG="band"';
  const names = owners.map(({ name }) => name).join(", ");
  const says = `band mask ${formatMask(band)} (${describeMask(band)})`;
  if (ownsClaim)
    return {
      from,
      says: `${says}: the factory mask of ${names}`,
      supports: claimedVariant ?? names,
      weight: "weak",
    };
  if (foreign.length > 0 && claimedVariant !== null) {
    return {
      from,
      says: `${says}: the factory mask of ${names}, kept in NV across a flash, and not one ${claimedVariant} would have`,
      supports: names,
      contradicts: claimedVariant,
      weight: "strong",
    };
  }
  if (owners.length > 0)
    return { from, says: `${says}: the factory mask of ${names}`, supports: names, weight: "weak" };
  return {
    from,
    says: `${says}: no factory mask on record; masks can be changed by the user`,
    weight: "context",
  };
}

function declarationEvidence(declarations: readonly Declaration[], claimed: Revision | null): Evidence[] {
  return declarations.map((declaration) => {
    const name = declaration.hardware?.code ?? declaration.variant;
    const base = { from: declaration.from, weight: "strong" as const };
    if (claimed === null)
      return { ...base, says: `${declaration.text} declares ${name}`, supports: declaration.variant };
    const equal =
      declaration.hardware === null
        ? claimed.hardware?.variant === declaration.variant
        : claimed.hardwareCode === name;
    if (equal)
      return {
        ...base,
        says: `${declaration.text} declares ${name}, as the firmware claims`,
        supports: declaration.variant,
      };
    return {
      ...base,
      says: `${declaration.text} declares ${name}; the firmware is ${claimed.hardwareCode}: ${differingLetters(name, claimed)}`,
      supports: declaration.variant,
      contradicts: claimed.hardware?.variant ?? claimed.hardwareCode,
    };
  });
}

/** `EC25[A]FA against EC25[E]FA`: what the eye misses in AT+QGMR. */
function differingLetters(declared: string, claimed: Revision): string {
  const mine =
    claimed.hardware !== null && !declared.includes("-")
      ? claimed.hardwareCode
      : (claimed.hardware?.variant ?? claimed.hardwareCode);
  let head = 0;
  while (head < Math.min(declared.length, mine.length) && declared[head] === mine[head]) head += 1;
  let tail = 0;
  while (
    tail < Math.min(declared.length, mine.length) - head &&
    declared[declared.length - 1 - tail] === mine[mine.length - 1 - tail]
  )
    tail += 1;
  const mark = (text: string) =>
    `${text.slice(0, head)}[${text.slice(head, text.length - tail)}]${text.slice(text.length - tail)}`;
  return `${mark(declared)} against ${mark(mine)}`;
}

/** The running claim, and what the same module said earlier: a thread that ends well began with a fault. */
function historyEvidence(reading: ModuleReading, facts: Facts): Evidence[] {
  const latest = reading.revisions.at(-1);
  if (latest === undefined) return [];
  const claimOf = (text: string) => {
    const said = parseRevision(text, facts);
    return said.kind === "revision"
      ? (said.revision.hardware?.variant ?? said.revision.hardwareCode)
      : said.kind;
  };
  const stem = (text: string) => text.split(/[_#]/)[0] ?? text;
  const earlier = reading.revisions.filter(({ text }) => stem(text) !== stem(latest.text));
  const seen = new Map(earlier.map((sighting) => [stem(sighting.text), sighting]));
  const history = [...seen.values()].map(
    (sighting): Evidence => ({
      from: sighting.from,
      says: `earlier it reported ${sighting.text} (${claimOf(sighting.text)})`,
      weight: "context",
    }),
  );
  return [
    { from: latest.from, says: `it reports ${latest.text}`, supports: claimOf(latest.text), weight: "weak" },
    ...history,
  ];
}

function impairmentEvidence(reading: ModuleReading, verdict: Verdict): Evidence[] {
  const evidence: Evidence[] = [];
  const earlier = reading.cfunHistory.filter((value) => value !== reading.cfun);
  for (const value of new Set(earlier))
    evidence.push({ from: "AT+CFUN?", says: `earlier CFUN was ${value}`, weight: "context" });
  if (reading.cfun === 7) {
    evidence.push({
      from: "AT+CFUN?",
      says: `CFUN is 7 (offline)${reading.cfunError === null ? "" : `, and going online fails: ${reading.cfunError}`}`,
      supports: verdict === "impaired" ? "impaired" : "wrong firmware or damaged EFS",
      weight: "weak",
    });
  }
  if (reading.cfun === 5) {
    evidence.push({
      from: "AT+CFUN?",
      says: "CFUN is 5 (factory test mode): calibration is not readable",
      supports: "lost calibration",
      weight: "strong",
    });
  }
  if (reading.imei.kind === "empty") {
    const weight = reading.imei.reads >= 3 ? "strong" : "weak";
    evidence.push({
      from: "AT+GSN",
      says: `the IMEI is empty (asked ${reading.imei.reads} times)`,
      supports: "lost calibration",
      weight,
    });
  }
  return evidence;
}

function adviceFor(
  verdict: Verdict,
  features: Features,
  foreign: readonly Variant[],
  claimed: Revision | null,
  declared: Declaration | null,
): string[] {
  const names = foreign.map(({ name }) => name).join(" or ");
  const label = "Read the ordering code on the shield and check again with --label.";
  switch (verdict) {
    case "not-running":
      return ["Run `ecflash recover`.", "Or power-cycle the module and check again."];
    case "mismatch": {
      if (features.found === "stranger") return ["This is not the declared module; look at the label again."];
      const lost =
        features.impairment === "calibration"
          ? ["Calibration looks lost as well: flashing may not be enough."]
          : [];
      const how =
        declared?.hardware == null
          ? [label]
          : [`Put the right firmware on: ecflash flash --label ${declared.text}`];
      return [...how, ...lost];
    }
    case "suspect":
      return [names === "" ? label : `The hardware may be ${names}; only the label can decide. ${label}`];
    case "disputed":
      return [
        "Read the shield of this very module again; a wrong label is likelier than wrong factory firmware.",
      ];
    case "impaired":
      return features.impairment === "calibration"
        ? ["The firmware belongs to the hardware; flashing will not help. Return the module (RMA)."]
        : [
            "The firmware belongs to the hardware. Power-cycle the module and check again; RMA only if CFUN stays 7.",
          ];
    case "outdated":
      return [`A policy asks for another release than ${claimed?.text ?? "this"}.`];
    case "match":
      return features.declaredCode ? [] : ["Declared by variant only; the label would make it certain."];
    case "custom":
      return ["Custom firmware is never replaced silently; ask whoever built this module."];
    case "unsupported":
      return [];
    case "unknown":
      return features.claim === "not-ready"
        ? ["The module was not ready or said nothing; wait a little and check again."]
        : [label];
  }
}
