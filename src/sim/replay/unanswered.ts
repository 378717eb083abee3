/** A question that the recording has no answer to. */
export interface Unanswered {
  readonly portPath: string;
  readonly interfaceNumber: number;
  readonly what: string;
  readonly times: number;
}

/** Different questions that are kept; a program that asks anything else all the time fills no memory. */
const KEPT_LIMIT = 100;

/** Collects what got silence since it was not recorded. */
export class Silence {
  readonly #kept = new Map<string, Unanswered>();

  note(portPath: string, interfaceNumber: number, what: string): void {
    const key = `${portPath} ${interfaceNumber} ${what}`;
    const known = this.#kept.get(key);
    if (known === undefined && this.#kept.size >= KEPT_LIMIT) return;
    this.#kept.set(key, { portPath, interfaceNumber, what, times: (known?.times ?? 0) + 1 });
  }

  get list(): readonly Unanswered[] {
    return [...this.#kept.values()];
  }
}
