import type { Declaration } from "./declaration.js";
import type { Variant } from "./facts.js";
import type { ModuleMode } from "./reading.js";
import type { Features, Verdict } from "./verdict-table.js";

const POWER_CYCLE = "Power-cycle the module (its power, not only the USB cable) and check again.";

/** Out of a mode without firmware. Dump mode ended with the power only (forums.quectel.com 35001). */
const WAYS_OUT: Readonly<Record<ModuleMode, string[]>> = {
  normal: [],
  edl: ["Run `ecflash recover`.", "Or power-cycle the module and check again."],
  dump: [POWER_CYCLE],
  fastboot: ["Run `fastboot reboot`.", `Or: ${POWER_CYCLE}`],
  absent: ["Look at power and cable, and check again."],
};

/** What to do next after a verdict, most useful first. */
export function adviceFor(
  verdict: Verdict,
  features: Features,
  foreign: readonly Variant[],
  declared: Declaration | null,
  unmet: string | null,
  mode: ModuleMode,
): string[] {
  const names = foreign.map(({ name }) => name).join(" or ");
  const label = "Read the ordering code on the shield and check again with --label.";
  switch (verdict) {
    case "not-running":
      return WAYS_OUT[mode];
    case "mismatch": {
      if (features.found !== "judged") return ["This is not the declared module; look at the label again."];
      const lost =
        features.impairment === "calibration"
          ? ["Calibration looks lost as well: flashing may not be enough."]
          : [];
      const how =
        declared?.hardware == null
          ? [label]
          : [
              `Put the right firmware on: ecflash flash --label ${typed(declared.text, declared.hardware.code)}`,
            ];
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
      return unmet === null ? [] : [unmet];
    case "match":
      return features.declaredCode ? [] : ["Declared by variant only; the label would make it certain."];
    case "custom":
      return ["Custom firmware is never replaced silently; ask whoever built this module."];
    case "unsupported":
      return [];
    case "unknown":
      return features.claim === "not-ready"
        ? ["The module was not ready or said nothing; wait a little and check again."]
        : [...(unmet === null || features.claim !== "revision" ? [] : [unmet]), label];
  }
}

/** A label as it can be pasted into a shell: text around it may come from anyone's file, and its code says the same. */
function typed(label: string, code: string): string {
  return /^[\w-]+$/.test(label) ? label : code;
}
