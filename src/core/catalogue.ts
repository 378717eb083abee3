import type { EcflashError, ErrorCode, ErrorFacts } from "./errors.js";
import { describeState } from "./lifecycle.js";
import { POWER_CYCLE, RECOVER, type Words, type WordsOf } from "./words/common.js";
import { HOST_WORDS } from "./words/host.js";
import { INDEX_WORDS } from "./words/index.js";
import { PACKAGE_WORDS } from "./words/package.js";
import { REFUSED_WORDS } from "./words/refused.js";
import { RUN_WORDS } from "./words/run.js";
import { USAGE_WORDS } from "./words/usage.js";

const CATALOGUE: WordsOf<ErrorCode> = {
  ...USAGE_WORDS,
  ...REFUSED_WORDS,
  ...INDEX_WORDS,
  ...PACKAGE_WORDS,
  ...HOST_WORDS,
  ...RUN_WORDS,
};

/** The words of a failure. Total: a code without words does not compile. */
export function wordsOf(error: EcflashError): Words {
  const wordsFor = CATALOGUE[error.code] as (facts: ErrorFacts[ErrorCode]) => Words;
  const words = wordsFor(error.facts);
  if (error.state === null || error.state.image === "old") return words;
  return { ...words, tries: words.tries.map((line) => (line === POWER_CYCLE ? RECOVER : line)) };
}

/** A failure in full: what is, how the module is, what to try. One line each. */
export function describeError(error: EcflashError): string[] {
  const { what, tries } = wordsOf(error);
  const how = error.state === null ? [] : [describeState(error.state)];
  return [`${what} [${error.code}]`, ...how, ...tries.map((line) => `- ${line}`)];
}
