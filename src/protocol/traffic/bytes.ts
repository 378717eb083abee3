import { latin1, toLatin1 } from "../at/lines.js";
import type { Direction, Payload } from "./format.js";

/** Part of a conversation as it goes into a recording. */
export type Piece = { readonly ms: number; readonly dir: Direction } & Payload;

/** SHA-256 of what was fed to it, as hex; `protocol` itself has no cryptography. */
export interface Digest {
  update(bytes: Uint8Array): unknown;
  hex(): string;
}
export type NewDigest = () => Digest;

/** One interface's conversation, taken down. */
export interface Scribe {
  push(dir: Direction, bytes: Uint8Array, ms: number): Piece[];
  /** What is still held back, since its end did not come. */
  flush(): Piece[];
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Bytes of a payload; zeros for what was recorded by its length alone. */
export function bytesOf(payload: Payload): Uint8Array {
  if ("text" in payload) return toLatin1(payload.text);
  return "hex" in payload ? fromHex(payload.hex) : new Uint8Array(payload.bytes);
}

/** A run of bytes nobody may copy: one direction, as long as it goes on. */
export class BlindRun {
  readonly #newDigest: NewDigest;
  #digest: Digest | null = null;
  #dir: Direction = "out";
  #ms = 0;
  #bytes = 0;

  constructor(newDigest: NewDigest) {
    this.#newDigest = newDigest;
  }

  add(dir: Direction, bytes: Uint8Array, ms: number): Piece[] {
    const ended = this.#digest !== null && this.#dir !== dir ? this.end() : [];
    if (bytes.length === 0) return ended;
    this.#digest ??= this.#newDigest();
    if (this.#bytes === 0) [this.#dir, this.#ms] = [dir, ms];
    this.#digest.update(bytes);
    this.#bytes += bytes.length;
    return ended;
  }

  end(): Piece[] {
    if (this.#digest === null) return [];
    const piece = { ms: this.#ms, dir: this.#dir, bytes: this.#bytes, sha256: this.#digest.hex() };
    this.#digest = null;
    this.#bytes = 0;
    return [piece];
  }
}

/** An interface of which nothing is known: only how much was said. */
export class BlindScribe implements Scribe {
  readonly #run: BlindRun;

  constructor(newDigest: NewDigest) {
    this.#run = new BlindRun(newDigest);
  }

  push(dir: Direction, bytes: Uint8Array, ms: number): Piece[] {
    return this.#run.add(dir, bytes, ms);
  }

  flush(): Piece[] {
    return this.#run.end();
  }
}

/** Messages of a control channel (QMI), each whole. */
export class MessageScribe implements Scribe {
  readonly #mask: (characters: string) => string;

  constructor(mask: (characters: string) => string) {
    this.#mask = mask;
  }

  push(dir: Direction, bytes: Uint8Array, ms: number): Piece[] {
    return [{ ms, dir, hex: toHex(toLatin1(this.#mask(latin1(bytes)))) }];
  }

  flush(): Piece[] {
    return [];
  }
}
