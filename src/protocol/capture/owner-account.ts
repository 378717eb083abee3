import type { LineReader, Observation } from "./observation.js";
import { isQuectelShape } from "./revision-text.js";

/**
 * "I mistakenly flashed EC20CEFAGR06A15M4G (CEFAG) firmware onto this hardware": the first person, the past tense, the
 * revision and the module it is on now. A plan, a wish, a question or a package's file is none of it.
 */
const BEGINNING =
  /\b(?:I|[Ww]e) (?:\w{1,16} ){0,3}(?:flashed|installed) (?:the )?(?<revision>[A-Z]{2}\d{2,3}[\w.#-]{8,70})(?!\S)(?<rest>.*)$/;
const ONTO = /^(?: \([^)]{1,40}\))?(?: firmware| image)? (?:on ?to|on|to|in|into) (?:this|the|my|our|a)\b/;
const LENGTH_LIMIT = 512;

/** The owner's account of what was flashed; where the module itself answers later, the answer is the later one. */
export function ownerAccount(): LineReader {
  let before = "";
  return (line) => {
    const text = line.length > LENGTH_LIMIT ? "" : line.trim();
    const found = accountOf(before, `${before} ${text}`);
    before = found.length === 0 ? text : "";
    return found;
  };
}

/** Sentences wrap: they begin in the line before, or are whole in it. */
function accountOf(before: string, both: string): readonly Observation[] {
  const { revision = "", rest = "" } =
    BEGINNING.exec(before === "" ? both : both.slice(0, 1024))?.groups ?? {};
  if (!isQuectelShape(revision) || !ONTO.test(rest)) return [];
  return [{ kind: "revision", text: revision, from: "the owner's account" }];
}
