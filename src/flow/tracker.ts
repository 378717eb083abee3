import type { Emit } from "../core/events.js";
import type { Run } from "./run.js";
import { advance, type Change, type ModuleState } from "../core/lifecycle.js";
import type { PathFollower } from "../device/follow.js";

/** Keeps the two facts about one module and tells every change of them. */
export class ModuleTracker {
  readonly #emit: Emit;
  readonly #run: Pick<Run, "stageNow">;
  readonly portPath: string;
  #state: ModuleState;

  constructor(emit: Emit, run: Pick<Run, "stageNow">, portPath: string, state: ModuleState) {
    this.#emit = emit;
    this.#run = run;
    this.portPath = portPath;
    this.#state = state;
  }

  get state(): ModuleState {
    return this.#state;
  }

  apply(change: Change): void {
    const next = advance(this.#state, change);
    if (next.where === this.#state.where && next.image === this.#state.image) return;
    this.#state = next;
    this.#emit({ type: "mode", stage: this.#run.stageNow, portPath: this.portPath, state: next });
  }
}

/** Looks at the port path once after a failure, so that the last words are true, and gives the state. Sends nothing. */
export async function lookOnce(tracker: ModuleTracker, follower: PathFollower): Promise<ModuleState> {
  const seen = await follower.next(0);
  if (seen !== null) tracker.apply(seen.change);
  return tracker.state;
}
