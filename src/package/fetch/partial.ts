import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { onDisk } from "../on-disk.js";
import { PIECE_BYTES } from "../sha256.js";

/** What the bytes of a part are of: they are gone on with only at the same address with the same validator. */
interface Origin {
  /** The SHA-256 of the address, which may hold a password. */
  readonly sourceSha256: string;
  readonly validator: string;
  readonly sizeBytes: number;
}

const PART_FILE = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;

/**
 * The part of an archive that has arrived: a file and, beside it, a record of where it came from. Both outlive the
 * process; nothing of them is believed, because the whole is hashed before it gets its name. One at a time: who opens it
 * holds the package's lock. Every method throws `state-unwritable` when the disk fails.
 */
export class Partial {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #sizeBytes: number;
  #hash = createHash("sha256");
  #origin: Origin | null;
  doneBytes = 0;

  private constructor(path: string, handle: FileHandle, sizeBytes: number, origin: Origin | null) {
    this.path = path;
    this.#handle = handle;
    this.#sizeBytes = sizeBytes;
    this.#origin = origin;
  }

  /** Opens what an earlier process left, and hashes it; without a record that fits, it starts empty. */
  static async open(path: string, sizeBytes: number): Promise<Partial> {
    const handle = await onDisk(path, () => open(path, PART_FILE, 0o600));
    const origin = await readOrigin(recordOf(path));
    const part = new Partial(path, handle, sizeBytes, origin?.sizeBytes === sizeBytes ? origin : null);
    try {
      await part.#recall();
    } catch (error) {
      await handle.close();
      throw error;
    }
    return part;
  }

  /** What a request for the rest needs; null when there is no such rest. */
  resumeAt(source: string): { readonly offset: number; readonly validator: string } | null {
    const origin = this.#origin;
    if (origin === null || this.doneBytes === 0 || origin.sourceSha256 !== sha256Of(source)) return null;
    return { offset: this.doneBytes, validator: origin.validator };
  }

  /** Forgets what is there and begins to hold what `source` sends; no validator, no resume later. */
  async restart(source: string, validator: string | null): Promise<void> {
    const record = recordOf(this.path);
    // The old record goes first: between the two there is no moment in which it speaks of the new bytes.
    await onDisk(record, () => rm(record, { force: true }));
    await onDisk(this.path, () => this.#handle.truncate(0));
    this.#hash = createHash("sha256");
    this.doneBytes = 0;
    this.#origin =
      validator === null ? null : { sourceSha256: sha256Of(source), validator, sizeBytes: this.#sizeBytes };
    if (this.#origin === null) return;
    const draft = `${record}.new`;
    await onDisk(record, async () => {
      await writeFile(draft, JSON.stringify(this.#origin), { mode: 0o600, flush: true });
      await rename(draft, record);
    });
  }

  async append(bytes: Uint8Array): Promise<void> {
    await onDisk(this.path, async () => {
      for (let at = 0; at < bytes.length; )
        at += (await this.#handle.write(bytes, at, bytes.length - at, this.doneBytes + at)).bytesWritten;
    });
    this.#hash.update(bytes);
    this.doneBytes += bytes.length;
  }

  /** SHA-256 of all that has arrived. */
  digest(): string {
    return this.#hash.copy().digest("hex");
  }

  /** Gives the whole its name. */
  async install(target: string): Promise<void> {
    await onDisk(this.path, () => this.#handle.sync());
    await onDisk(target, () => rename(this.path, target));
    await onDisk(this.path, () => rm(recordOf(this.path), { force: true }));
  }

  /** Closes it and keeps it for a later process, or, where none could go on with it, removes it. */
  async leave({ keep }: { readonly keep: boolean }): Promise<void> {
    await this.#handle.close();
    if (keep && this.#origin !== null && this.doneBytes > 0) return;
    for (const path of [recordOf(this.path), this.path]) await rm(path, { force: true });
  }

  async #recall(): Promise<void> {
    const { size } = await onDisk(this.path, () => this.#handle.stat());
    if (this.#origin === null || size > this.#sizeBytes) {
      this.#origin = null;
      await onDisk(this.path, () => this.#handle.truncate(0));
      return;
    }
    await onDisk(this.path, async () => {
      const stream = this.#handle.createReadStream({
        start: 0,
        autoClose: false,
        highWaterMark: PIECE_BYTES,
      });
      for await (const chunk of stream) {
        this.#hash.update(chunk as Uint8Array);
        this.doneBytes += (chunk as Uint8Array).length;
      }
    });
  }
}

function recordOf(part: string): string {
  return `${part}.json`;
}

/** Null for what is absent or damaged: then the part starts again. */
async function readOrigin(path: string): Promise<Origin | null> {
  try {
    const value = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown> | null;
    const { sourceSha256, validator, sizeBytes } = value ?? {};
    if (typeof sourceSha256 !== "string" || typeof validator !== "string" || typeof sizeBytes !== "number")
      return null;
    // It goes into a header of HTTP.
    return /^[\x20-\x7e]{1,1000}$/.test(validator) ? { sourceSha256, validator, sizeBytes } : null;
  } catch {
    // Whatever is wrong with it, the bytes beside it cannot be gone on with.
    return null;
  }
}

function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
