import { EcflashError } from "../../core/errors.js";
import type { ProxySettings } from "./proxy.js";
import { shownSource } from "./shown-source.js";

/** A source is an `http(s)` URL, a `file:` URL or a path. */
export interface OpenOptions {
  readonly signal?: AbortSignal | undefined;
  readonly deadlines?: Partial<Deadlines> | undefined;
  /** Go on behind these bytes, if the server still has the same content (`If-Range`). */
  readonly resume?: { readonly offset: number; readonly validator: string } | undefined;
  readonly proxy?: ProxySettings | undefined;
  /** What was asked over https may not be led to plain http: for what no signed hash proves as a whole. */
  readonly staysOnHttps?: boolean | undefined;
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

/** A failure that the next try may not meet: a cut connection, a timeout, a server that is busy. */
export class TransientFailure extends Error {}

/** The server has no such rest of the content any more; the whole must be asked for again. */
export class RangeRefused extends TransientFailure {}

/** A failure that no further try mends. */
export function failedAt(source: string, reason: string, cause?: unknown): EcflashError {
  return new EcflashError("download-failed", { url: shownSource(source), reason }, { cause });
}
