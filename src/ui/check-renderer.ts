import type { EcflashError } from "../core/errors.js";
import type { ExitCode } from "../core/exits.js";
import type { InventoryReport } from "../core/inventory-match.js";
import type { Tally } from "../core/tally.js";
import type { Judgement } from "../core/verdict.js";
import type { Output } from "./view.js";

/** A module, or a text, that could not be read. */
export interface CheckFailure {
  readonly source: string;
  readonly error: EcflashError;
}

/** What is known only when everything was judged. */
export interface CheckSummary {
  readonly exit: ExitCode;
  /** Of everything, also of verdicts that were not asked for and are not told of. */
  readonly tally: Tally;
  /** Which rows of an inventory have a record and which records a row; absent without one. */
  readonly inventory?: InventoryReport | undefined;
}

/**
 * One rendering of the result of `check`. It is told of each module as it is judged, so that a format of lines needs no
 * memory for a million of them; a format that must know all first collects by itself. Order: begin, any number of
 * record and failure, end.
 */
export interface CheckRenderer {
  begin(): void;
  /** `exit` is what this judgement alone would exit with, under the options of the command. */
  record(judgement: Judgement, exit: ExitCode): void;
  failure(failure: CheckFailure): void;
  end(summary: CheckSummary): void;
  /** What the process exits with, where the readers of a format have codes of their own. */
  processExit?(exit: ExitCode): number;
}

/** Where a rendering goes, and what it may need to know besides judgements. */
export interface RenderTarget {
  readonly out: Pick<Output, "write" | "isTTY">;
  /** When the judging began. */
  readonly now: Date;
  /** The long form, where the format has one. */
  readonly explain: boolean;
}

export type MakeRenderer = (target: RenderTarget) => CheckRenderer;
