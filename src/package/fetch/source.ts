import { type FileHandle, open } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Clock } from "../../core/bus.js";
import { EcflashError, messageOf } from "../../core/errors.js";
import { openRemote } from "./http-source.js";
import { failedAt, type OpenedSource, type OpenOptions, TransientFailure } from "./opened-source.js";
import { shownSource } from "./shown-source.js";

export function isRemote(source: string): boolean {
  return /^https?:\/\//i.test(source);
}

/**
 * A reference found in a document, as a source: absolute as it is, relative against the document's own source. What came
 * over the network may not name files of this host.
 * @throws EcflashError `index-invalid`
 */
export function resolveSource(document: string, reference: string): string {
  const refuse = () =>
    new EcflashError("index-invalid", {
      reason: `the address "${shownSource(reference)}" is not acceptable`,
    });
  if (isRemote(reference)) return reference;
  if (isRemote(document)) {
    const url = URL.canParse(reference, document) ? new URL(reference, document).href : "";
    if (!isRemote(url)) throw refuse();
    return url;
  }
  if (/^file:/i.test(reference)) return reference;
  if (/^[a-z][a-z\d+.-]*:/i.test(reference)) throw refuse();
  return resolve(dirname(pathOf(document)), reference);
}

/**
 * Opens a source for reading once. Throws `TransientFailure` for what a retry may mend, `download-failed` for the rest;
 * when the signal is aborted, its reason. The body throws the same.
 */
export async function openSource(source: string, options: OpenOptions): Promise<OpenedSource> {
  options.signal?.throwIfAborted();
  return isRemote(source) ? openRemote(source, options) : openLocal(source);
}

export interface FetchBytesOptions extends OpenOptions {
  /** With it, what a retry may mend is tried again. */
  readonly clock?: Pick<Clock, "sleep"> | undefined;
}

/** A small file on a poor line: three tries within two seconds of pauses. */
const TRIES = 3;
const FIRST_PAUSE_MS = 500;

/**
 * Reads a whole source of at most `maxBytes`. What was asked over https is never led to plain http.
 * @throws EcflashError `download-failed`; the signal's reason when it is aborted
 */
export async function fetchBytes(
  source: string,
  maxBytes: number,
  options: FetchBytesOptions = {},
): Promise<Uint8Array> {
  const { clock, signal } = options;
  for (let tries = 1; ; tries += 1) {
    try {
      return await fetchOnce(source, maxBytes, options);
    } catch (error) {
      if (!(error instanceof TransientFailure)) throw error;
      if (clock === undefined || tries === TRIES) throw failedAt(source, error.message, error);
      await clock.sleep(FIRST_PAUSE_MS * 2 ** (tries - 1), signal);
    }
  }
}

async function fetchOnce(source: string, maxBytes: number, options: OpenOptions): Promise<Uint8Array> {
  const { body } = await openSource(source, { staysOnHttps: true, ...options });
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) throw failedAt(source, `it is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Throws `download-failed` for a `file:` address that names no file of this host, and for other kinds of addresses. */
export function pathOf(source: string): string {
  const kind = /^[a-z][a-z\d+.-]+:(?=\/\/)/i.exec(source)?.[0].toLowerCase();
  if (kind !== undefined && kind !== "file:")
    throw failedAt(source, `${kind} is not supported; https, http, file and paths are`);
  if (!/^file:/i.test(source)) return resolve(source);
  try {
    return fileURLToPath(source);
  } catch (cause) {
    throw failedAt(source, messageOf(cause), cause);
  }
}

async function openLocal(source: string): Promise<OpenedSource> {
  const failed = (cause: unknown) => failedAt(source, messageOf(cause), cause);
  const path = pathOf(source);
  const handle = await open(path).catch((cause: unknown) => {
    throw failed(cause);
  });
  return { body: readAll(handle, failed), offset: 0, totalBytes: null, validator: null };
}

async function* readAll(
  handle: FileHandle,
  failed: (cause: unknown) => EcflashError,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of handle.createReadStream({ highWaterMark: 1 << 18 })) yield chunk as Uint8Array;
  } catch (cause) {
    throw failed(cause);
  } finally {
    await handle.close();
  }
}
