import { toLatin1 } from "../../protocol/at/lines.js";
import { formatFirehose } from "../../protocol/firehose/xml.js";
import type { EdlSwitches } from "./switches.js";
import type { Pipe } from "../pipe.js";

export type ResponseFields = Readonly<Record<string, string | number>>;

/** Cuts inside words and tags, and is no divisor of a packet. */
const SPLIT_BYTES = 37;

/** What a programmer says: `<log>` lines, then one `<response>` for each command (domain.md 4.2). */
export class Answers {
  readonly #pipe: Pipe;
  readonly #switches: EdlSwitches;
  #held = "";
  #lateLogGiven = false;

  constructor(pipe: Pipe, switches: EdlSwitches) {
    this.#pipe = pipe;
    this.#switches = switches;
  }

  log(value: string): void {
    this.#say(formatFirehose("log", { value }));
  }

  respond(value: "ACK" | "NAK", more: ResponseFields = {}): void {
    this.#say(formatFirehose("response", { value, ...more }));
    this.flush();
    if (this.#switches.lateLog && !this.#lateLogGiven && more["rawmode"] !== "true") {
      this.#lateLogGiven = true;
      this.log("INFO: a line that comes late");
      this.flush();
    }
  }

  /** Behind the last data of a `read`. @returns what belongs to the transfer of that data */
  endRead(): Uint8Array {
    const response = { value: "ACK", rawmode: "false" } as const;
    if (this.#switches.readEnd === "joined") return toLatin1(formatFirehose("response", response));
    if (this.#switches.readEnd === "log-first") this.log("INFO: read is over");
    this.respond("ACK", { rawmode: "false" });
    return new Uint8Array();
  }

  /** What was held to go in one transfer goes now. */
  flush(): void {
    if (this.#held !== "") this.#pipe.send(toLatin1(this.#held));
    this.#held = "";
  }

  #say(message: string): void {
    const { answers } = this.#switches;
    if (answers === "joined") this.#held += message;
    else if (answers === "one-each") this.#pipe.send(toLatin1(message));
    else {
      const bytes = toLatin1(message);
      for (let at = 0; at < bytes.length; at += SPLIT_BYTES)
        this.#pipe.send(bytes.subarray(at, at + SPLIT_BYTES));
    }
  }
}
