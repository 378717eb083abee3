import { once } from "node:events";
import { STATUS_CODES } from "node:http";
import { messageOf } from "../../core/errors.js";
import {
  type Deadlines,
  failedAt,
  type OpenedSource,
  type OpenOptions,
  RangeRefused,
  TransientFailure,
} from "./opened-source.js";
import { proxyAgents, throughProxy } from "./proxy.js";
import { shownSource } from "./shown-source.js";

const DEADLINES: Deadlines = { connectMs: 15_000, responseMs: 30_000, silenceMs: 30_000 };
const MAX_REDIRECTS = 5;

/** Failures that no further try mends: of certificates, addresses, redirects and the proxy's name. */
const LASTING =
  /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_INVALID_URL$|ERR_UNSUPPORTED_PROTOCOL$|ERR_TOO_MANY_REDIRECTS$|ERR_LEFT_HTTPS$|ERR_NO_PROXY_ADDRESS$)/;
const OF_CERTIFICATE = /^(?:DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;

/**
 * Asks a server of HTTP for a source, or for the rest of it. Throws `TransientFailure` for what a retry may mend,
 * `download-failed` for the rest; the signal's reason. The body throws the same.
 */
export async function openRemote(source: string, options: OpenOptions): Promise<OpenedSource> {
  const { signal, resume, proxy, staysOnHttps = false } = options;
  if (!URL.canParse(source)) throw failedAt(source, "it is no address");
  const through = throughProxy(new URL(source), proxy);
  const deadlines = { ...DEADLINES, ...options.deadlines };
  // Loaded here and not before: its import costs 120 ms (packages.md 1.4).
  const { got } = await import("got");
  const stream = got.stream(source, {
    // The caller resumes by itself; got would start a stream again from its first byte.
    retry: { limit: 0 },
    decompress: false,
    throwHttpErrors: false,
    maxRedirects: MAX_REDIRECTS,
    hooks: {
      beforeRedirect: [
        ({ url }) => {
          if (staysOnHttps && /^https:/i.test(source) && url?.protocol !== "https:")
            throw Object.assign(new Error(`it leads away from https, to ${shownSource(String(url))}`), {
              code: "ERR_LEFT_HTTPS",
            });
        },
      ],
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
      // What is signed and hashed are the bytes of the file.
      "accept-encoding": "identity",
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
    const { code } = error as { readonly code?: unknown };
    if (typeof code !== "string" || !LASTING.test(code))
      return new TransientFailure(`${messageOf(error)}${through}`, { cause: error });
    const hint = OF_CERTIFICATE.test(code)
      ? " (NODE_EXTRA_CA_CERTS names a file with your own authority)"
      : "";
    return failedAt(source, `${messageOf(error)}${hint}${through}`, error);
  };
  let response: Answer;
  try {
    [response] = (await once(stream, "response")) as [typeof response];
  } catch (error) {
    throw failed(error);
  }
  // An error between here and the first read must not be unhandled; the iterator below reports it.
  stream.on("error", () => undefined);
  const accepted = acceptResponse({ source, through }, response, resume?.offset ?? 0);
  if (accepted instanceof Error) {
    stream.destroy();
    throw accepted;
  }
  const body = readBody(stream, failed);
  if (accepted.offset > 0 || !/^text\/html\b/i.test(headerOf(response, "content-type") ?? ""))
    return { ...accepted, body };
  const first = await body.next();
  if (first.done !== true && looksLikeWebPage(first.value)) {
    stream.destroy();
    throw failedAt(source, "it is a web page, perhaps the login page of this network");
  }
  return { ...accepted, body: resumed(first, body) };
}

interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

function looksLikeWebPage(start: Uint8Array): boolean {
  return /^\s*<(?:!doctype|html|head|script|!--)/i.test(
    new TextDecoder("latin1").decode(start.subarray(0, 1024)),
  );
}

async function* resumed(
  first: IteratorResult<Uint8Array>,
  rest: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    if (first.done !== true) yield first.value;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

function headerOf({ headers }: Answer, name: string): string | null {
  const value = headers[name];
  return typeof value === "string" ? value : null;
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
  { source, through }: { readonly source: string; readonly through: string },
  answer: Answer,
  askedOffset: number,
): Omit<OpenedSource, "body"> | Error {
  const { statusCode } = answer;
  const etag = headerOf(answer, "etag");
  // A weak tag may stay the same while bytes change, so it cannot guard a resume (RFC 9110, 13.1.5).
  const validator = etag !== null && !etag.startsWith("W/") ? etag : headerOf(answer, "last-modified");
  if (statusCode === 200) {
    const length = headerOf(answer, "content-length");
    return { offset: 0, totalBytes: length === null ? null : Number(length), validator };
  }
  if (statusCode === 206) {
    const [, start, total] =
      /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headerOf(answer, "content-range") ?? "") ?? [];
    if (start === undefined || Number(start) !== askedOffset)
      return failedAt(source, "the server sent another part");
    return { offset: askedOffset, totalBytes: total === "*" ? null : Number(total), validator };
  }
  const name = STATUS_CODES[statusCode];
  const reason = `the server answered ${statusCode}${name === undefined ? "" : ` (${name})`}${through}`;
  if (statusCode === 416 && askedOffset > 0) return new RangeRefused(reason);
  if (statusCode >= 500 || statusCode === 429 || statusCode === 408) return new TransientFailure(reason);
  return failedAt(source, reason);
}
