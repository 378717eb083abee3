/** A stream with its beginning looked at: `chunks` gives all of it again, from the first byte. */
export interface Peeked {
  readonly beginning: Uint8Array;
  /** Nothing comes after the beginning. */
  readonly isAll: boolean;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** How much is looked at, and at most one chunk more. */
const BEGINNING_BYTES = 64 * 1024;

/** Reads the beginning of a stream without losing it. */
export async function peek(stream: AsyncIterable<Uint8Array>): Promise<Peeked> {
  const iterator = stream[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let sizeBytes = 0;
  let isAll = false;
  while (sizeBytes < BEGINNING_BYTES) {
    const next = await iterator.next();
    if (next.done === true) {
      isAll = true;
      break;
    }
    first.push(next.value);
    sizeBytes += next.value.length;
  }
  const beginning = Buffer.concat(first);
  return { beginning, isAll, chunks: again(beginning, iterator) };
}

async function* again(beginning: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (beginning.length > 0) yield beginning;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    // Whoever stops early must not leave the file open.
    await rest.return?.();
  }
}
