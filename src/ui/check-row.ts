import { describeJudgement } from "../core/verdict-words.js";
import type { ExitCode } from "../core/exits.js";
import type { Judgement } from "../core/verdict.js";

/** The declared hardware as short as it can be said: hardware code, else variant, else null. */
export function expectedOf({ declared }: Judgement): string | null {
  return declared === null ? null : (declared.hardware?.code ?? declared.variant);
}

/** What runs, as the module said it: the claim, else the last text that is no claim, else null. */
export function actualOf({ claimed, reading }: Judgement): string | null {
  return claimed?.text ?? reading.revisions.at(-1)?.text ?? null;
}

/** What became of one module, for formats that know passed, failed and not decided. */
export type ExitClass = "passed" | "passed-over" | "undecided" | "failed";

/** `passed-over` is a module that fails nothing and is no match either: unsupported, or unknown where that is allowed. */
export function exitClass({ verdict }: Judgement, exit: ExitCode): ExitClass {
  if (exit === 0) return verdict === "match" ? "passed" : "passed-over";
  return exit === 11 ? "undecided" : "failed";
}

/** The judgement in one sentence with its first advice. */
export function sentenceOf(judgement: Judgement): string {
  const [advice] = judgement.advice;
  return `${describeJudgement(judgement)}.${advice === undefined ? "" : ` ${advice}`}`;
}

/** A source that names a line: `unit-7.txt:12`; others, such as a port path, have null. */
export function fileLineOf(source: string): { readonly path: string; readonly line: number } | null {
  const [, path, line] = /^(.+):([1-9]\d{0,8})$/s.exec(source) ?? [];
  // Standard input has lines too, and no file to show them in.
  return path === undefined || path === "-" ? null : { path, line: Number(line) };
}
