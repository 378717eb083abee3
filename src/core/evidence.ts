import { contradictsVariant, describeMask, formatMask, variantsWithSeenMask } from "./bands.js";
import { compareDeclaration } from "./compare-declared.js";
import type { Declaration } from "./declaration.js";
import type { Facts, Variant } from "./facts.js";
import { isRegistered, isRunning, type ModuleReading } from "./reading.js";
import { parseRevision, type Revision, shortForm } from "./revision.js";
import { latestOf, stemOf } from "./sightings.js";

/** One witness: where it came from, what it says, and whom it speaks for or against. */
export interface Evidence {
  readonly from: string;
  readonly says: string;
  readonly supports?: string;
  readonly contradicts?: string;
  readonly weight: "strong" | "weak" | "context";
}

export interface Shown {
  readonly claim: boolean;
  readonly declared: boolean;
  /** Variants that have this mask from the factory, when it contradicts the claim. */
  readonly foreign: readonly Variant[];
  readonly evidence: readonly Evidence[];
}

/** What survives a flash or depends on the radio hardware: the band mask in NV, and whether the radio runs. */
export function weigh(
  reading: ModuleReading,
  claimedVariant: string | null,
  declared: Declaration | null,
  facts: Facts,
): Shown {
  const evidence: Evidence[] = [];
  const running = isRunning(reading);
  const claim = claimedVariant === null ? null : (facts.variants.get(claimedVariant) ?? null);
  if (isRegistered(reading)) evidence.push(registrationEvidence(reading, claimedVariant ?? "the claim"));
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

/** A registration that is told beside a radio that is off speaks for nobody, and is still said: one of the two is stale. */
function registrationEvidence(reading: ModuleReading, claim: string): Evidence {
  const { cfun, qmiMode, registration } = reading;
  const witness = latestOf(reading.revisions)?.from ?? "QMI";
  const from = cfun === null && !witness.startsWith("AT") ? witness : "AT+CREG?";
  const state = `the module is registered (${registration})`;
  const online = cfun === null ? qmiMode && `the radio is ${qmiMode}` : `CFUN is ${cfun}`;
  if (!isRunning(reading)) return { from, says: `${state}, though ${online}`, weight: "context" };
  return { from, says: online ? `${online} and ${state}` : state, supports: claim, weight: "strong" };
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
    says: `${says}: equals no factory mask seen on a real unit; masks can be changed by the user`,
    weight: "context",
  };
}

export function declarationEvidence(
  declarations: readonly Declaration[],
  claimed: Revision | null,
): Evidence[] {
  return declarations.map((declaration): Evidence => {
    const name = declaration.hardware?.code ?? declaration.variant;
    const base = { from: declaration.from, weight: "strong" as const };
    if (claimed === null) return { ...base, says: said(declaration, name), supports: declaration.variant };
    const compared = compareDeclaration(declaration, claimed);
    if (compared === "open")
      return {
        ...base,
        says: `${said(declaration, name)}; nobody has recorded whether ${claimed.hardwareCode} is one of its codes`,
        weight: "context",
      };
    const equal = declaration.hardware === null ? compared === "equal" : claimed.hardwareCode === name;
    if (equal && declaration.flash !== null && declaration.flash !== claimed.flash)
      return {
        ...base,
        says: `${declaration.text} declares a NAND of ${declaration.flash}; the firmware ${shortForm(claimed)} is made for ${claimed.flash}`,
        supports: `${name} with ${declaration.flash}`,
        contradicts: `${claimed.hardwareCode} with ${claimed.flash}`,
      };
    if (equal)
      return {
        ...base,
        says: `${said(declaration, name)}, as the firmware claims`,
        supports: declaration.variant,
      };
    // Two hardware codes of one variant: the codes are the parties then, not the variant they share.
    const claimedVariant = claimed.hardware?.variant ?? claimed.hardwareCode;
    const [supports, contradicts] =
      claimedVariant === declaration.variant
        ? [name, claimed.hardwareCode]
        : [declaration.variant, claimedVariant];
    return {
      ...base,
      says: `${said(declaration, name)}; the firmware is ${claimed.hardwareCode}: ${differingLetters(name, claimed)}`,
      supports,
      contradicts,
    };
  });
}

/** A label declares a code; a variant that is named is the declaration itself. */
function said({ text }: Declaration, name: string): string {
  return text === name ? `${name} is declared` : `${text} declares ${name}`;
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
export function historyEvidence(reading: ModuleReading, facts: Facts): Evidence[] {
  const latest = latestOf(reading.revisions);
  if (latest === null) return [];
  const claimOf = (text: string) => {
    const said = parseRevision(text, facts);
    return said.kind === "revision"
      ? (said.revision.hardware?.variant ?? said.revision.hardwareCode)
      : said.kind;
  };
  const earlier = reading.revisions.filter(({ text }) => stemOf(text) !== stemOf(latest.text));
  const seen = new Map(earlier.map((sighting) => [stemOf(sighting.text), sighting]));
  const history = [...seen.values()].map(
    (sighting): Evidence => ({
      from: sighting.from,
      says: `earlier it reported ${sighting.text} (${claimOf(sighting.text)})`,
      weight: "context",
    }),
  );
  const now = { from: latest.from, says: `it reports ${latest.text}`, weight: "weak" as const };
  const isClaim = parseRevision(latest.text, facts).kind === "revision";
  return [isClaim ? { ...now, supports: claimOf(latest.text) } : now, ...history];
}
