import { VERDICTS } from "../core/verdict-meaning.js";
import type { Tally } from "../core/tally.js";

/** `3 modules: 2 match, 1 mismatch; 1 not read`. */
export function tallyText({ modules, failures, verdicts }: Tally): string {
  const parts = VERDICTS.flatMap((verdict) => {
    const count = verdicts[verdict];
    return count === undefined ? [] : [`${count} ${verdict}`];
  });
  const counted = `${modules} module${modules === 1 ? "" : "s"}`;
  const judged = parts.length === 0 ? counted : `${counted}: ${parts.join(", ")}`;
  return failures === 0 ? judged : `${judged}; ${failures} not read`;
}
