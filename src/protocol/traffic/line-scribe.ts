import type { TrafficMask } from "../../core/traffic-mask.js";
import { latin1 } from "../at/lines.js";
import type { Piece, Scribe } from "./bytes.js";
import type { Direction } from "./format.js";

/** What is held back at most for a line's end. */
const HELD_LIMIT = 4096;

interface Held {
  text: string;
  ms: number;
}

/**
 * An AT or NMEA port. Commands are taken down one by one, however they were typed; what the module says is one piece up to
 * the next command. Only whole lines are written, since half an IMEI would pass every mask.
 */
export class LineScribe implements Scribe {
  readonly #mask: TrafficMask;
  readonly #held: Record<Direction, Held> = { out: { text: "", ms: 0 }, in: { text: "", ms: 0 } };

  constructor(mask: TrafficMask) {
    this.#mask = mask;
  }

  push(dir: Direction, bytes: Uint8Array, ms: number): Piece[] {
    const held = this.#held[dir];
    if (held.text === "") held.ms = ms;
    held.text += latin1(bytes);
    if (dir === "in") return held.text.length > HELD_LIMIT ? this.#wholeLines("in", ms) : [];
    const commands = this.#wholeLines("out", ms);
    return commands.length === 0 ? [] : [...this.#wholeLines("in", ms), ...commands];
  }

  flush(): Piece[] {
    const rest = (dir: Direction): Piece[] => {
      const { text, ms } = this.#held[dir];
      this.#held[dir].text = "";
      return text === "" ? [] : [{ ms, dir, text: this.#mask.fragment(text) }];
    };
    return [...this.#wholeLines("in", this.#held.in.ms), ...rest("out"), ...rest("in")];
  }

  #wholeLines(dir: Direction, nowMs: number): Piece[] {
    const held = this.#held[dir];
    const end = Math.max(
      held.text.lastIndexOf("\r"),
      held.text.lastIndexOf("\n"),
      held.text.lastIndexOf("\x1a"),
    );
    const tooLong = end < 0 && held.text.length > HELD_LIMIT;
    if (end < 0 && !tooLong) return [];
    const { ms } = held;
    const whole = tooLong ? held.text : held.text.slice(0, end + 1);
    held.text = held.text.slice(whole.length);
    held.ms = nowMs;
    const texts = dir === "out" ? (whole.match(/[^\r\n\x1a]*(?:[\r\n\x1a]+|$)/g) ?? []) : [whole];
    return texts
      .filter((text) => text !== "")
      .map((text) => ({ ms, dir, text: tooLong ? this.#mask.fragment(text) : this.#mask.text(text) }));
  }
}
