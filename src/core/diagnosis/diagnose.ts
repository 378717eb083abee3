import { type Case, type Finding, type FindingKind, FINDING_KINDS, type Rule } from "./finding.js";
import type { AskedAnswer } from "./shown.js";
import { FIRMWARE_RULES } from "./firmware.js";
import { HOST_RULES } from "./host.js";
import { NETWORK_RULES } from "./network.js";
import { RADIO_RULES } from "./radio.js";
import { SIM_RULES } from "./sim.js";

export const RULES: readonly Rule[] = [
  ...FIRMWARE_RULES,
  ...RADIO_RULES,
  ...SIM_RULES,
  ...NETWORK_RULES,
  ...HOST_RULES,
];

export interface Diagnosis {
  readonly seen: Case;
  /** What is wrong, strongest first, then what is fine. */
  readonly findings: readonly Finding[];
  /** The whole in one or two sentences. */
  readonly conclusion: string;
}

/** A diagnosis as it is handed out, with the answers that were asked for; of a text there are none but its reading. */
export interface Diagnosed extends Diagnosis {
  readonly answers: readonly AskedAnswer[];
}

const PLACES: Readonly<Record<Exclude<FindingKind, "fine">, string>> = {
  firmware: "the firmware",
  calibration: "the module's calibration",
  sim: "the SIM",
  network: "the network: contract, APN, roaming, bands",
  antenna: "the antenna",
  host: "the host: power, cable, drivers, other programs",
};

/** All rules on one case. Pure: the same case gives the same diagnosis. */
export function diagnose(seen: Case): Diagnosis {
  const findings = RULES.flatMap(({ code, kind, find }): Finding[] => {
    const found = find(seen);
    return found === null ? [] : [{ code, kind, ...found }];
  });
  const sorted = findings.toSorted((a, b) => rank(a) - rank(b));
  return { seen, findings: sorted, conclusion: conclude(sorted) };
}

/** The causes in the order they should be looked at: a strong one of any kind before a weak one. */
function rank({ kind, weight }: Finding): number {
  const place = FINDING_KINDS.indexOf(kind);
  return kind === "fine" ? 100 : place + (weight === "strong" ? 0 : 50);
}

function conclude(findings: readonly Finding[]): string {
  const [first] = findings;
  const has = (code: Finding["code"]) => findings.some((finding) => finding.code === code);
  const belongs = has("firmware-belongs");
  const firmware = belongs ? "The firmware is fine" : "Nothing speaks against the firmware";
  if (first === undefined || first.kind === "fine")
    return `${firmware}, and nothing else is wrong in what was asked.`;
  const place = PLACES[first.kind];
  if (first.kind === "firmware" || !(belongs || has("firmware-uncontradicted")))
    return `Look at ${place} first. ${first.says}`;
  return first.weight === "strong"
    ? `${firmware}; look at ${place}. ${first.says}`
    : `${firmware}; if something does not work, look at ${place}. ${first.says}`;
}
