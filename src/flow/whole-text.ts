import { EcflashError } from "../core/errors.js";
import { decodeText } from "../protocol/capture/text/decode.js";

/** A text beyond this is read only where it is one record a line: V8 has no longer strings. */
const WHOLE_LIMIT_BYTES = 256 * 1024 ** 2;

/** All of a text, in whichever encoding; null for what is no text. Throws `input-unreadable` for one that is too long. */
export async function wholeText(path: string, chunks: AsyncIterable<Uint8Array>): Promise<string | null> {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    sizeBytes += chunk.length;
    if (sizeBytes > WHOLE_LIMIT_BYTES) {
      const reason = `it is longer than ${WHOLE_LIMIT_BYTES} bytes and not one record a line`;
      throw new EcflashError("input-unreadable", { path, reason });
    }
    parts.push(chunk);
  }
  return decodeText(Buffer.concat(parts));
}
