import { seconds, type WordsOf } from "./common.js";

/** Words of what was asked for. */
export const USAGE_WORDS: WordsOf<
  | "bug"
  | "usage"
  | "variant-unknown"
  | "label-unknown"
  | "label-ambiguous"
  | "scenario-unknown"
  | "inventory-invalid"
  | "time-up"
  | "input-unreadable"
  | "input-empty"
  | "manifest-invalid"
  | "config-invalid"
  | "key-unusable"
  | "policy-invalid"
  | "no-module"
  | "module-ambiguous"
  | "nothing-to-recover"
> = {
  bug: (f) => ({
    what: `ecflash failed in a way it did not foresee: ${f.detail}.`,
    tries: ["Report this with the run log; it is a fault of ecflash, not of the module."],
  }),
  usage: (f) => ({ what: f.detail, tries: ["See `ecflash --help`."] }),
  "variant-unknown": (f) => ({
    what: `No variant is called "${f.variant}".`,
    tries: [`Known variants: ${f.known.join(", ")}.`],
  }),
  "label-unknown": (f) => ({
    what: `The label "${f.label}" names no hardware code and no variant that is known.`,
    tries: [
      "Type the first line of the shield as it is printed, for example EC25AFA-512-STD.",
      "Or name the variant: --variant EC25-A.",
    ],
  }),
  "label-ambiguous": (f) => ({
    what: `The label "${f.label}" can be read in two ways: ${f.readings.join(" or ")}.`,
    tries: ["Type the whole ordering code with its size, for example EC25AFA-512-STD."],
  }),
  "scenario-unknown": (f) => ({
    what: `No scenario of the virtual module is called "${f.scenario}".`,
    tries: [`Known scenarios: ${f.known.join(", ")}.`],
  }),
  "inventory-invalid": (f) => ({
    what: `The inventory ${f.path} cannot be trusted: ${f.problems.join("; ")}.`,
    tries: ["Correct the rows; a row that says nothing certain would weaken every verdict."],
  }),
  "time-up": (f) => ({
    what: `The ${seconds(f.limitMs)} of --timeout were over before ${f.what} was finished.`,
    tries: ["Allow more: --timeout 120. A module that starts needs 30 s, a silent one as long to be sure."],
  }),
  "input-unreadable": (f) => ({
    what: `${f.path} cannot be read: ${f.reason}.`,
    tries: ["Check the path, and that this user may read what is there."],
  }),
  "input-empty": (f) => ({
    what: `${f.path} holds no answer of a module.`,
    tries: ["Give a captured terminal text with AT+QGMR, ATI or a quectel-CM log in it."],
  }),
  "manifest-invalid": (f) => ({
    what: `The manifest ${f.path} is not valid: ${f.reason}.`,
    tries: ["Correct the file; an unknown key is an error."],
  }),
  "config-invalid": (f) => ({
    what: `The configuration ${f.path} is not valid: ${f.reason}.`,
    tries: ["Correct the file; an unknown key is an error."],
  }),
  "key-unusable": (f) => ({
    what: `The key ${f.path} cannot be used: ${f.reason}.`,
    tries: ["Name a key made by `ecflash index keygen` or `minisign -G`, and its password."],
  }),
  "policy-invalid": (f) => ({
    what: `The policy ${f.path} is not valid: ${f.reason}.`,
    tries: ["Correct the file; `ecflash manifest schema policy` prints its shape."],
  }),
  "no-module": (f) => ({
    what: `No module of the EC25 family was found (${f.looked}).`,
    tries: [
      "Check power and the USB cable; `lsusb` should show 2c7c:0125.",
      "Try without hardware: `ecflash check --sim wrong-variant`.",
    ],
  }),
  "module-ambiguous": (f) => ({
    what: `Several modules are plugged: ${f.portPaths.join(", ")}.`,
    tries: [`Say which one: --port ${f.portPaths[0] ?? "1-1"}.`],
  }),
  "nothing-to-recover": (f) => ({
    what: `No unfinished run is recorded for the module at ${f.portPath}.`,
    tries: ["`ecflash check` tells what the module is."],
  }),
};
