import type { PackageFile, Plan, PlanStep } from "../core/plan.js";

/** What one plan item left behind: asked, accepted, sent, acknowledged. The run believes these, not a tool's exit code. */
export interface ItemEvidence {
  readonly item: number;
  readonly step: PlanStep;
  readonly accepted: boolean;
  readonly sentBytes: number;
  readonly acknowledged: boolean;
  /** Blocks the programmer skipped as bad while it worked on this item. */
  readonly badBlocks: number;
}

export interface FlashEvidence {
  readonly engine: string;
  readonly items: readonly ItemEvidence[];
}

export interface FlashHooks {
  /** Called before the first erase is sent; the journal must be on disk when it resolves. */
  readonly beforeFirstErase: () => Promise<void>;
  readonly progress: (doneBytes: number, label: string) => void;
  /** Aborted when the user insists on stopping inside the write; looked at between items. */
  readonly stop: AbortSignal;
}

/** Puts a plan on a module that is in EDL with its programmer running. One interface for every engine. */
export interface Flasher {
  readonly engine: string;
  /**
   * Executes every step in order. Throws `write-failed` or `write-interrupted` once an erase was sent, and never
   * swallows a NAK. `readFile` gives a package file's proven bytes.
   */
  flash(
    plan: Plan,
    readFile: (file: PackageFile) => Promise<Uint8Array>,
    hooks: FlashHooks,
  ): Promise<FlashEvidence>;
}
