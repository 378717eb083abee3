/** Bytes that came in pieces, given out in whole ones. Joins only what is asked for, so large transfers cost one copy. */
export class ByteQueue {
  #chunks: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#chunks.push(bytes);
    this.#length += bytes.length;
  }

  /** The first `count` bytes, which stay; null while there are fewer. */
  peek(count: number): Uint8Array | null {
    if (this.#length < count) return null;
    const [first] = this.#chunks;
    if (first === undefined || first.length < count) this.#gather(count);
    return (this.#chunks[0] ?? new Uint8Array()).subarray(0, count);
  }

  /** Takes the first `count` bytes away; there must be as many. */
  take(count: number): Uint8Array {
    const bytes = this.peek(count);
    const [first] = this.#chunks;
    if (bytes === null || first === undefined) {
      if (count === 0) return new Uint8Array();
      throw new RangeError(`${count} bytes of ${this.#length}`);
    }
    if (first.length === count) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(count);
    this.#length -= count;
    return bytes;
  }

  clear(): void {
    this.#chunks = [];
    this.#length = 0;
  }

  /** Makes the first chunk hold at least `count` bytes. */
  #gather(count: number): void {
    const parts: Uint8Array[] = [];
    let size = 0;
    while (size < count) {
      const part = this.#chunks.shift();
      if (part === undefined) break;
      parts.push(part);
      size += part.length;
    }
    const joined = new Uint8Array(size);
    let at = 0;
    for (const part of parts) {
      joined.set(part, at);
      at += part.length;
    }
    this.#chunks.unshift(joined);
  }
}
