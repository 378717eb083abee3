import { latestOf } from "../sightings.js";
import type { Verdict } from "../verdict-table.js";
import { type Case, type Ground, type Rule, rule } from "./finding.js";

/** What the verdict means for the search: the firmware is the cause, or it is out of the question. */

const LABEL = "Read the ordering code on the shield and diagnose again with --label.";

/** What of the judgement's evidence speaks for or against something; all of it where nothing does. */
function told({ judgement }: Case): readonly Ground[] {
  const grounds = judgement.evidence.filter(({ weight }) => weight !== "context");
  return (grounds.length > 0 ? grounds : judgement.evidence).map(({ from, says }) => ({ from, says }));
}

function onVerdict(verdict: Verdict, also: (seen: Case) => boolean = () => true) {
  return (seen: Case) => (seen.judgement.verdict === verdict && also(seen) ? told(seen) : null);
}

function claim({ judgement, reading }: Case): string {
  return judgement.claimed?.text ?? latestOf(reading.revisions)?.text ?? "the firmware";
}

const declared = ({ judgement }: Case) =>
  judgement.declared?.hardware?.code ?? judgement.declared?.variant ?? "the declared hardware";

const advice = ({ judgement }: Case) => judgement.advice[0] ?? LABEL;

/** The mask of another variant, which a flash does not change (domain.md 2.3). */
const hasForeignMask = ({ judgement }: Case) =>
  judgement.evidence.some(({ contradicts, weight }) => contradicts !== undefined && weight === "strong");

export const FIRMWARE_RULES: readonly Rule[] = [
  rule(
    "firmware-belongs",
    "fine",
    "strong",
    (seen) => (["match", "outdated", "impaired"].includes(seen.judgement.verdict) ? told(seen) : null),
    (seen) => `The firmware belongs to the hardware: ${claim(seen)} on ${declared(seen)}.`,
  ),
  rule(
    "firmware-uncontradicted",
    "fine",
    "weak",
    onVerdict("unknown", ({ judgement }) => judgement.claimed !== null),
    (seen) => `Nothing contradicts the firmware, ${claim(seen)}; only the label could prove it.`,
    () => LABEL,
  ),
  rule(
    "firmware-foreign",
    "firmware",
    "strong",
    onVerdict("mismatch"),
    (seen) => `The firmware is for other hardware: ${claim(seen)} runs on ${declared(seen)}.`,
    advice,
  ),
  rule(
    "firmware-suspect",
    "firmware",
    "strong",
    onVerdict("suspect", hasForeignMask),
    (seen) =>
      `The firmware is probably for other hardware: ${claim(seen)} runs where the band mask is that of another variant.`,
    advice,
  ),
  rule(
    "firmware-unproven",
    "firmware",
    "weak",
    onVerdict("suspect", (seen) => !hasForeignMask(seen)),
    (seen) => `The radio does not work, and nothing says whether ${claim(seen)} belongs to this hardware.`,
    advice,
  ),
  rule(
    "firmware-disputed",
    "firmware",
    "weak",
    onVerdict("disputed"),
    (seen) =>
      `What is declared (${declared(seen)}) and what the module shows disagree; the label is the likelier fault.`,
    advice,
  ),
  rule(
    "firmware-custom",
    "firmware",
    "weak",
    onVerdict("custom"),
    (seen) => `The firmware is not Quectel's: ${claim(seen)}. What follows may not hold for it.`,
    advice,
  ),
  rule(
    "firmware-outdated",
    "firmware",
    "weak",
    onVerdict("outdated"),
    (seen) => `The firmware belongs to the hardware, but another release is asked for than ${claim(seen)}.`,
    advice,
  ),
  rule(
    "module-other",
    "firmware",
    "weak",
    onVerdict("unsupported"),
    (seen) => `This is no module of the EC25 family (${claim(seen)}); these rules are not made for it.`,
    () => "Ask whoever made it.",
  ),
  rule(
    "module-not-running",
    "firmware",
    "strong",
    onVerdict("not-running"),
    ({ reading }) => `No firmware runs: the module is in ${reading.mode} mode.`,
    advice,
  ),
  rule(
    "module-not-ready",
    "host",
    "weak",
    (seen) => (seen.judgement.verdict === "unknown" && seen.judgement.claimed === null ? told(seen) : null),
    () => "The module did not say what runs on it: it still starts, or its AT port is silent.",
    advice,
  ),
];
