import { latin1 } from "../../protocol/at/lines.js";
import { bytesOf, toHex } from "../../protocol/traffic/bytes.js";
import type { Transfer } from "../../protocol/traffic/format.js";
import type { Pipe, UsbFunction } from "../pipe.js";
import type { AnsweringParts } from "./by-question.js";

/** Zeros that stand for a recorded image are made in pieces of this size, as a host asks for them. */
const PIECE_BYTES = 4096;

/**
 * EDL in the order it was recorded: what the module said comes when its turn is there. An image is taken by its length,
 * whatever is in it; one that the module gave is zeros, since a recording holds no bytes of it. A host that says anything
 * else gets silence from then on.
 */
export class ReplayedInOrder implements UsbFunction {
  readonly #parts: AnsweringParts;
  readonly #pipe: Pipe;
  #at = 0;
  /** Bytes of the expected piece that came already. */
  #came = 0;
  #zeros = 0;
  #lost = false;

  constructor(pipe: Pipe, parts: AnsweringParts) {
    this.#pipe = pipe;
    this.#parts = parts;
    this.#say();
  }

  receive(transfer: Uint8Array): "taken" {
    let left = transfer;
    while (left.length > 0 && !this.#lost) left = left.subarray(this.#take(left));
    return "taken";
  }

  more(): Uint8Array | null {
    if (this.#zeros === 0) return null;
    const piece = new Uint8Array(Math.min(this.#zeros, PIECE_BYTES));
    this.#zeros -= piece.length;
    if (this.#zeros === 0) this.#say();
    return piece;
  }

  /** @returns how many bytes were what was expected, at least one unless the host is lost */
  #take(bytes: Uint8Array): number {
    const expected = this.#parts.transfers[this.#at];
    if (expected?.dir !== "out") return this.#lose(bytes);
    const wanted = "bytes" in expected ? expected.bytes : bytesOf(expected).length;
    const taken = Math.min(bytes.length, wanted - this.#came);
    if (!("bytes" in expected)) {
      const recorded = bytesOf(expected).subarray(this.#came, this.#came + taken);
      if (!recorded.every((byte, at) => byte === bytes[at])) return this.#lose(bytes);
    }
    this.#came += taken;
    if (this.#came >= wanted) {
      this.#came = 0;
      this.#at += 1;
      this.#say();
      this.#parts.asked(expected);
    }
    return taken;
  }

  #say(): void {
    for (
      let next = this.#parts.transfers[this.#at];
      next?.dir === "in";
      next = this.#parts.transfers[this.#at]
    ) {
      this.#at += 1;
      if ("bytes" in next) {
        this.#zeros = next.bytes;
        if (this.#zeros > 0) return;
      } else this.#pipe.send(bytesOf(next));
    }
  }

  #lose(bytes: Uint8Array): number {
    this.#lost = true;
    this.#parts.silent(describe(bytes, this.#parts.transfers[this.#at]));
    return bytes.length;
  }
}

function describe(bytes: Uint8Array, expected: Transfer | undefined): string {
  const element = /<(?!\?|data|\/)[\w-]+/.exec(latin1(bytes.subarray(0, 512)))?.[0].slice(1);
  const got = element ?? `${bytes.length} bytes ${toHex(bytes.subarray(0, 8))}`;
  return expected === undefined
    ? `${got}, behind the end of the recording`
    : `${got}, where it has something else`;
}
