import { createHash, type Hash } from "node:crypto";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { EcflashError, isEcflashError, messageOf } from "../../core/errors.js";
import type { PackageFile } from "../../core/plan.js";
import { TO_READ } from "../proof/inventory.js";
import { GZIP_OS_AT, GZIP_OS_UNKNOWN, tarEnd, tarHead, tarPadding } from "./tar-entry.js";

export interface CanonicalTarInput {
  /** Folder that holds `files`. */
  readonly root: string;
  /** The one top folder in the tar: the whole revision. */
  readonly topFolder: string;
  /** As they were proven; each is proven once more while it is packed. */
  readonly files: readonly PackageFile[];
  /** A new file; the caller gives it its name when all else is well. */
  readonly target: string;
  readonly gzip: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface WrittenTar {
  /** SHA-256 of the uncompressed tar: what names the package, whatever it is compressed with. */
  readonly id: string;
  /** Of the uncompressed tar. */
  readonly tarBytes: number;
  /** Of the file as written. */
  readonly fileBytes: number;
  readonly fileSha256: string;
}

/**
 * Streams the canonical tar of a package into a new file and syncs it: one top folder, files sorted by their path, no
 * times, no owners, mode 0644. Equal files give equal bytes on every host; of `gzip` only the tar inside does.
 * @throws EcflashError `package-changed`, `input-unreadable`, `output-unwritable`; the signal's reason
 */
export async function writeCanonicalTar(input: CanonicalTarInput): Promise<WrittenTar> {
  const { target, gzip, signal } = input;
  const tar = new Tally();
  const file = new Tally();
  const out = await open(target, "wx", 0o644).catch((cause: unknown) => {
    throw unwritable(target, cause);
  });
  let diskFailure: unknown = null;
  try {
    // A stream of a handle that stays open never closes, and a pipeline would wait for that.
    const sink = async (source: AsyncIterable<Uint8Array>) => {
      try {
        for await (const chunk of source) await out.writeFile(chunk);
        await out.sync();
      } catch (cause) {
        diskFailure = cause;
        throw cause;
      }
    };
    const options = signal === undefined ? {} : { signal };
    await (gzip
      ? pipeline(
          canonicalBlocks(input),
          tar.stream(),
          createGzip(),
          anonymous(),
          file.stream(),
          sink,
          options,
        )
      : pipeline(canonicalBlocks(input), tar.stream(), file.stream(), sink, options));
  } catch (error) {
    signal?.throwIfAborted();
    if (isEcflashError(error)) throw error;
    // What a sink throws aborts the streams before it, and a pipeline may tell of that instead.
    throw unwritable(target, diskFailure ?? error);
  } finally {
    await out.close();
  }
  const id = tar.digest();
  return { id, tarBytes: tar.bytes, fileBytes: file.bytes, fileSha256: file.digest() };
}

/**
 * The bytes of a canonical tar, of one piece of a file at a time.
 * @throws EcflashError `package-changed`, `input-unreadable`
 */
export async function* canonicalBlocks({
  root,
  topFolder,
  files,
}: Pick<CanonicalTarInput, "root" | "topFolder" | "files">): AsyncGenerator<Uint8Array> {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const file of sorted) {
    yield await tarHead(`${topFolder}/${file.path}`, file.sizeBytes);
    yield* contentOf(join(root, file.path), file);
    yield tarPadding(file.sizeBytes);
  }
  yield tarEnd();
}

async function* contentOf(absolute: string, file: PackageFile): AsyncGenerator<Uint8Array> {
  const unreadable = (cause: unknown) =>
    new EcflashError("input-unreadable", { path: absolute, reason: messageOf(cause) }, { cause });
  const hash = createHash("sha256");
  let sizeBytes = 0;
  const handle = await open(absolute, TO_READ).catch((cause: unknown) => {
    throw unreadable(cause);
  });
  try {
    for await (const chunk of handle.createReadStream({ autoClose: false, highWaterMark: 1 << 20 })) {
      const bytes = chunk as Uint8Array;
      sizeBytes += bytes.length;
      hash.update(bytes);
      if (sizeBytes <= file.sizeBytes) yield bytes;
    }
  } finally {
    await handle.close();
  }
  if (sizeBytes !== file.sizeBytes || hash.digest("hex") !== file.sha256)
    throw new EcflashError("package-changed", { path: file.path });
}

/** Size and SHA-256 of what flows by. */
class Tally {
  readonly #hash: Hash = createHash("sha256");
  bytes = 0;

  stream(): Transform {
    return new Transform({
      transform: (chunk: Uint8Array, _encoding, done) => {
        this.bytes += chunk.length;
        this.#hash.update(chunk);
        done(null, chunk);
      },
    });
  }

  digest(): string {
    return this.#hash.digest("hex");
  }
}

/** Takes the name of this system out of the gzip header, which comes whole in the first chunk. */
function anonymous(): Transform {
  let first = true;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (first && chunk.length > GZIP_OS_AT) {
        chunk[GZIP_OS_AT] = GZIP_OS_UNKNOWN;
        first = false;
      }
      done(null, chunk);
    },
  });
}

function unwritable(path: string, cause: unknown): EcflashError {
  return new EcflashError("output-unwritable", { path, reason: messageOf(cause) }, { cause });
}
