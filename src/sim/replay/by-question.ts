import { shapeOf } from "../../core/traffic-mask.js";
import { latin1 } from "../../protocol/at/lines.js";
import { encodeFrame, FrameReader } from "../../protocol/hdlc.js";
import { bytesOf, toHex } from "../../protocol/traffic/bytes.js";
import type { Transfer } from "../../protocol/traffic/format.js";
import type { EncapsulatedPort } from "../encapsulated-port.js";
import type { Pipe, UsbFunction } from "../pipe.js";
import type { Timers } from "../scheduler.js";
import { type Exchange, exchangesOf } from "./phases.js";

export interface AnsweringParts {
  readonly transfers: readonly Transfer[];
  readonly timers: Timers;
  /** Told of the recorded question that was asked again. */
  readonly asked: (out: Transfer) => void;
  /** Told of what was not recorded. */
  readonly silent: (what: string) => void;
}

/**
 * Answers looked up by the question. The same question asked again gets the next recorded answer, and from the last one on
 * always that; a recorded silence is an answer, too.
 */
class Answers {
  readonly #parts: AnsweringParts;
  readonly #byQuestion = new Map<string, Exchange[]>();

  constructor(parts: AnsweringParts, keyOf: (out: Transfer) => string | null) {
    this.#parts = parts;
    for (const exchange of exchangesOf(parts.transfers)) {
      const key = keyOf(exchange.out);
      if (key === null) continue;
      this.#byQuestion.set(key, [...(this.#byQuestion.get(key) ?? []), exchange]);
    }
  }

  ask(key: string, what: string, say: (answer: Uint8Array) => void): void {
    const { asked, silent, timers } = this.#parts;
    const left = this.#byQuestion.get(key);
    const found = left !== undefined && left.length > 1 ? left.shift() : left?.[0];
    if (found === undefined) {
      silent(what);
      return;
    }
    for (const answer of found.answers) {
      // Of what was recorded by its length alone nobody knows the words.
      if (!("bytes" in answer))
        timers.after(Math.max(0, answer.ms - found.out.ms), () => say(bytesOf(answer)));
    }
    asked(found.out);
  }
}

/** A line longer than this is noise, as to the module's parser. */
const LINE_LIMIT = 560;

/** An AT port that answers what was asked when it was recorded. */
export class ReplayedAt implements UsbFunction {
  readonly #pipe: Pipe;
  readonly #answers: Answers;
  #line = "";

  constructor(pipe: Pipe, parts: AnsweringParts) {
    this.#pipe = pipe;
    this.#answers = new Answers(parts, (out) => ("text" in out ? questionOf(out.text) : null));
  }

  receive(transfer: Uint8Array): "taken" {
    const parts = (this.#line + latin1(transfer)).split(/[\r\n]/);
    this.#line = (parts.pop() ?? "").slice(-LINE_LIMIT);
    for (const part of parts) {
      const question = questionOf(part);
      if (question !== "")
        this.#answers.ask(question, shapeOf(part.trim()), (bytes) => this.#pipe.send(bytes));
    }
    return "taken";
  }

  closed(): void {
    this.#line = "";
    this.#pipe.forget();
  }
}

/** AT commands are the same in capitals (3GPP 27.007, 4.1), and whoever's identity is in them. */
function questionOf(text: string): string {
  return shapeOf(text.trim().toUpperCase());
}

/** The DM port, frame by frame. */
export class ReplayedDiag implements UsbFunction {
  readonly #pipe: Pipe;
  readonly #answers: Answers;
  readonly #frames = new FrameReader();

  constructor(pipe: Pipe, parts: AnsweringParts) {
    this.#pipe = pipe;
    this.#answers = new Answers(parts, (out) => ("hex" in out ? out.hex : null));
  }

  receive(transfer: Uint8Array): "taken" {
    for (const frame of this.#frames.push(transfer)) {
      if (frame.kind !== "frame") continue;
      const hex = toHex(encodeFrame(frame.payload));
      this.#answers.ask(hex, `DIAG ${hex}`, (bytes) => this.#pipe.send(bytes));
    }
    return "taken";
  }

  closed(): void {
    this.#pipe.forget();
  }
}

/** The control channel: a message that is asked byte for byte as it was gets the messages that followed it. */
export class ReplayedMessages implements EncapsulatedPort {
  readonly #answers: Answers;
  readonly #waiting: Uint8Array[] = [];
  #told: () => void = () => undefined;

  constructor(parts: AnsweringParts) {
    this.#answers = new Answers(parts, (out) => ("hex" in out ? out.hex : null));
  }

  send(command: Uint8Array): void {
    const hex = toHex(command);
    this.#answers.ask(hex, `message ${hex}`, (bytes) => {
      this.#waiting.push(bytes);
      this.#told();
    });
  }

  take(): Uint8Array | null {
    return this.#waiting.shift() ?? null;
  }

  available(callback: () => void): void {
    this.#told = callback;
  }
}
