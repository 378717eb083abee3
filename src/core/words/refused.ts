import { ASK_FOR_INDEX, POWER_CYCLE, type WordsOf } from "./common.js";

/** Words of refusals: a good package, but not for this module now. */
export const REFUSED_WORDS: WordsOf<
  | "undeclared"
  | "declared-without-code"
  | "disputed"
  | "verdict-forbids-flash"
  | "package-for-other-hardware"
  | "crossing-without-edge"
  | "engine-blocked"
  | "geometry-differs"
  | "maps-differ"
  | "map-unreadable"
  | "stranger-in-edl"
  | "stranger-at-port"
  | "wrong-mode"
> = {
  undeclared: (f) => ({
    what: `Nothing says what this module is. Its firmware claims ${f.claimed}, but a claim is what is in doubt.`,
    tries: ["Read the ordering code on the shield and give it: --label EC25AFA-512-STD."],
  }),
  "declared-without-code": (f) => ({
    what:
      f.codes.length > 1
        ? `${f.variant} is built with several hardware codes (${f.codes.join(", ")}), and firmware belongs to one of them only.`
        : `No hardware code of ${f.variant} is recorded for certain (${f.codes[0] ?? "none is known"}), and firmware belongs to one only.`,
    tries: ["Read the ordering code on the shield and give it with --label."],
  }),
  disputed: (f) => ({
    what: `Declared is ${f.declared}, but the module claims ${f.claimed} and shows it: ${f.because}. A wrong label is likelier than wrong factory firmware.`,
    tries: [
      "Read the shield of this very module again.",
      "Check that the port path belongs to it: `ecflash list`.",
    ],
  }),
  "verdict-forbids-flash": (f) => ({
    what: `The module's verdict is ${f.verdict}: ${f.because.replace(/\.$/, "")}. It is not flashed.`,
    tries: ["See `ecflash check` for the evidence."],
  }),
  "package-for-other-hardware": (f) => ({
    what: `${f.release} is firmware for ${f.packageCode}; the module is declared ${f.declaredCode}.`,
    tries: [`Leave --release away to take the recommended release for ${f.declaredCode}.`],
  }),
  "crossing-without-edge": (f) => ({
    what: `Going from ${f.from} to ${f.to} is a crossing that no signed index allows: ${f.why}.`,
    tries: [
      `Send Quectel this, with the whole IMEI in it: AT+QGMR ${f.from}, label ${f.label ?? "(as on the shield)"}, IMEI ${f.imeiEnd === null ? "(of the module)" : `...${f.imeiEnd}`}; may this module be taken to ${f.to}, and with which package?`,
      "The owner of the index can add an edge once it is tested: ecflash index edge.",
    ],
  }),
  "engine-blocked": (f) => ({
    what: `The index does not allow ${f.engine} to write ${f.release}: ${f.reason}.`,
    tries: ["Choose another release with --release.", ASK_FOR_INDEX],
  }),
  "geometry-differs": (f) => ({
    what: `The NAND is ${f.module}; the package is made for ${f.plan}.`,
    tries: ["Ask for the package built for this NAND; two kinds exist under one ordering code."],
  }),
  "maps-differ": (f) => ({
    what: `Where calibration lies on this module is not where the package expects it: ${f.differences.join("; ")}.`,
    tries: [
      "Do not force it: writing would destroy radio calibration that nobody can restore.",
      "Send both maps to Quectel and ask for the package of this module.",
    ],
  }),
  "map-unreadable": (f) => ({
    what: `The module's own partition map could not be read (${f.reason}), so it cannot be proven that calibration stays untouched.`,
    tries: [POWER_CYCLE, "Try again; if it stays, ask Quectel for the package of this module."],
  }),
  "stranger-in-edl": (f) => ({
    what: `Another module is in EDL there: the run belongs to chip ${f.expected}, this one is chip ${f.found}.`,
    tries: [
      "Power-cycle this module to lead it out of EDL.",
      "Put the module of the unfinished run back into this port.",
    ],
  }),
  "stranger-at-port": (f) => ({
    what: `An unfinished run at ${f.portPath} belongs to the module with IMEI ${f.expected}; the IMEI of this one is ${f.found}.`,
    tries: [
      "Put the module of the unfinished run back into this port and run `ecflash recover`.",
      `To give that run up for good, remove its record, ${f.record}.`,
    ],
  }),
  "wrong-mode": (f) => ({
    what: `The module at ${f.portPath} is in ${f.mode} mode, where this cannot be done.`,
    tries: [
      "Power-cycle the module: take its power, not only the USB cable; dump mode ends in no other way.",
      "If it then waits in EDL: `ecflash recover`.",
    ],
  }),
};
