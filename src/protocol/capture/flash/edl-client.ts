import type { LineReader } from "../observation.js";
import { strangerOf } from "./programmer.js";

/** `HWID: 0x000480e100000000 (MSM_ID:0x000480e1,...`: the chip, which the boot ROM itself tells. */
const HWID = /(?<!\w)HWID:\s{0,20}0x(?<chip>[\da-f]{8})[\da-f]{8}\b/i;
/** Loaders of edl are named by the chip and the hash of its key: `000480e100000000_cc3153a80293939b_fhprg_9x07.mbn`. */
const LOADER = /(?<![\da-f])(?<chip>[\da-f]{8})[\da-f]{8}_[\da-f]{16}(?=[_.])/i;
const NAMED = /\bmain - Using loader /;
/** Said once a device answers; the loader is chosen before. */
const MET = /\bmain - Mode detected: (?:sahara|firehose)/;
/** The MDM9x07 of EC25, EC21, EG25 and EC20-CE, whatever the variant (domain.md 2.3). */
const OURS = "000480e1";
const LENGTH_LIMIT = 4096;

/**
 * The log of edl.py, which speaks Sahara and Firehose with any Qualcomm device. It is read once the chip is told: a module
 * in EDL says no more of itself, and another chip is none of ours. Where Sahara is over, the loader tells the chip.
 */
export function edlClient(): LineReader {
  let chip: string | null = null;
  let stranger: string | null = null;
  let met = false;
  return (line) => {
    const text = line.slice(0, LENGTH_LIMIT);
    const told = HWID.exec(text)?.groups?.["chip"]?.toLowerCase();
    chip = told ?? LOADER.exec(text)?.groups?.["chip"]?.toLowerCase() ?? chip;
    if (NAMED.test(text)) stranger = strangerOf(text) ?? stranger;
    const isMet = MET.test(text);
    if (told === undefined && !isMet) return [];
    met ||= isMet;
    // Notes keep the chip of a module beside what it runs; only the log itself says that it is in EDL.
    if (chip === OURS) return !met ? [] : [{ kind: "mode", mode: "edl", how: `edl found a chip ${chip}` }];
    if (chip !== null) return [{ kind: "stranger", text: `a device of another chip (HWID ${chip})` }];
    return stranger === null ? [] : [{ kind: "stranger", text: stranger }];
  };
}
