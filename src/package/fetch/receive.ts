import type { Clock } from "../../core/bus.js";
import { EcflashError } from "../../core/errors.js";
import type { Partial as PartialArchive } from "./partial.js";
import type { ProxySettings } from "./proxy.js";
import { shownSource } from "./shown-source.js";
import { type Deadlines, RangeRefused, TransientFailure } from "./opened-source.js";
import { openSource } from "./source.js";

/** How long one address may take in all: a server that drips must end too. */
export interface Pace {
  readonly baseMs: number;
  readonly leastBytesPerSecond: number;
}

/** 100 MB, a large package, may take 1 h 45 min: a poor mobile line makes that, and a technician would not wait longer. */
const PACE: Pace = { baseMs: 120_000, leastBytesPerSecond: 16 * 1024 };
const MAX_RESUMES = 5;
const FIRST_PAUSE_MS = 500;
/** Of the archive's size, over all tries at one address: one that cannot resume starts again, but not for ever. */
const MAX_RECEIVED_TIMES = 3;

export interface ReceiveOptions {
  readonly clock: Pick<Clock, "sleep" | "nowMs">;
  readonly signal?: AbortSignal | undefined;
  readonly deadlines?: Partial<Deadlines> | undefined;
  readonly pace?: Pace | undefined;
  readonly proxy?: ProxySettings | undefined;
  readonly onProgress?: ((doneBytes: number, totalBytes: number) => void) | undefined;
}

/** How long an address may take for an archive of this size, in milliseconds. */
export function allowedMs(sizeBytes: number, { baseMs, leastBytesPerSecond }: Pace = PACE): number {
  return baseMs + (sizeBytes / leastBytesPerSecond) * 1000;
}

/**
 * Receives an archive from one address into `part`, or the rest of it; a cut connection is resumed up to five times. The
 * length is right when it returns; what the bytes are is for the caller to prove.
 * @throws EcflashError `download-failed`, `package-length`, `state-unwritable`; the signal's reason
 */
export async function receive(
  source: string,
  { sizeBytes }: { readonly sizeBytes: number },
  part: PartialArchive,
  options: ReceiveOptions,
): Promise<void> {
  const { clock, signal } = options;
  const limitMs = allowedMs(sizeBytes, options.pace);
  const budget = { endMs: clock.nowMs() + limitMs, leftBytes: MAX_RECEIVED_TIMES * sizeBytes };
  const failed = (reason: string, cause?: unknown) =>
    new EcflashError("download-failed", { url: shownSource(source), reason }, { cause });
  const spend = (bytes: number) => {
    budget.leftBytes -= bytes;
    if (budget.leftBytes < 0) throw failed(`it sent more than ${MAX_RECEIVED_TIMES} times the archive`);
    if (clock.nowMs() > budget.endMs) throw failed(`it took longer than ${Math.round(limitMs / 1000)} s`);
  };
  for (let tries = 0; ; tries += 1) {
    try {
      spend(0);
      await receiveOnce(source, sizeBytes, part, options, spend);
      break;
    } catch (error) {
      if (!(error instanceof TransientFailure)) throw error;
      if (error instanceof RangeRefused) await part.restart(source, null);
      if (tries === MAX_RESUMES) throw failed(`${error.message}, tried ${tries + 1} times`, error);
      await clock.sleep(FIRST_PAUSE_MS * 2 ** tries, signal);
    }
  }
  if (part.doneBytes !== sizeBytes)
    throw new EcflashError("package-length", { expectedBytes: sizeBytes, gotBytes: part.doneBytes });
}

async function receiveOnce(
  source: string,
  sizeBytes: number,
  part: PartialArchive,
  { signal, deadlines, proxy, onProgress }: ReceiveOptions,
  spend: (bytes: number) => void,
): Promise<void> {
  const tooLong = (gotBytes: number) =>
    new EcflashError("package-length", { expectedBytes: sizeBytes, gotBytes });
  const resume = part.resumeAt(source) ?? undefined;
  const opened = await openSource(source, { signal, deadlines, proxy, resume });
  const stop = async () => {
    await opened.body[Symbol.asyncIterator]().return?.();
  };
  if (opened.totalBytes !== null && opened.totalBytes !== sizeBytes) {
    await stop();
    throw tooLong(opened.totalBytes);
  }
  if (opened.offset === 0) await part.restart(source, opened.validator);
  else if (opened.validator !== null && opened.validator !== resume?.validator) {
    await stop();
    // If-Range should have prevented that (RFC 9110, 13.1.5).
    throw new RangeRefused("the server sent a part of another content");
  }
  for await (const chunk of opened.body) {
    signal?.throwIfAborted();
    spend(chunk.length);
    if (part.doneBytes + chunk.length > sizeBytes) throw tooLong(part.doneBytes + chunk.length);
    await part.append(chunk);
    onProgress?.(part.doneBytes, sizeBytes);
  }
}
