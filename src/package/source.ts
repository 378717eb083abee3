import { once } from "node:events";
import { type FileHandle, open } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { EcflashError, messageOf } from "../core/errors.js";
import { type ProxySettings, proxyAgents } from "./proxy.js";
import { shownSource } from "./shown-source.js";

/** A source is an `http(s)` URL, a `file:` URL or a path. */
export interface OpenOptions {
  readonly signal?: AbortSignal | undefined;
  readonly deadlines?: Partial<Deadlines> | undefined;
  /** Go on behind these bytes, if the server still has the same content (`If-Range`). */
  readonly resume?: { readonly offset: number; readonly validator: string } | undefined;
  readonly proxy?: ProxySettings | undefined;
}

/** How long each wait of a fetch may take. */
export interface Deadlines {
  readonly connectMs: number;
  /** From request to the first byte of the answer. */
  readonly responseMs: number;
  /** Silence in the middle of the body. */
  readonly silenceMs: number;
}

export interface OpenedSource {
  readonly body: AsyncIterable<Uint8Array>;
  /** Where `body` starts: the offset asked for, or 0 when the server sends the whole again. */
  readonly offset: number;
  /** Of the whole content, where it is known. */
  readonly totalBytes: number | null;
  /** For a later `resume`; null where the content cannot be told from a newer one. */
  readonly validator: string | null;
}

const DEADLINES: Deadlines = { connectMs: 15_000, responseMs: 30_000, silenceMs: 30_000 };

/** A failure that the next try may not meet: a cut connection, a timeout, a server that is busy. */
export class TransientFailure extends Error {}

/** The server has no such rest of the content any more; the whole must be asked for again. */
export class RangeRefused extends TransientFailure {}

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

/**
 * Reads a whole source of at most `maxBytes`.
 * @throws EcflashError `download-failed`; the signal's reason when it is aborted
 */
export async function fetchBytes(
  source: string,
  maxBytes: number,
  options: OpenOptions = {},
): Promise<Uint8Array> {
  try {
    const { body } = await openSource(source, options);
    const chunks: Uint8Array[] = [];
    let sizeBytes = 0;
    for await (const chunk of body) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes)
        throw new EcflashError("download-failed", {
          url: shownSource(source),
          reason: `it is larger than ${maxBytes} bytes`,
        });
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    if (!(error instanceof TransientFailure)) throw error;
    throw new EcflashError(
      "download-failed",
      { url: shownSource(source), reason: error.message },
      { cause: error },
    );
  }
}

function pathOf(source: string): string {
  return /^file:/i.test(source) ? fileURLToPath(source) : resolve(source);
}

async function openLocal(source: string): Promise<OpenedSource> {
  const failed = (cause: unknown) =>
    new EcflashError("download-failed", { url: shownSource(source), reason: messageOf(cause) }, { cause });
  const handle = await open(pathOf(source)).catch((cause: unknown) => {
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

async function openRemote(source: string, options: OpenOptions): Promise<OpenedSource> {
  const { signal, resume, proxy } = options;
  const deadlines = { ...DEADLINES, ...options.deadlines };
  // Loaded here and not before: its import costs 120 ms (packages.md 1.4).
  const { got } = await import("got");
  const stream = got.stream(source, {
    // The caller resumes by itself; got would start a stream again from its first byte.
    retry: { limit: 0 },
    decompress: false,
    throwHttpErrors: false,
    maxRedirects: 5,
    hooks: {
      // Also before each redirect, which may lead to another host.
      beforeRequest: [
        async (request) => {
          const agent =
            request.url === undefined ? undefined : await proxyAgents(new URL(request.url), proxy);
          if (agent !== undefined) request.agent = agent;
        },
      ],
    },
    headers: {
      "user-agent": "ecflash",
      ...(resume === undefined ? {} : { range: `bytes=${resume.offset}-`, "if-range": resume.validator }),
    },
    timeout: {
      lookup: deadlines.connectMs,
      connect: deadlines.connectMs,
      secureConnect: deadlines.connectMs,
      response: deadlines.responseMs,
      socket: deadlines.silenceMs,
    },
    ...(signal === undefined ? {} : { signal }),
  });
  const failed = (error: unknown): unknown => {
    if (signal?.aborted === true) return signal.reason;
    return new TransientFailure(messageOf(error), { cause: error });
  };
  let response: { statusCode: number; headers: Record<string, string | string[] | undefined> };
  try {
    [response] = (await once(stream, "response")) as [typeof response];
  } catch (error) {
    throw failed(error);
  }
  // An error between here and the first read must not be unhandled; the iterator below reports it.
  stream.on("error", () => undefined);
  const accepted = acceptResponse(source, response, resume?.offset ?? 0);
  if (accepted instanceof Error) {
    stream.destroy();
    throw accepted;
  }
  return { ...accepted, body: readBody(stream, failed) };
}

async function* readBody(
  stream: AsyncIterable<unknown>,
  failed: (error: unknown) => unknown,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (error) {
    throw failed(error);
  }
}

function acceptResponse(
  source: string,
  { statusCode, headers }: { statusCode: number; headers: Record<string, string | string[] | undefined> },
  askedOffset: number,
): Omit<OpenedSource, "body"> | Error {
  const one = (name: string) => (typeof headers[name] === "string" ? headers[name] : null);
  const etag = one("etag");
  // A weak tag may stay the same while bytes change, so it cannot guard a resume (RFC 9110, 13.1.5).
  const validator = etag !== null && !etag.startsWith("W/") ? etag : one("last-modified");
  if (statusCode === 200) {
    const length = one("content-length");
    return { offset: 0, totalBytes: length === null ? null : Number(length), validator };
  }
  if (statusCode === 206) {
    const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(one("content-range") ?? "") ?? [];
    if (start === undefined || Number(start) !== askedOffset)
      return new EcflashError("download-failed", {
        url: shownSource(source),
        reason: "the server sent another part",
      });
    return { offset: askedOffset, totalBytes: total === "*" ? null : Number(total), validator };
  }
  const reason = `the server answered ${statusCode}`;
  if (statusCode === 416 && askedOffset > 0) return new RangeRefused(reason);
  if (statusCode >= 500 || statusCode === 429 || statusCode === 408) return new TransientFailure(reason);
  return new EcflashError("download-failed", { url: shownSource(source), reason });
}
