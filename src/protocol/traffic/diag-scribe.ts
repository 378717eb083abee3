import { type DiagCommand, isDiagCommand } from "../diag.js";
import { encodeFrame, FrameReader } from "../hdlc.js";
import { BlindRun, type NewDigest, type Piece, type Scribe, toHex } from "./bytes.js";
import type { Direction } from "./format.js";

const KNOWN: readonly DiagCommand[] = ["enterEdl", "download", "buildId", "version"];
/** First byte of an answer: the command's own, or "bad command" and then the command (protocol/diag.ts). */
const BUILD_ID = 0x7c;
const BAD_COMMAND = 0x13;

/**
 * The DM port, frame by frame. Only frames of commands that are known here are copied, and their answers: others may carry
 * NV items and log packets of somebody's module, where an identity has many forms, so they are counted only.
 */
export class DiagScribe implements Scribe {
  readonly #readers: Record<Direction, FrameReader> = { out: new FrameReader(), in: new FrameReader() };
  readonly #blind: BlindRun;

  constructor(newDigest: NewDigest) {
    this.#blind = new BlindRun(newDigest);
  }

  push(dir: Direction, bytes: Uint8Array, ms: number): Piece[] {
    return this.#readers[dir].push(bytes).flatMap((frame): Piece[] => {
      if (frame.kind === "junk") return this.#blind.add(dir, frame.bytes, ms);
      if (!isHarmless(frame.payload)) return this.#blind.add(dir, encodeFrame(frame.payload), ms);
      return [...this.#blind.end(), { ms, dir, hex: toHex(encodeFrame(frame.payload)) }];
    });
  }

  flush(): Piece[] {
    return this.#blind.end();
  }
}

function isHarmless(payload: Uint8Array): boolean {
  const command = payload[0] === BAD_COMMAND ? payload.subarray(1) : payload;
  return payload[0] === BUILD_ID || KNOWN.some((known) => isDiagCommand(command, known));
}
