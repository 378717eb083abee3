import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
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
    const path = this.#path(block);
    const file = openSync(path, existsSync(path) ? "r+" : "w+");
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

  #path(block: number): string {
    return join(this.#directory, `${block}.block`);
  }
}

function inverted(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => byte ^ 0xff);
}
