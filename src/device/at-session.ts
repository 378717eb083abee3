import type { AtCommand } from "../core/at-commands.js";
import type { Clock, Port } from "../core/bus.js";
import { EcflashError } from "../core/errors.js";
import { type AtAnswer, AtAnswerCollector } from "../protocol/at/answer.js";
import { AtLineReader, type AtToken, toLatin1 } from "../protocol/at/lines.js";

/** A conversation with one AT port: one command at a time, each with its limit. Sends only strings of the closed lists. */
export class AtSession {
  readonly #port: Port;
  readonly #clock: Clock;
  readonly #reader = new AtLineReader();
  #pending: AtToken[] = [];

  constructor(port: Port, clock: Clock) {
    this.#port = port;
    this.#clock = clock;
  }

  get path(): string {
    return this.#port.path;
  }

  /**
   * The answer to a command. Throws `at-silent` when no final result came in `deadlineMs`, `module-gone` on unplug.
   * What arrived before the command belongs to nobody and is dropped.
   */
  async ask(command: AtCommand, deadlineMs: number): Promise<AtAnswer> {
    await this.#drain();
    await this.#port.write(toLatin1(`${command}\r`));
    const collector = new AtAnswerCollector(command);
    const answer = await this.#until(deadlineMs, (token) => collector.push(token));
    if (answer === null) throw new EcflashError("at-silent", { path: this.path, waitedMs: deadlineMs });
    return answer;
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
    for (let more = await this.#port.read(0); more !== null; more = await this.#port.read(0))
      this.#reader.push(more);
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
      const bytes = await this.#port.read(left);
      if (bytes !== null) this.#pending.push(...this.#reader.push(bytes));
    }
  }
}
