import type { ExitCode, Outcome } from "./exits.js";
import type { ModuleState } from "./lifecycle.js";

/**
 * What work says while it runs. Only `ui` turns it into words on a screen, and the run log keeps every one of them.
 * For one run: one `plan`, then `stage-start` ... `stage-end` pairs in the plan's order, then one `result` and nothing after it.
 */
export type RunEvent =
  | {
      readonly type: "plan";
      readonly title: string;
      readonly virtual: boolean;
      readonly stages: readonly StagePlan[];
    }
  | { readonly type: "stage-start"; readonly stage: StageId }
  | {
      readonly type: "progress";
      readonly stage: StageId;
      readonly doneBytes: number;
      readonly totalBytes: number;
      /** What is moving now, for example the image's file name. */
      readonly label: string;
    }
  | { readonly type: "wait"; readonly stage: StageId; readonly name: string; readonly deadlineMs: number }
  | { readonly type: "mode"; readonly stage: StageId; readonly portPath: string; readonly state: ModuleState }
  | { readonly type: "line"; readonly stage: StageId; readonly from: LineSource; readonly text: string }
  | {
      readonly type: "stage-end";
      readonly stage: StageId;
      readonly result: StageResult;
      readonly summary: string;
      readonly details: readonly string[];
    }
  | {
      readonly type: "result";
      /** `judged` ends a run that only looked. */
      readonly outcome: Outcome | "interrupted" | "failed" | "judged";
      readonly exit: ExitCode;
      readonly summary: readonly string[];
    };

export type StageId = string;
export type StageResult = "ok" | "skipped" | "failed";
export type LineSource = "module" | "host" | "note";

export interface StagePlan {
  readonly id: StageId;
  readonly title: string;
}

export type Emit = (event: RunEvent) => void;
