import {
  contradictsVariant,
  couldHaveMask,
  describeMask,
  formatMask,
  variantsWithSeenMask,
} from "./bands.js";
import type { Declaration } from "./declaration.js";
import type { Evidence } from "./evidence.js";
import type { BandMask, Facts, Variant } from "./facts.js";
import { isRegistered, isRunning, type ModuleReading } from "./reading.js";
import { latestOf } from "./sightings.js";

export interface Shown {
  readonly claim: boolean;
  readonly declared: boolean;
  /** Variants that may have this mask from the factory, when it was seen on one of them and contradicts the claim. */
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
  const mask = reading.band === null ? null : bearersOf(reading.band, facts);
  if (reading.band === null || mask === null)
    return { claim: running, declared: false, foreign: [], evidence };
  const { band } = reading;
  const could = (name: string | undefined) => mask.all.some((variant) => variant.name === name);
  const seen = (name: string | undefined) => mask.seen.some((variant) => variant.name === name);
  const foreign =
    !running && mask.seen.length > 0 && claim !== null && !seen(claim.name) && contradictsVariant(band, claim)
      ? mask.all
      : [];
  evidence.push(maskEvidence(band, mask, seen(claim?.name), claimedVariant, foreign.length > 0));
  return {
    claim: running || (declared !== null && seen(claim?.name) && !could(declared.variant)),
    declared: seen(declared?.variant) && claim !== null && !could(claim.name),
    foreign,
    evidence,
  };
}

/** Variants that have a mask from the factory: seen on a real unit, and all that may. */
interface Bearers {
  readonly seen: readonly Variant[];
  readonly all: readonly Variant[];
}

function bearersOf(band: BandMask, facts: Facts): Bearers {
  const all = [...facts.variants.values()].filter((variant) => couldHaveMask(band, variant));
  return { seen: variantsWithSeenMask(band, facts), all };
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
  band: BandMask,
  { seen, all }: Bearers,
  ownsClaim: boolean,
  claimedVariant: string | null,
  isForeign: boolean,
): Evidence {
  const from = 'AT+QCFG="band"';
  const names = seen.map(({ name }) => name).join(", ");
  const others = all.filter((variant) => !seen.includes(variant)).map(({ name }) => name);
  const shared = others.length === 0 ? "" : ` (by its bands ${others.join(", ")} may have it, too)`;
  const mask = `band mask ${formatMask(band)} (${describeMask(band)})`;
  const says = `${mask}: the factory mask of ${names}${shared}`;
  if (seen.length === 0)
    return {
      from,
      says: `${mask}: equals no factory mask seen on a real unit; masks can be changed by the user`,
      weight: "context",
    };
  if (ownsClaim) return { from, says, supports: claimedVariant ?? names, weight: "weak" };
  if (!isForeign || claimedVariant === null) return { from, says, supports: names, weight: "weak" };
  return {
    from,
    says: `${says}, kept in NV across a flash, and not one ${claimedVariant} would have`,
    supports: names,
    contradicts: claimedVariant,
    weight: "strong",
  };
}
