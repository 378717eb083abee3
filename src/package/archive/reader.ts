import { createHash, type Hash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, type ZlibOptions } from "node:zlib";
import { isEcflashError, messageOf } from "../../core/errors.js";
import type { PackageFile } from "../../core/plan.js";
import { EntryNames } from "./entry-names.js";
import { PIECE_BYTES } from "../sha256.js";
import { isTarBlock, type TarPiece, TarReader } from "./tar-stream.js";
import type { TreeSink } from "./tree-writer.js";
import { unsafe } from "./unsafe.js";

/** A file of a tree, by content; the MD5 is for the vendor's own list. */
export interface HashedFile extends PackageFile {
  readonly md5: string;
}

export interface ArchiveContents {
  /** By path below the tree, forward slashes. */
  readonly files: ReadonlyMap<string, HashedFile>;
  /** SHA-256 of the tar without its compression, which is transport. */
  readonly tarSha256: string;
}

export interface UnpackLimits {
  readonly entries: number;
  readonly bytes: number;
}

export interface OpenArchive {
  readonly handle: FileHandle;
  readonly sizeBytes: number;
  readonly limits: UnpackLimits;
  readonly signal?: AbortSignal | undefined;
}

/** What is inflated may wait, so that the thread pool inflates on while this thread hashes. zlib hands it to its stream. */
const INFLATE: ZlibOptions & { highWaterMark: number } = {
  chunkSize: PIECE_BYTES,
  highWaterMark: 8 * PIECE_BYTES,
};

/**
 * Reads an archive from its first byte to its last, gives its entries to `sink` and hashes each file on the way. An
 * entry is judged before it reaches the sink.
 * @throws EcflashError `archive-unsafe`; what the sink throws; the signal's reason
 */
export async function readArchive(archive: OpenArchive, sink: TreeSink): Promise<ArchiveContents> {
  const { handle, sizeBytes, signal, limits } = archive;
  const zipped = await isGzip(handle);
  const tar = new TarConsumer(await TarReader.create(), limits, sink);
  const source = handle.createReadStream({ start: 0, autoClose: false, highWaterMark: PIECE_BYTES });
  const gunzip = zipped ? createGunzip(INFLATE) : null;
  // The pipeline may report the abort of a neighbour; what stopped the reading is the reason.
  let refusal: unknown = null;
  const consume = async (chunks: AsyncIterable<Buffer>) => {
    try {
      for await (const chunk of chunks) await tar.take(chunk);
    } catch (error) {
      refusal = error;
      throw error;
    }
  };
  const stoppable = signal === undefined ? {} : { signal };
  try {
    await (gunzip === null
      ? pipeline(source, consume, stoppable)
      : pipeline(source as Readable, gunzip, consume, stoppable));
    // zlib ends at the end of a member and passes over what is no further one.
    if (gunzip !== null && gunzip.bytesWritten !== sizeBytes)
      throw unsafe(null, "there are bytes behind its end");
    return tar.finish();
  } catch (error) {
    await tar.abandon();
    signal?.throwIfAborted();
    if (isEcflashError(refusal)) throw refusal;
    throw isEcflashError(error) ? error : unsafe(null, messageOf(error), error);
  }
}

class TarConsumer {
  readonly #reader: TarReader;
  readonly #limits: UnpackLimits;
  readonly #sink: TreeSink;
  readonly #names = new EntryNames();
  readonly #files = new Map<string, HashedFile>();
  readonly #whole = createHash("sha256");
  #sizeBytes = 0;
  #entries = 0;
  #file: { path: string; sizeBytes: number; sha256: Hash; md5: Hash } | null = null;

  constructor(reader: TarReader, limits: UnpackLimits, sink: TreeSink) {
    this.#reader = reader;
    this.#limits = limits;
    this.#sink = sink;
  }

  async take(chunk: Buffer): Promise<void> {
    this.#sizeBytes += chunk.length;
    if (this.#sizeBytes > this.#limits.bytes)
      throw unsafe(null, `more than ${this.#limits.bytes} bytes when unpacked`);
    this.#whole.update(chunk);
    for (const piece of this.#reader.push(chunk)) await this.#act(piece);
  }

  finish(): ArchiveContents {
    this.#reader.finish();
    return { files: this.#files, tarSha256: this.#whole.digest("hex") };
  }

  /** Closes what is open, after a failure that is told already. */
  async abandon(): Promise<void> {
    if (this.#file !== null) await this.#sink.end().catch(() => undefined);
  }

  async #act(piece: TarPiece): Promise<void> {
    if (piece.kind === "entry") await this.#enter(piece.path, piece.type);
    else if (piece.kind === "bytes") {
      const file = this.#file;
      if (file === null) throw unsafe(null, "a folder with content");
      const written = this.#sink.write(piece.bytes);
      // Hashed while the thread pool writes; a failure of the write is thrown below.
      written.catch(() => undefined);
      file.sizeBytes += piece.bytes.length;
      file.sha256.update(piece.bytes);
      file.md5.update(piece.bytes);
      await written;
    } else if (this.#file !== null) {
      const { path, sizeBytes, sha256, md5 } = this.#file;
      this.#file = null;
      await this.#sink.end();
      this.#files.set(path, { path, sizeBytes, sha256: sha256.digest("hex"), md5: md5.digest("hex") });
    }
  }

  async #enter(rawPath: string, type: string): Promise<void> {
    this.#entries += 1;
    if (this.#entries > this.#limits.entries)
      throw unsafe(rawPath, `more than ${this.#limits.entries} entries`);
    const kind = KINDS[type];
    if (kind === undefined) throw unsafe(rawPath, `${type} is neither a file nor a folder`);
    const reason = this.#names.refuse(rawPath, kind);
    if (reason !== null) throw unsafe(rawPath, reason);
    const path = rawPath.replace(/^(?:\.\/)+/, "").replace(/\/$/, "");
    if (kind === "directory") await this.#sink.folder(path === "." ? "" : path);
    else {
      await this.#sink.begin(path);
      this.#file = { path, sizeBytes: 0, sha256: createHash("sha256"), md5: createHash("md5") };
    }
  }
}

const KINDS: Readonly<Record<string, "file" | "directory" | undefined>> = {
  File: "file",
  OldFile: "file",
  Directory: "directory",
};

/** Sniffed, never guessed from the name. */
async function isGzip(handle: FileHandle): Promise<boolean> {
  const head = Buffer.alloc(512);
  const { bytesRead } = await handle.read(head, 0, head.length, 0);
  if (bytesRead >= 2 && head[0] === 0x1f && head[1] === 0x8b) return true;
  if (bytesRead === head.length && isTarBlock(head)) return false;
  throw unsafe(null, "it is neither gzip nor tar");
}
