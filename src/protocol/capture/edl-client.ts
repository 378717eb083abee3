import type { LineReader, Observation } from "./observation.js";
import { strangerOf } from "./programmer.js";

/** `HWID: 0x000480e100000000 (MSM_ID:0x000480e1,...`: the chip, which the boot ROM itself tells. */
const HWID = /^(?:sahara - )?HWID:\s{0,20}0x(?<chip>[\da-f]{8})[\da-f]{8}\b/i;
/** Loaders of edl are named by the chip and the hash of its key: `000480e100000000_cc3153a80293939b_fhprg_9x07.mbn`. */
const LOADER =
  /^main - Using loader \S{0,300}?(?<![\da-f])(?<chip>[\da-f]{8})[\da-f]{8}_[\da-f]{16}(?:_|\.)/i;
const LOADER_NAMED = /^main - Using loader /;
/** The MDM9x07 of EC25, EC21, EG25 and EC20-CE, whatever the variant (domain.md 2.3). */
const OURS = "000480e1";
const LENGTH_LIMIT = 1024;

/**
 * The log of edl.py, which speaks Sahara and Firehose with any Qualcomm device. It is read once the chip is told: a module
 * in EDL says no more of itself, and another chip is none of ours.
 */
export function edlClient(): LineReader {
  return (line) => {
    const text = line.slice(0, LENGTH_LIMIT).trim();
    const chip = (HWID.exec(text) ?? LOADER.exec(text))?.groups?.["chip"]?.toLowerCase();
    if (chip === OURS) return [{ kind: "mode", mode: "edl", how: `edl found a chip ${chip}` }];
    if (chip !== undefined) return stranger(`a device of another chip (HWID ${chip})`);
    const other = LOADER_NAMED.test(text) ? strangerOf(text) : null;
    return other === null ? [] : stranger(other);
  };
}

function stranger(text: string): readonly Observation[] {
  return [{ kind: "stranger", text }];
}
