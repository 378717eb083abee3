import { SAHARA } from "../../protocol/sahara.js";
import type { EdlSwitches } from "./switches.js";
import { ELF_HEADER_BYTES, imageBytes, readElfHeader, tableEnd } from "./programmer.js";

export interface Piece {
  readonly offset: number;
  readonly lengthBytes: number;
}

/** An image whose headers promise more is none: a programmer is about 128 KiB (domain.md 4.3). */
const IMAGE_LIMIT_BYTES = 16 * 1024 * 1024;

/** The programmer as the boot ROM gathers it: ELF header, program headers, then the rest in pieces (domain.md 4.5). */
export class ImageFetch {
  readonly #order: EdlSwitches["saharaReads"];
  #bytes = new Uint8Array(ELF_HEADER_BYTES);
  #pieces: Piece[] | null = null;
  #piece: Piece = { offset: 0, lengthBytes: ELF_HEADER_BYTES };
  #filledBytes = 0;
  receivedBytes = 0;

  constructor(order: EdlSwitches["saharaReads"]) {
    this.#order = order;
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** The piece that is asked for. */
  get piece(): Piece {
    return this.#piece;
  }

  get pieceIsWhole(): boolean {
    return this.#filledBytes >= this.#piece.lengthBytes;
  }

  /** Bytes of the piece that was asked for; what a host sends beyond it is dropped. */
  put(bytes: Uint8Array): void {
    const mine = bytes.subarray(0, this.#piece.lengthBytes - this.#filledBytes);
    this.#bytes.set(mine, this.#piece.offset + this.#filledBytes);
    this.#filledBytes += mine.length;
    this.receivedBytes += mine.length;
  }

  /** Goes to the next piece. `body`: all headers are there. */
  advance(): "headers" | "body" | "complete" | "no-image" {
    const headers = readElfHeader(this.#bytes);
    if (headers === null) return "no-image";
    const end = tableEnd(headers);
    const at = this.#bytes.length;
    if (at < end) {
      if (end > IMAGE_LIMIT_BYTES) return "no-image";
      this.#grow(end);
      this.#goTo({ offset: at, lengthBytes: end - at });
      return "headers";
    }
    if (this.#pieces === null) {
      const sizeBytes = imageBytes(this.#bytes, headers);
      if (sizeBytes > IMAGE_LIMIT_BYTES) return "no-image";
      this.#grow(sizeBytes);
      this.#pieces = this.#plan(end, sizeBytes);
    }
    const next = this.#pieces.shift();
    if (next === undefined) return "complete";
    this.#goTo(next);
    return "body";
  }

  #goTo(piece: Piece): void {
    this.#piece = piece;
    this.#filledBytes = 0;
  }

  #grow(sizeBytes: number): void {
    const grown = new Uint8Array(sizeBytes);
    grown.set(this.#bytes);
    this.#bytes = grown;
  }

  #plan(start: number, end: number): Piece[] {
    const pieces: Piece[] = [];
    for (let offset = start; offset < end; offset += SAHARA.pieceBytes)
      pieces.push({ offset, lengthBytes: Math.min(SAHARA.pieceBytes, end - offset) });
    if (this.#order === "backwards") return pieces.reverse();
    return this.#order === "twice" ? pieces.flatMap((piece) => [piece, piece]) : pieces;
  }
}
