import type { EdlSwitches } from "./switches.js";
import type { Fault, Faults } from "../faults.js";
import type { Nand } from "../nand.js";
import type { Pipe } from "../pipe.js";
import type { ProgrammerState } from "./programmer-state.js";
import type { Recorder } from "../recorder.js";
import type { Timing } from "../scenario.js";
import type { Timers } from "../scheduler.js";

/** What a programmer needs of its module. */
export interface FirehoseSetup {
  readonly pipe: Pipe;
  readonly recorder: Recorder;
  readonly faults: Faults;
  readonly timers: Timers;
  readonly nand: Nand;
  readonly switches: EdlSwitches;
  readonly timing: Timing;
  readonly chipSerial: number;
  readonly state: ProgrammerState;
  readonly partitionAt: (sector: number) => string | null;
  /** The image that starts with SBL is being written, or is whole. */
  readonly sblWriting: (whole: boolean) => void;
  reset(delayMs: number): void;
  powerOff(): void;
  unplug(fault: Fault): void;
  readonly changed: () => void;
}
