import type { Verdict } from "./verdict-table.js";

/** What each verdict means, in a sentence or two that stand alone (design.md "Verdict"). */
export const VERDICT_MEANING: Readonly<Record<Verdict, string>> = {
  "not-running": "The module is in EDL, dump or fastboot mode: no firmware runs that could say anything.",
  unsupported: "Not a module that ecflash knows; nothing is declared, so nothing is held against it.",
  unknown:
    "Nothing is declared and nothing contradicts the firmware, or the module did not answer. What the firmware says of itself cannot show that it belongs here.",
  custom: "The revision is not one Quectel would write: somebody built this firmware.",
  disputed:
    "The declaration and the firmware differ, and what the module shows speaks for the firmware; or two declarations differ. A wrong label is likelier than wrong factory firmware.",
  mismatch:
    "The firmware is made for other hardware than the declared one, or this is another make altogether.",
  impaired:
    "The firmware belongs to the hardware, but the radio stays offline or calibration is lost. Flashing will not help.",
  outdated: "The firmware belongs to the hardware, but it is not the release that is asked for.",
  match: "The firmware belongs to the declared hardware.",
  suspect: "Nothing is declared, but what the module shows speaks against the firmware it reports.",
};

export const VERDICTS = Object.keys(VERDICT_MEANING) as readonly Verdict[];
