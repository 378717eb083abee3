import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

/** Where pages are kept. An erased page is not kept at all, so 512 MiB cost only what is written. */
export interface NandStore {
  /** A page's bytes, or null where it is erased. */
  readPage(block: number, page: number): Uint8Array | null;
  writePage(block: number, page: number, bytes: Uint8Array): void;
  eraseBlock(block: number): void;
  /** Blocks that hold something, ascending. */
  usedBlocks(): number[];
  /** Pages of a block that hold something, ascending. */
  usedPages(block: number): [page: number, bytes: Uint8Array][];
}

export class MemoryNandStore implements NandStore {
  readonly #blocks = new Map<number, Map<number, Uint8Array>>();

  readPage(block: number, page: number): Uint8Array | null {
    return this.#blocks.get(block)?.get(page) ?? null;
  }

  writePage(block: number, page: number, bytes: Uint8Array): void {
    const pages = this.#blocks.get(block) ?? new Map<number, Uint8Array>();
    pages.set(page, bytes.slice());
    this.#blocks.set(block, pages);
  }

  eraseBlock(block: number): void {
    this.#blocks.delete(block);
  }

  usedBlocks(): number[] {
    return [...this.#blocks.keys()].sort((a, b) => a - b);
  }

  usedPages(block: number): [number, Uint8Array][] {
    return [...(this.#blocks.get(block) ?? [])].sort(([a], [b]) => a - b);
  }
}

/**
 * One file for each block that holds something. Pages go to the file at once and nothing is cached, so a host that is
 * killed leaves the NAND as it was. Bytes are kept inverted: a hole in a file reads as zeros, which is erased NAND.
 */
export class FileNandStore implements NandStore {
  readonly #directory: string;
  readonly #pageSizeBytes: number;
  readonly #used: Set<number>;

  /** @throws NodeJS.ErrnoException when the directory cannot be made or read */
  constructor(directory: string, pageSizeBytes: number) {
    mkdirSync(directory, { recursive: true });
    this.#directory = directory;
    this.#pageSizeBytes = pageSizeBytes;
    this.#used = new Set(
      readdirSync(directory).flatMap((name) => {
        const block = /^(?<block>\d+)\.block$/.exec(name)?.groups?.["block"];
        return block === undefined ? [] : [Number(block)];
      }),
    );
  }

  readPage(block: number, page: number): Uint8Array | null {
    if (!this.#used.has(block)) return null;
    const file = openSync(this.#path(block), "r");
    try {
      const bytes = new Uint8Array(this.#pageSizeBytes);
      readSync(file, bytes, 0, bytes.length, page * this.#pageSizeBytes);
      return bytes.some((byte) => byte !== 0) ? inverted(bytes) : null;
    } finally {
      closeSync(file);
    }
  }

  writePage(block: number, page: number, bytes: Uint8Array): void {
    const file = openSync(this.#path(block), this.#used.has(block) ? "r+" : "w+");
    try {
      this.#used.add(block);
      writeSync(file, inverted(bytes), 0, bytes.length, page * this.#pageSizeBytes);
    } finally {
      closeSync(file);
    }
  }

  eraseBlock(block: number): void {
    if (!this.#used.delete(block)) return;
    rmSync(this.#path(block), { force: true });
  }

  usedBlocks(): number[] {
    return [...this.#used].sort((a, b) => a - b);
  }

  usedPages(block: number): [number, Uint8Array][] {
    if (!this.#used.has(block)) return [];
    const size = this.#pageSizeBytes;
    const kept = readFileSync(this.#path(block));
    const found: [number, Uint8Array][] = [];
    for (let page = 0; page * size < kept.length; page += 1) {
      const bytes = kept.subarray(page * size, (page + 1) * size);
      if (bytes.some((byte) => byte !== 0)) found.push([page, inverted(bytes)]);
    }
    return found;
  }

  #path(block: number): string {
    return join(this.#directory, `${block}.block`);
  }
}

function inverted(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at += 1) out[at] = (bytes[at] ?? 0) ^ 0xff;
  return out;
}
