import type { LineReader, Observation } from "./observation.js";
import { isQuectelShape } from "./revision-text.js";

/** A revision as a word of its own; whether it is one is looked at behind the match. */
const REVISION = String.raw`(?<revision>[A-Z]{2}\d{2,3}[\w.#-]{8,70})`;
const MODULE = String.raw`(?:[Tt]his|[Tt]he|[Mm]y|[Oo]ur) (?:\w{1,16} )?(?:module|modem|hardware|board|device|unit)`;

/**
 * "I mistakenly flashed EC20CEFAGR06A15M4G (CEFAG) firmware onto this hardware", "my module was flashed with ...": the
 * past tense, the revision and the module it is on now. A plan, a wish, a question or a package's file is none of it.
 */
const ACCOUNTS: readonly RegExp[] = [
  new RegExp(
    String.raw`\b(?:I|[Ww]e) (?:\w{1,16} ){0,3}(?:flashed|installed|loaded) (?:the )?(?:firmware )?${REVISION}(?: \([^)]{1,40}\))?(?: firmware| image)? (?:onto|on to|on|to|into) (?:(?:this|the|my|our) \w{1,16} )?${MODULE}\b`,
  ),
  new RegExp(
    String.raw`\b${MODULE} (?:was|got|has been) (?:\w{1,16} ){0,2}(?:flashed|updated|upgraded|downgraded) (?:with|to) (?:firmware )?${REVISION}(?=\s|$)`,
  ),
];
/** Said of what did not happen, or of what somebody else should do. */
const UNREAL = /\b(?:if|should|would|could|not|never|n't|before|until|when|will|can|may|example)\b/i;
const LENGTH_LIMIT = 512;

/** The owner's account of what was flashed; where the module itself answers later, the answer is the later one. */
export function ownerAccount(): LineReader {
  let before = "";
  return (line) => {
    const text = line.length > LENGTH_LIMIT ? "" : line.trim();
    // A sentence wraps: it is whole in this line, or began in the one before.
    const found = accountOf(`${before} ${text}`);
    before = found.length === 0 ? text : "";
    return found;
  };
}

function accountOf(text: string): readonly Observation[] {
  for (const account of ACCOUNTS) {
    const match = account.exec(text);
    const revision = match?.groups?.["revision"]?.replace(/[.,;]$/, "") ?? "";
    if (match === null || !isQuectelShape(revision)) continue;
    const begins = Math.max(text.lastIndexOf(". ", match.index), text.lastIndexOf("? ", match.index)) + 1;
    const sentence = text.slice(begins, match.index + match[0].length);
    if (!UNREAL.test(sentence)) return [{ kind: "revision", text: revision, from: "the owner's account" }];
  }
  return [];
}
