import type { Judgement } from "../core/verdict.js";

export interface Tally {
  readonly modules: number;
  readonly failures: number;
  readonly verdicts: Readonly<Partial<Record<Judgement["verdict"], number>>>;
}

/** Counts modules by verdict, and failures, as they come. */
export class TallyCounter {
  #modules = 0;
  #failures = 0;
  readonly #verdicts: Partial<Record<Judgement["verdict"], number>> = {};

  record({ verdict }: Pick<Judgement, "verdict">): void {
    this.#modules += 1;
    this.#verdicts[verdict] = (this.#verdicts[verdict] ?? 0) + 1;
  }

  failure(): void {
    this.#failures += 1;
  }

  get tally(): Tally {
    return { modules: this.#modules, failures: this.#failures, verdicts: { ...this.#verdicts } };
  }
}
