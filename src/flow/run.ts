import { asEcflashError, type EcflashError } from "../core/errors.js";
import type { Emit, LineSource, StageId, StagePlan } from "../core/events.js";
import { describeError, wordsOf } from "../core/catalogue.js";
import { EXIT, type ExitCode, OUTCOME_EXIT, type Outcome } from "../core/exits.js";

/** What a stage can say while it works. */
export interface StageVoice {
  line(from: LineSource, text: string): void;
  progress(doneBytes: number, totalBytes: number, label: string): void;
  /** Every wait has a name and a limit, and is announced. */
  wait(name: string, deadlineMs: number): void;
}

export interface StageEnd<T> {
  readonly value: T;
  readonly summary: string;
  readonly details?: readonly string[];
  readonly skipped?: boolean;
}

export interface RunResult {
  readonly outcome: Outcome | "interrupted" | "failed" | "judged";
  readonly exit: ExitCode;
  readonly summary: readonly string[];
}

/** One run as events: announces its stages, reports each, and ends with exactly one result. */
export class Run {
  readonly #emit: Emit;
  readonly #stages: readonly StagePlan[];
  readonly #begun = new Set<StageId>();
  #current: StageId = "";

  constructor(emit: Emit, plan: { title: string; virtual: boolean; stages: readonly StagePlan[] }) {
    this.#emit = emit;
    this.#stages = plan.stages;
    emit({ type: "plan", ...plan });
  }

  async stage<T>(id: StageId, work: (voice: StageVoice) => Promise<StageEnd<T>>): Promise<T> {
    this.#begun.add(id);
    this.#current = id;
    this.#emit({ type: "stage-start", stage: id });
    try {
      const { value, summary, details = [], skipped = false } = await work(this.#voice(id));
      this.#emit({ type: "stage-end", stage: id, result: skipped ? "skipped" : "ok", summary, details });
      return value;
    } catch (error) {
      const known = asEcflashError(error);
      this.#emit({
        type: "stage-end",
        stage: id,
        result: "failed",
        summary: wordsOf(known).what,
        details: [],
      });
      throw known;
    }
  }

  /** The stage that runs now, or ran last. */
  get stageNow(): StageId {
    return this.#current;
  }

  /** A line beside the stages' own: the programmer speaks through several of them. */
  line(from: LineSource, text: string): void {
    this.#emit({ type: "line", stage: this.#current, from, text });
  }

  /** Marks what has not begun as skipped, with one reason: all of it, or what lies before one stage. */
  skipRest(reason: string, before?: StageId): void {
    for (const { id } of this.#stages) {
      if (id === before) return;
      if (this.#begun.has(id)) continue;
      this.#begun.add(id);
      this.#emit({ type: "stage-end", stage: id, result: "skipped", summary: reason, details: [] });
    }
  }

  end(outcome: Outcome, summary: readonly string[]): RunResult {
    return this.#finish({ outcome, exit: OUTCOME_EXIT[outcome], summary });
  }

  /** The end of a run that only looked; its exit is the verdict's. */
  judged(exit: ExitCode, summary: readonly string[]): RunResult {
    return this.#finish({ outcome: "judged", exit, summary });
  }

  fail(error: EcflashError): RunResult {
    return this.#finish({ outcome: outcomeOf(error), exit: error.exit, summary: describeError(error) });
  }

  #finish(result: RunResult): RunResult {
    this.#emit({ type: "result", ...result });
    return result;
  }

  #voice(stage: StageId): StageVoice {
    return {
      line: (from, text) => this.#emit({ type: "line", stage, from, text }),
      progress: (doneBytes, totalBytes, label) =>
        this.#emit({ type: "progress", stage, doneBytes, totalBytes, label }),
      wait: (name, deadlineMs) => this.#emit({ type: "wait", stage, name, deadlineMs }),
    };
  }
}

function outcomeOf(error: EcflashError): RunResult["outcome"] {
  if (error.code === "calibration-lost") return "calibration-lost";
  if (error.code === "module-lost") return "lost";
  return OUTCOME_OF_EXIT[error.exit] ?? "failed";
}

const OUTCOME_OF_EXIT: Readonly<Partial<Record<ExitCode, RunResult["outcome"]>>> = {
  [EXIT.refused]: "refused",
  [EXIT.incomplete]: "incomplete",
  [EXIT.notConfirmed]: "unconfirmed",
  [EXIT.unproven]: "unproven",
  [EXIT.interrupted]: "interrupted",
};
