import type { Header as TarHeader } from "tar";
import { EcflashError, messageOf } from "../../core/errors.js";
import { readPaxRecords } from "./pax-records.js";

/** What a tar says, in its order: an entry, the bytes of its content in pieces, its end. */
export type TarPiece =
  | { readonly kind: "entry"; readonly path: string; readonly type: string }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "entry-end" };

const BLOCK_BYTES = 512;
const MAGIC_AT = 257;
/** No path of a package needs more; it bounds what is held of an entry that only describes the next one. */
const MAX_META_BYTES = 64 * 1024;

/** True for the first block of a tar that POSIX or GNU tools write. */
export function isTarBlock(block: Uint8Array): boolean {
  const name = block[0] ?? 0;
  const magic = Buffer.from(block.buffer, block.byteOffset + MAGIC_AT, 5).toString("latin1");
  return magic === "ustar" && name >= 0x20 && name < 0x7f;
}

type Part =
  | { readonly kind: "header" }
  | { readonly kind: "body"; left: number; padding: number }
  | { readonly kind: "padding"; left: number }
  | { readonly kind: "meta"; readonly type: string; left: number; padding: number }
  | { readonly kind: "zeros" };

/**
 * Walks a tar as its bytes come, without a copy of file contents. Headers are decoded by `tar`; the walk is here because
 * what tar passes over is refused: a damaged or unknown header, sizes told twice and differently, bytes behind the end.
 * Every refusal is an EcflashError `archive-unsafe`.
 */
export class TarReader {
  readonly #Header: typeof TarHeader;
  #part: Part = { kind: "header" };
  #held: Buffer = Buffer.alloc(0);
  #named: string | null = null;
  #sized: number | null = null;
  #seen = 0;
  #zeroBytes = 0;

  private constructor(header: typeof TarHeader) {
    this.#Header = header;
  }

  /** tar is loaded here and not before: its import costs 28 ms (packages.md 4). */
  static async create(): Promise<TarReader> {
    return new TarReader((await import("tar")).Header);
  }

  /** The pieces that these bytes complete. File content is a view of `chunk`. */
  *push(chunk: Buffer): Generator<TarPiece> {
    for (let at = 0; at < chunk.length; ) {
      const part = this.#part;
      const rest = chunk.length - at;
      if (part.kind === "body") {
        const take = Math.min(part.left, rest);
        yield { kind: "bytes", bytes: chunk.subarray(at, at + take) };
        at += take;
        part.left -= take;
        if (part.left === 0) yield* this.#endOfEntry(part.padding);
      } else if (part.kind === "padding") {
        const take = Math.min(part.left, rest);
        at += take;
        part.left -= take;
        if (part.left === 0) this.#part = { kind: "header" };
      } else if (part.kind === "zeros") {
        if (chunk.subarray(at).some((byte) => byte !== 0)) throw unsafe("there are bytes behind its end");
        this.#zeroBytes += rest;
        at = chunk.length;
      } else {
        const wanted = part.kind === "header" ? BLOCK_BYTES : part.left;
        const take = Math.min(wanted - this.#held.length, rest);
        this.#held = Buffer.concat([this.#held, chunk.subarray(at, at + take)]);
        at += take;
        if (this.#held.length < wanted) continue;
        const whole = this.#held;
        this.#held = Buffer.alloc(0);
        if (part.kind === "meta") this.#describe(part.type, whole, part.padding);
        else yield* this.#enter(whole);
      }
    }
  }

  /** To be called behind the last byte: refuses a tar that is cut or has no end mark. */
  finish(): void {
    if (this.#seen === 0) throw unsafe("it is not a tar archive");
    // The end is two blocks of zeros (POSIX, pax interchange format).
    if (this.#part.kind !== "zeros" || this.#zeroBytes < 2 * BLOCK_BYTES) throw unsafe("it is cut");
  }

  *#enter(block: Buffer): Generator<TarPiece> {
    if (this.#seen > 0 && block.every((byte) => byte === 0)) {
      if (this.#named !== null || this.#sized !== null) throw unsafe("it is cut");
      this.#part = { kind: "zeros" };
      this.#zeroBytes = BLOCK_BYTES;
      return;
    }
    this.#seen += 1;
    const { path, type, sizeBytes } = this.#decode(block);
    const padding = (BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES;
    if (META.has(type)) {
      if (sizeBytes === 0 || sizeBytes > MAX_META_BYTES)
        throw unsafe(`a description of ${sizeBytes} bytes`, path);
      this.#part = { kind: "meta", type, left: sizeBytes, padding };
      return;
    }
    if (this.#sized !== null && this.#sized !== sizeBytes) throw unsafe("its size is told twice", path);
    const name = this.#named ?? path;
    this.#named = null;
    this.#sized = null;
    yield { kind: "entry", path: name, type };
    this.#part = { kind: "body", left: sizeBytes, padding };
    if (sizeBytes === 0) yield* this.#endOfEntry(0);
  }

  #decode(block: Buffer): { path: string; type: string; sizeBytes: number } {
    if (!isTarBlock(block))
      throw unsafe(this.#seen === 1 ? "it is not a tar archive" : "a header without magic");
    let header: TarHeader;
    try {
      header = new this.#Header(block);
    } catch (cause) {
      throw unsafe(messageOf(cause), null, cause);
    }
    const { path = "", size, cksumValid } = header;
    if (!cksumValid) throw unsafe("the checksum of a header is wrong");
    if (size === undefined || !Number.isSafeInteger(size)) throw unsafe("a size that is no number", path);
    const code = String.fromCharCode(block[TYPE_AT] ?? 0);
    // tar takes a code it does not know for an old file, and a file with a slash at its end for a folder.
    const type =
      header.typeKey === code || "\0" === code || header.type === "Directory"
        ? header.type
        : `type "${code}"`;
    return { path, type, sizeBytes: size };
  }

  /** A pax header or a GNU long name, which describe the entry that follows. */
  #describe(type: string, body: Buffer, padding: number): void {
    if (type === "NextFileHasLongPath") this.#name(body.toString("utf8").replace(/\0+$/, ""));
    else {
      const records = readPaxRecords(body);
      if (typeof records === "string") throw unsafe(records);
      const { path, sizeBytes } = records;
      if (type === "GlobalExtendedHeader" && (path !== null || sizeBytes !== null))
        throw unsafe("a global header names a file");
      if (path !== null) this.#name(path);
      if (sizeBytes !== null) this.#sized = sizeBytes;
    }
    this.#part = padding === 0 ? { kind: "header" } : { kind: "padding", left: padding };
  }

  #name(path: string): void {
    if (this.#named !== null) throw unsafe("an entry that is named twice", path);
    this.#named = path;
  }

  *#endOfEntry(padding: number): Generator<TarPiece> {
    this.#part = padding === 0 ? { kind: "header" } : { kind: "padding", left: padding };
    yield { kind: "entry-end" };
  }
}

const TYPE_AT = 156;
const META: ReadonlySet<string> = new Set(["ExtendedHeader", "GlobalExtendedHeader", "NextFileHasLongPath"]);

function unsafe(reason: string, entry: string | null = null, cause?: unknown): EcflashError {
  return new EcflashError("archive-unsafe", { entry, reason }, { cause });
}
