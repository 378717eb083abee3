import { type ExitCode, worstExit } from "./exits.js";
import type { Verdict } from "./verdict-table.js";

/** What was judged, by verdict, and what could not be read. */
export interface Tally {
  readonly modules: number;
  readonly failures: number;
  readonly verdicts: Readonly<Partial<Record<Verdict, number>>>;
}

/** Counts as it comes, and keeps nothing but counts: a file of records or a watch may have no end. */
export class TallyCounter {
  #modules = 0;
  #failures = 0;
  readonly #verdicts: Partial<Record<Verdict, number>> = {};
  readonly #exits = new Set<ExitCode>();

  judged(verdict: Verdict, exit: ExitCode): void {
    this.#modules += 1;
    this.#verdicts[verdict] = (this.#verdicts[verdict] ?? 0) + 1;
    this.#exits.add(exit);
  }

  failed(exit: ExitCode): void {
    this.#failures += 1;
    this.#exits.add(exit);
  }

  get tally(): Tally {
    return { modules: this.#modules, failures: this.#failures, verdicts: { ...this.#verdicts } };
  }

  /** That of everything together; nothing at all is "no module", never 0. */
  get exit(): ExitCode {
    return worstExit([...this.#exits]);
  }
}
