import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { EntryNames } from "../archive/entry-names.js";
import { unsafe } from "../archive/unsafe.js";
import { onDisk } from "../on-disk.js";

export interface DeliveryLimits {
  readonly entries: number;
  readonly bytes: number;
}

/** The one way entries reach the disk: plain files (0644) in a folder of our own, names judged first, sizes bounded. */
export class PlainFiles {
  readonly #folder: string;
  readonly #limits: DeliveryLimits;
  readonly #signal: AbortSignal | undefined;
  readonly #names = new EntryNames();
  #entries = 0;
  #bytes = 0;

  constructor(folder: string, limits: DeliveryLimits, signal: AbortSignal | undefined) {
    this.#folder = folder;
    this.#limits = limits;
    this.#signal = signal;
  }

  /** Counts an entry and judges its name. Throws `archive-unsafe`; the signal's reason. */
  admit(name: string, kind: "file" | "directory"): void {
    this.#signal?.throwIfAborted();
    this.#entries += 1;
    if (this.#entries > this.#limits.entries) throw unsafe(name, `more than ${this.#limits.entries} entries`);
    const reason = this.#names.refuse(name, kind);
    if (reason !== null) throw unsafe(name, reason);
  }

  /** Refuses before anything is inflated what says itself that it is too large. */
  refuseSize(name: string, sizeBytes: number): void {
    if (this.#bytes + sizeBytes > this.#limits.bytes)
      throw unsafe(name, `more than ${this.#limits.bytes} bytes when unpacked`);
  }

  /** Writes an admitted file, which must be new. Throws `state-unwritable`, `archive-unsafe`; what `chunks` throws. */
  async write(name: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
    const path = join(this.#folder, name);
    const file = await onDisk(path, async () => {
      await mkdir(dirname(path), { recursive: true, mode: 0o755 });
      return open(path, "wx", 0o644);
    });
    try {
      for await (const chunk of chunks) {
        this.#signal?.throwIfAborted();
        this.refuseSize(name, chunk.length);
        this.#bytes += chunk.length;
        await onDisk(path, () => writeWhole(file, chunk));
      }
    } finally {
      await file.close();
    }
  }
}

async function writeWhole(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at, bytes.length - at)).bytesWritten;
}
