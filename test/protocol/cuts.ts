import fc from "fast-check";

/** A reader that takes chunks and gives what they completed. */
export interface Reader<T> {
  push(bytes: Uint8Array): T[];
}

export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** What a fresh reader makes of `bytes`, cut before each of the given places. */
export function readCut<T>(reader: Reader<T>, bytes: Uint8Array, places: readonly number[]): T[] {
  const edges = [0, ...[...places].sort((a, b) => a - b), bytes.length];
  return edges.slice(1).flatMap((end, at) => reader.push(bytes.subarray(edges[at], end)));
}

/** Byte by byte, and in two pieces cut at every byte: the results, each to be equal to `whole`. */
export function everyCut<T>(make: () => Reader<T>, bytes: Uint8Array): { whole: T[]; cut: T[][] } {
  const places = [...bytes.keys()];
  return {
    whole: make().push(bytes),
    cut: [readCut(make(), bytes, places), ...places.map((place) => readCut(make(), bytes, [place]))],
  };
}

/** Places to cut a text of `length` at, any number of them. */
export function anyCuts(length: number): fc.Arbitrary<number[]> {
  return fc.array(fc.nat(length), { maxLength: 12 });
}
