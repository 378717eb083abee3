import type { ErrorCode, ErrorFacts } from "../errors.js";

/** The words of one failure: what is, with its real values, and what to try, most likely first, three at most. */
export interface Words {
  readonly what: string;
  readonly tries: readonly string[];
}

export type WordsOf<C extends ErrorCode> = { readonly [K in C]: (facts: ErrorFacts[K]) => Words };

/** Said only of a module with its old image; `wordsOf` puts RECOVER in its place for any other. */
export const POWER_CYCLE = "Power-cycle the module; nothing was written, so it starts as before.";
export const RECOVER = "Run `ecflash recover`: it meets the module where it is and finishes the plan.";
export const ASK_FOR_INDEX = "Ask whoever owns the firmware index.";
export const ASK_OWNER = "Ask whoever owns the firmware index; the package must be replaced there.";
/** Of what is as wrong in a vendor's mail as in an archive of the index. */
export const ASK_SOURCE =
  "Ask whoever you have the package from, the vendor or the owner of your firmware index; it must be replaced there.";
export const GET_AGAIN = "Get it once more from where it came: it may have been damaged on its way.";

export function seconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`;
}
