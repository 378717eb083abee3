import type { UsbDevice } from "../../core/bus.js";
import type { Transfer } from "../../protocol/traffic/format.js";
import { languageOf } from "../../protocol/traffic/language.js";
import type { EncapsulatedPort } from "../encapsulated-port.js";
import { Pipe } from "../pipe.js";
import { type Scheduler, Timers } from "../scheduler.js";
import type { VirtualDevice } from "../usb.js";
import type { PipeEnd, UsbModule } from "../usb-module.js";
import { type AnsweringParts, ReplayedAt, ReplayedDiag, ReplayedMessages } from "./by-question.js";
import { ReplayedInOrder } from "./in-order.js";
import type { Phase } from "./phases.js";
import { shownAgain } from "./shown-again.js";
import type { Silence } from "./unanswered.js";

const REPLAYED = { lines: ReplayedAt, frames: ReplayedDiag, edl: ReplayedInOrder } as const;

/**
 * A module that lives as it was recorded: it answers what is in the recording and nothing else. It leaves when the last
 * thing that was said to it before it left is said again; where nothing was said, when its time has come.
 */
export class ReplayedModule implements UsbModule {
  readonly portPath: string;
  readonly #phases: readonly Phase[];
  readonly #scheduler: Scheduler;
  readonly #silence: Silence;
  readonly #timers: Timers;
  readonly #pipes = new Map<number, Pipe>();
  readonly #messages = new Map<number, ReplayedMessages>();
  #at = 0;

  constructor(portPath: string, phases: readonly Phase[], scheduler: Scheduler, silence: Silence) {
    this.portPath = portPath;
    this.#phases = phases;
    this.#scheduler = scheduler;
    this.#silence = silence;
    this.#timers = new Timers(scheduler);
    this.#begin();
  }

  get device(): VirtualDevice | null {
    const device = this.#phases[this.#at]?.device ?? null;
    return device === null ? null : shownAgain(device);
  }

  pipe(interfaceNumber: number): PipeEnd | null {
    return this.#pipes.get(interfaceNumber) ?? null;
  }

  encapsulated(interfaceNumber: number): EncapsulatedPort | null {
    return this.#messages.get(interfaceNumber) ?? null;
  }

  #begin(): void {
    const phase = this.#phases[this.#at];
    if (phase === undefined) return;
    if (phase.device !== null) this.#plug(phase, phase.device);
    const { untilMs, fromMs, lastOut } = phase;
    if (untilMs !== null && lastOut === null) this.#timers.after(untilMs - fromMs, () => this.#next());
  }

  #plug(phase: Phase, device: UsbDevice): void {
    for (const { number } of device.interfaces) {
      const parts = this.#partsFor(phase, number);
      const language = languageOf(device, number);
      if (language === "messages") this.#messages.set(number, new ReplayedMessages(parts));
      // What nobody understood was recorded by its length; the data path of a network interface is not replayed.
      if (language === "messages" || language === "unknown") continue;
      const pipe = new Pipe(() => this.#scheduler.wake());
      this.#pipes.set(number, pipe);
      pipe.connect(new REPLAYED[language](pipe, parts));
    }
  }

  #partsFor(phase: Phase, interfaceNumber: number): AnsweringParts {
    return {
      transfers: phase.transfers.get(interfaceNumber) ?? [],
      timers: this.#timers,
      asked: (out) => this.#asked(phase, out),
      silent: (what) => this.#silence.note(this.portPath, interfaceNumber, what),
    };
  }

  #asked({ lastOut, untilMs }: Phase, out: Transfer): void {
    if (out !== lastOut || untilMs === null) return;
    this.#timers.after(Math.max(0, untilMs - out.ms), () => this.#next());
  }

  #next(): void {
    this.#timers.clear();
    for (const pipe of this.#pipes.values()) pipe.die();
    this.#pipes.clear();
    this.#messages.clear();
    this.#at += 1;
    this.#begin();
    this.#scheduler.wake();
  }
}
