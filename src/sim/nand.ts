import { createHash } from "node:crypto";
import type { Geometry, SectorRange } from "../core/maps.js";
import type { NandStore } from "./nand-store.js";

export type NandGeometry = Geometry & { readonly blockCount: number };

const ERASED = 0xff;

/** A raw NAND: programming clears bits, only erasing a whole block sets them again. Sectors are pages. */
export class Nand {
  readonly geometry: NandGeometry;
  readonly #badBlocks: Set<number>;
  /** What no controller should ever do to a NAND, in words. A right host leaves this empty. */
  readonly errors: string[] = [];
  readonly #store: NandStore;

  constructor(geometry: NandGeometry, store: NandStore, badBlocks: Iterable<number> = []) {
    this.geometry = geometry;
    this.#store = store;
    this.#badBlocks = new Set(badBlocks);
  }

  get badBlocks(): ReadonlySet<number> {
    return this.#badBlocks;
  }

  /** A block goes bad in use: from now on it is skipped, and what it holds is lost. */
  wearOut(block: number): void {
    this.#badBlocks.add(block);
  }

  get totalSectors(): number {
    return this.geometry.blockCount * this.geometry.pagesPerBlock;
  }

  blockOf(sector: number): number {
    return Math.floor(sector / this.geometry.pagesPerBlock);
  }

  readSector(sector: number): Uint8Array {
    const page = this.#store.readPage(this.blockOf(sector), sector % this.geometry.pagesPerBlock);
    return page ?? new Uint8Array(this.geometry.pageSizeBytes).fill(ERASED);
  }

  read({ start, end }: SectorRange): Uint8Array {
    const size = this.geometry.pageSizeBytes;
    const bytes = new Uint8Array((end - start) * size);
    for (let sector = start; sector < end; sector += 1)
      bytes.set(this.readSector(sector), (sector - start) * size);
    return bytes;
  }

  isErased(sector: number): boolean {
    return this.readSector(sector).every((byte) => byte === ERASED);
  }

  /** Programs one page. A page that is not erased keeps its cleared bits, as NAND does, and the error is recorded. */
  programSector(sector: number, bytes: Uint8Array): void {
    if (bytes.length !== this.geometry.pageSizeBytes)
      throw new RangeError(`a page is ${this.geometry.pageSizeBytes} bytes, not ${bytes.length}`);
    const block = this.blockOf(sector);
    if (sector < 0 || sector >= this.totalSectors || this.badBlocks.has(block)) {
      this.errors.push(`programmed sector ${sector}, which is outside or in a bad block`);
      return;
    }
    const page = sector % this.geometry.pagesPerBlock;
    const before = this.#store.readPage(block, page);
    if (before !== null) this.errors.push(`programmed sector ${sector}, which was not erased`);
    this.#store.writePage(
      block,
      page,
      before === null ? bytes : bytes.map((byte, at) => byte & (before[at] ?? 0)),
    );
  }

  eraseBlock(block: number): void {
    if (block < 0 || block >= this.geometry.blockCount || this.badBlocks.has(block)) {
      this.errors.push(`erased block ${block}, which is outside or bad`);
      return;
    }
    this.#store.eraseBlock(block);
  }

  /**
   * Sectors of an image that was put at `start` when bad blocks are skipped. Endless in principle; ends with the NAND.
   */
  *sectorsSkippingBadBlocks(start: number): Generator<number> {
    for (let sector = start; sector < this.totalSectors; sector += 1) {
      if (!this.badBlocks.has(this.blockOf(sector))) yield sector;
    }
  }

  /** Programs bytes from `start` on, the last page filled up with zeros, bad blocks skipped. */
  programImage(start: number, bytes: Uint8Array): void {
    const size = this.geometry.pageSizeBytes;
    const sectors = this.sectorsSkippingBadBlocks(start);
    for (let at = 0; at < bytes.length; at += size) {
      const page = new Uint8Array(size);
      page.set(bytes.subarray(at, at + size));
      const next = sectors.next();
      if (next.done === true) throw new RangeError(`an image at sector ${start} reaches beyond the NAND`);
      this.programSector(next.value, page);
    }
  }

  /** The first `sizeBytes` of what lies at `start`, bad blocks skipped. */
  readImage(start: number, sizeBytes: number): Uint8Array {
    const size = this.geometry.pageSizeBytes;
    const bytes = new Uint8Array(Math.ceil(sizeBytes / size) * size).fill(ERASED);
    let at = 0;
    for (const sector of this.sectorsSkippingBadBlocks(start)) {
      if (at >= bytes.length) break;
      bytes.set(this.readSector(sector), at);
      at += size;
    }
    return bytes.subarray(0, sizeBytes);
  }

  /** SHA-256 of blocks `first` to `end` (exclusive): where something is written, and what. */
  hashBlocks(first: number, end: number): string {
    const hash = createHash("sha256");
    for (const block of this.#store.usedBlocks()) {
      if (block < first || block >= end) continue;
      for (const [page, bytes] of this.#store.usedPages(block)) {
        if (bytes.every((byte) => byte === ERASED)) continue;
        hash.update(`${block} ${page}\n`).update(bytes);
      }
    }
    return hash.digest("hex");
  }
}
