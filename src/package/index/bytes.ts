import { EcflashError } from "../../core/errors.js";
import type { FetchBytes } from "./signatures.js";
import { shownSource } from "../fetch/shown-source.js";
import { fetchBytes, type FetchBytesOptions } from "../fetch/source.js";

/** An index is 8 MB at most and a signature 4 kB; a server that drips for longer holds the module's owner up. */
const LIMIT_MS = 120_000;

/**
 * `fetchBytes` for an index and its signatures: each in `limitMs` as a whole, however slowly a server drips (slow
 * retrieval; The Update Framework, 1.5.2).
 */
export function fetchIndexBytes(
  options: Pick<FetchBytesOptions, "signal" | "proxy" | "clock">,
  limitMs = LIMIT_MS,
): FetchBytes {
  return async (source, maxBytes) => {
    const late = AbortSignal.timeout(limitMs);
    const signal = options.signal === undefined ? late : AbortSignal.any([options.signal, late]);
    try {
      return await fetchBytes(source, maxBytes, { ...options, signal });
    } catch (cause) {
      if (!late.aborted || options.signal?.aborted === true) throw cause;
      const reason = `it took longer than ${limitMs / 1000} s`;
      throw new EcflashError("download-failed", { url: shownSource(source), reason }, { cause });
    }
  };
}
