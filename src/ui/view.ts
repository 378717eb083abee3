import type { Emit } from "../core/events.js";

/** Something that shows runs. `close` resolves when everything it was given is on the screen. */
export interface View {
  readonly emit: Emit;
  close(): Promise<void>;
}

/** Where views write: the two streams of the process, or a test's. */
export interface Output {
  write(text: string): void;
  readonly isTTY: boolean;
  readonly columns: number;
}
