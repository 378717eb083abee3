import type { AtCommand } from "../core/at-commands.js";
import type { Clock, Port } from "../core/bus.js";
import { EcflashError } from "../core/errors.js";
import { type AtAnswer, AtAnswerCollector } from "../protocol/at/answer.js";
import { AtLineReader, type AtToken, toLatin1 } from "../protocol/at/lines.js";

/** How long a port must be quiet before it counts as read empty, and how long that is tried on a chatty one. */
const SETTLE = { quietMs: 100, afterSilenceMs: 1_000, limitMs: 5_000 } as const;

/** A port that streams without a pause (NMEA) is not read off for ever. QFirehose stops at 100 reads too (domain.md 4.1). */
const DRAIN_READS = 100;

/** How long a conversation that can be ended waits at a time, before it looks whether it was. */
const SLICE_MS = 200;

/** A conversation with one AT port: one command at a time, each with its limit. Sends only strings of the closed lists. */
export class AtSession {
  readonly #port: Port;
  readonly #clock: Clock;
  readonly #end: AbortSignal | undefined;
  readonly #reader = new AtLineReader();
  #pending: AtToken[] = [];
  /** The module was heard to repeat a command, as it does by default (domain.md, section 2). */
  #echoes = false;
  /** How long to wait for quiet before the next command: an earlier one, perhaps another program's, may still be answered. */
  #settleMs: number = SETTLE.quietMs;

  /** `end` ends it at any time, also inside an answer: what waits then rejects with the signal's reason. */
  constructor(port: Port, clock: Clock, end?: AbortSignal) {
    this.#port = port;
    this.#clock = clock;
    this.#end = end;
  }

  get path(): string {
    return this.#port.path;
  }

  /**
   * The answer to a command. Throws `at-silent` when no final result came in `deadlineMs`, `module-gone` on unplug.
   * What arrived before the command belongs to nobody and is dropped; so is what arrives before its echo once the module
   * was heard to echo. Without echo a late answer is waited out for a second after each silence.
   */
  async ask(command: AtCommand, deadlineMs: number): Promise<AtAnswer> {
    this.#end?.throwIfAborted();
    if (this.#settleMs > 0) await this.settle(this.#settleMs);
    else await this.#drain();
    this.#settleMs = 0;
    await this.#port.write(toLatin1(`${command}\r`));
    const collector = new AtAnswerCollector(command, { echoes: this.#echoes });
    let heard = false;
    const answer = await this.#until(deadlineMs, (token) => {
      heard = true;
      return collector.push(token);
    });
    // Words without an echo: another program may have turned it off. A module that said nothing only hangs.
    this.#echoes = collector.echoed || (this.#echoes && !heard);
    if (answer !== null) return answer;
    this.#settleMs = SETTLE.afterSilenceMs;
    throw new EcflashError("at-silent", { path: this.path, waitedMs: deadlineMs });
  }

  /** Reads and drops what the port still says, until it was quiet for `quietMs`; a port that never is is left after 5 s. */
  async settle(quietMs: number = SETTLE.afterSilenceMs): Promise<void> {
    this.#pending = [];
    const end = this.#clock.nowMs() + SETTLE.limitMs;
    for (let reads = 0; this.#clock.nowMs() < end && reads < SETTLE.limitMs; reads += 1) {
      const bytes = await this.#port.read(quietMs);
      if (bytes === null) return;
      this.#reader.push(bytes);
    }
  }

  /** The first value `pick` makes of an unsolicited line, or null after `deadlineMs`. */
  async listen<T>(deadlineMs: number, pick: (line: string) => T | null): Promise<T | null> {
    return this.#until(deadlineMs, (token) => (token.kind === "line" ? pick(token.text) : null));
  }

  async close(): Promise<void> {
    await this.#port.close();
  }

  async #drain(): Promise<void> {
    this.#pending = [];
    for (let reads = 0; reads < DRAIN_READS; reads += 1) {
      const more = await this.#port.read(0);
      if (more === null) return;
      this.#reader.push(more);
    }
  }

  async #until<T>(deadlineMs: number, pick: (token: AtToken) => T | null): Promise<T | null> {
    const end = this.#clock.nowMs() + deadlineMs;
    for (;;) {
      for (let token = this.#pending.shift(); token !== undefined; token = this.#pending.shift()) {
        const found = pick(token);
        if (found !== null) return found;
      }
      const left = end - this.#clock.nowMs();
      if (left <= 0) return null;
      this.#end?.throwIfAborted();
      const bytes = await this.#port.read(this.#end === undefined ? left : Math.min(left, SLICE_MS));
      if (bytes !== null) this.#pending.push(...this.#reader.push(bytes));
    }
  }
}
