import type { FileHandle } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type { ReadEntry } from "tar";
import { EcflashError, isEcflashError, messageOf } from "../../core/errors.js";
import { EntryGuard, plainTar } from "../unpack.js";
import { type DeliveryLimits, unsafe } from "./plain-files.js";

export interface UnpackTarOptions {
  readonly gzip: boolean;
  readonly limits: DeliveryLimits;
  readonly signal: AbortSignal | undefined;
}

/**
 * Unpacks a tar or tar.gz from an open file into `folder`, with the guards of a fetched archive.
 * @throws EcflashError `archive-unsafe`, `state-unwritable`; the signal's reason
 */
export async function unpackTar(
  handle: FileHandle,
  folder: string,
  { gzip, limits, signal }: UnpackTarOptions,
): Promise<void> {
  const { Unpack } = await import("tar");
  const guard = new EntryGuard(limits.entries);
  const unpack = new Unpack({
    cwd: folder,
    strict: true,
    noMtime: true,
    preserveOwner: false,
    maxDecompressionRatio: 1,
    filter: (_path, entry) => guard.accepts(entry as ReadEntry),
  });
  unpack.on("ignoredEntry", (entry: ReadEntry) => guard.accepts(entry));
  // The pipeline reports the first error; writes that were still on their way must not be unhandled.
  unpack.on("error", () => undefined);
  const source = handle.createReadStream({ start: 0, autoClose: false, highWaterMark: 1 << 20 });
  const checked = plainTar(limits.bytes, guard);
  const sink = unpack as unknown as NodeJS.WritableStream;
  const options = signal === undefined ? {} : { signal };
  try {
    await (gzip
      ? pipeline(source, createGunzip(), checked, sink, options)
      : pipeline(source, checked, sink, options));
  } catch (error) {
    signal?.throwIfAborted();
    throw guard.refusal ?? failure(error, folder);
  }
  if (guard.refusal !== null) throw guard.refusal;
}

/** A full disk or a missing right, as against a bad archive. */
function failure(error: unknown, folder: string): EcflashError {
  if (isEcflashError(error)) return error;
  const reason = messageOf(error);
  return error instanceof Error && "syscall" in error
    ? new EcflashError("state-unwritable", { path: folder, reason }, { cause: error })
    : unsafe("archive", reason, error);
}
