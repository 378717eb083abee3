import { ground, type Case, type FindingCode, type Rule, rule } from "./finding.js";

/** What `AT+CPIN?` comes to: its words, CME numbers and texts of 3GPP 27.007, and quectel-CM's (domain.md 2, 5.1). */
const STATES: readonly {
  readonly code: FindingCode;
  readonly words: RegExp;
  readonly says: string;
  readonly next: string;
}[] = [
  {
    code: "sim-absent",
    words: /^(?:CME ERROR (?:10|SIM not inserted)|(?:SIM_)?ABSENT)$/i,
    says: "There is no SIM in the slot, or it has no contact.",
    next: "Take the SIM out and put it in again until it clicks; look at its orientation and the slot.",
  },
  {
    code: "sim-failure",
    words: /^CME ERROR (?:13|15|SIM failure|SIM wrong)$/i,
    says: "The SIM does not work.",
    next: "Try this SIM in a phone, and another SIM in this module.",
  },
  {
    code: "sim-pin",
    words: /^(?:SIM[ _]PIN2?|CME ERROR (?:11|SIM PIN required))$/i,
    says: "The SIM wants its PIN.",
    next: "Take the PIN off in a phone, or give it to the program that connects (quectel-CM -p).",
  },
  {
    code: "sim-puk",
    words: /^(?:SIM[ _]PUK2?|CME ERROR (?:12|SIM PUK required))$/i,
    says: "The SIM is locked after wrong PINs and wants its PUK.",
    next: "Unlock it in a phone with the PUK of its papers; ten wrong ones end it.",
  },
  {
    code: "sim-busy",
    words: /^(?:CME ERROR (?:14|SIM busy)|(?:SIM_)?NOT[ _]READY)$/i,
    says: "The SIM is not ready yet.",
    next: "Wait half a minute and diagnose again; a SIM that stays so has bad contact.",
  },
  {
    code: "sim-locked",
    words: /^(?:PH-(?:NET|SIM|NETSUB|SP|CORP) P[IU]N|SIM_NETWORK_PERSONALIZATION)$/i,
    says: "The module or SIM is locked to another network.",
    next: "Ask the carrier, or the seller of the module, for the unlock code.",
  },
];

function on(words: RegExp) {
  return ({ reading: { sim } }: Case) =>
    sim !== null && words.test(sim.trim()) ? ground("SIM", `the SIM is "${sim}"`) : null;
}

export const SIM_RULES: readonly Rule[] = [
  rule("sim-ready", "fine", "strong", on(/^(?:SIM_)?READY$/i), () => "The SIM is there and unlocked."),
  ...STATES.map(({ code, words, says, next }) =>
    rule(
      code,
      "sim",
      "strong",
      on(words),
      () => says,
      () => next,
    ),
  ),
];
