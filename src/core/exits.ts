/** Exit codes of every command: the contract with scripts and CI. 2 to 6 promise that nothing was written to a module. */
export const EXIT = {
  done: 0,
  bug: 1,
  usage: 2,
  noModule: 3,
  refused: 4,
  packageNotAcceptable: 5,
  hostNotReady: 6,
  incomplete: 7,
  notConfirmed: 8,
  unproven: 9,
  mismatch: 10,
  undecided: 11,
  policy: 12,
  impaired: 13,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * Most urgent first: a bug and a lost module outrank a mismatch, a mismatch outranks an undecided one, and also an input
 * that nobody can read (2) beside it.
 */
const URGENCY: readonly ExitCode[] = [1, 8, 7, 9, 130, 13, 10, 2, 5, 4, 6, 11, 12, 3, 0];

/** The exit code for several modules together. An empty list is "no module" (3), never 0. */
export function worstExit(codes: readonly ExitCode[]): ExitCode {
  return URGENCY.find((code) => codes.includes(code)) ?? EXIT.noModule;
}

/** How a flashing run ended. */
export type Outcome =
  | "done"
  | "nothing-to-do"
  | "refused"
  | "incomplete"
  | "unconfirmed"
  | "calibration-lost"
  | "lost"
  | "unproven";

export const OUTCOME_EXIT: Readonly<Record<Outcome, ExitCode>> = {
  done: EXIT.done,
  "nothing-to-do": EXIT.done,
  refused: EXIT.refused,
  incomplete: EXIT.incomplete,
  unconfirmed: EXIT.notConfirmed,
  "calibration-lost": EXIT.notConfirmed,
  lost: EXIT.notConfirmed,
  unproven: EXIT.unproven,
};
