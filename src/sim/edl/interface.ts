import { FirehoseDevice } from "./firehose-device.js";
import type { FirehoseSetup } from "./firehose-setup.js";
import type { Taken, UsbFunction } from "../pipe.js";
import { freshProgrammer, type ProgrammerState } from "./programmer-state.js";
import { type LoadedProgrammer, SaharaDevice, type SaharaPhase, type SaharaSetup } from "./sahara-device.js";

/** What of EDL lasts when the host is killed: which language it speaks, how far it is, what nobody has read yet. */
export interface EdlMemory {
  readonly sahara: SaharaPhase;
  readonly programmer: ProgrammerState | null;
  readonly loaded: LoadedProgrammer | null;
  /** IN transfers in base64. */
  readonly queued: readonly string[];
}

export type EdlSetup = Omit<SaharaSetup, "started"> & Omit<FirehoseSetup, "state">;

/** The one interface of EDL: the boot ROM until a programmer is loaded, then the programmer. */
export class EdlInterface implements UsbFunction {
  readonly #setup: EdlSetup;
  readonly #sahara: SaharaDevice;
  #state: ProgrammerState | null;
  #loaded: LoadedProgrammer | null;
  #firehose: FirehoseDevice | null = null;

  constructor(setup: EdlSetup, memory: EdlMemory | null) {
    this.#setup = setup;
    const programmer = memory?.programmer ?? null;
    // What a world of an earlier version does not tell of it has its usual value.
    this.#state = programmer === null ? null : { ...freshProgrammer(), ...programmer };
    this.#loaded = memory?.loaded ?? null;
    const started = (programmer: LoadedProgrammer) => this.#start(programmer);
    // A memory without a programmer keeps its HELLO in the queue; only a new entry says HELLO.
    this.#sahara = new SaharaDevice({ ...setup, started }, memory?.sahara ?? null);
    if (this.#state !== null) this.#firehose = new FirehoseDevice({ ...setup, state: this.#state });
  }

  /** The programmer that was loaded since EDL was entered. */
  get loaded(): LoadedProgrammer | null {
    return this.#loaded;
  }

  get memory(): EdlMemory {
    const queued = this.#setup.pipe.queued.map((bytes) => Buffer.from(bytes).toString("base64"));
    return { sahara: this.#sahara.lastingPhase, programmer: this.#state, loaded: this.#loaded, queued };
  }

  receive(transfer: Uint8Array): Taken {
    return (this.#firehose ?? this.#sahara).receive(transfer);
  }

  more(): Uint8Array | null {
    return this.#firehose?.more() ?? null;
  }

  /** What was read is not said again, also when the host is killed behind it. */
  heard(): void {
    this.#setup.changed();
  }

  #start(programmer: LoadedProgrammer): void {
    const { timers, timing, changed } = this.#setup;
    this.#loaded = programmer;
    const state = freshProgrammer();
    const firehose = new FirehoseDevice({ ...this.#setup, state });
    this.#state = state;
    this.#firehose = firehose;
    timers.after(timing.programmerStartMs, () => {
      firehose.greet();
      changed();
    });
  }
}
