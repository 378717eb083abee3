/** A stream with its beginning looked at: `chunks` gives all of it again, from the first byte. */
export interface Peeked<Decided> {
  /** What the beginning told; null where nothing decided up to the limit. */
  readonly decided: Decided | null;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Tells what a stream is by its beginning, `isAll` where nothing comes after; undefined asks for more of it. */
export type Decide<Decided> = (beginning: Uint8Array, isAll: boolean) => Decided | undefined;

/** How much is looked at first, and at most one chunk more. */
const BEGINNING_BYTES = 64 * 1024;

/** Looks at the beginning of a stream without losing it: twice as much each time, until it decides or is `limitBytes`. */
export async function peek<Decided>(
  stream: AsyncIterable<Uint8Array>,
  decide: Decide<Decided>,
  limitBytes: number,
): Promise<Peeked<Decided>> {
  const iterator = stream[Symbol.asyncIterator]();
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for (let wantedBytes = BEGINNING_BYTES; ; wantedBytes *= 2) {
    let isAll = false;
    while (sizeBytes < wantedBytes && !isAll) {
      const next = await iterator.next();
      if (next.done === true) isAll = true;
      else {
        parts.push(next.value);
        sizeBytes += next.value.length;
      }
    }
    const beginning = Buffer.concat(parts);
    const decided = decide(beginning, isAll);
    if (decided === undefined && !isAll && wantedBytes < limitBytes) continue;
    return { decided: decided ?? null, chunks: again(beginning, iterator) };
  }
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
