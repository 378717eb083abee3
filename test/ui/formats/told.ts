import { EcflashError } from "../../../src/core/errors.js";
import { HOSTILE, HOSTILE_JUDGEMENT, JUDGEMENTS, VERDICTS } from "../judgements.js";
import type { Told } from "../rendered.js";

/** One module of each verdict, a hostile one, and two that could not be read. */
export const EVERYTHING: Told = {
  judgements: [...VERDICTS.map((verdict) => JUDGEMENTS[verdict]), HOSTILE_JUDGEMENT],
  failures: [
    { source: "1-1.4", error: new EcflashError("module-gone", { what: "AT+QGMR" }) },
    { source: HOSTILE, error: new EcflashError("input-unreadable", { path: HOSTILE, reason: HOSTILE }) },
  ],
  exit: 13,
};
