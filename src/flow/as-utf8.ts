import type { Utf16 } from "../protocol/capture/text/decode.js";

/** Bytes of UTF-16 as those of UTF-8, a chunk at a time: a letter may be cut between two of them. */
export async function* asUtf8(
  chunks: AsyncIterable<Uint8Array>,
  encoding: Utf16,
): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}
