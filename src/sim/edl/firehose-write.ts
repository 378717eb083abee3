import type { Answers } from "./firehose-answers.js";
import type { Fault, FaultName, Faults } from "../faults.js";
import type { Place } from "./firehose-place.js";
import type { Nand } from "../nand.js";
import type { RawWrite } from "./programmer-state.js";
import type { Recorder } from "../recorder.js";

export interface WriterSetup {
  readonly nand: Nand;
  readonly faults: Faults;
  readonly recorder: Recorder;
  readonly answers: Answers;
  /** The image that starts with SBL is being written, or is whole. */
  readonly sblWriting: (whole: boolean) => void;
}

type Range = Place & { kind: "range" };

/** Faults that end the taking of bytes where they stand. */
const CUTS: readonly FaultName[] = ["unplug", "stall", "write-timeout", "short-write"];

/** The programmer's way to the NAND: blocks are erased, pages programmed, bad blocks skipped and told (domain.md 4.2). */
export class NandWriter {
  readonly #setup: WriterSetup;

  constructor(setup: WriterSetup) {
    this.#setup = setup;
  }

  /** @returns how many blocks it took */
  erase(place: Range): number {
    const { nand, faults, answers, sblWriting } = this.#setup;
    if (place.wholeChip) answers.log("Erasing entire FLASH chip");
    const [first, end] = [nand.blockOf(place.start), nand.blockOf(place.end)];
    for (let block = first; block < end; block += 1) {
      if (!nand.badBlocks.has(block) && faults.fires(["bad-block-grows"]) !== null) nand.wearOut(block);
      if (nand.badBlocks.has(block)) this.#logBadBlock(block);
      else nand.eraseBlock(block);
    }
    if (first === 0) sblWriting(true);
    return end - first;
  }

  begin(place: Range, partition: string | null): RawWrite {
    if (place.start === 0) this.#setup.sblWriting(false);
    return {
      startSector: place.start,
      endSector: place.end,
      partition,
      totalBytes: (place.end - place.start) * this.#setup.nand.geometry.pageSizeBytes,
      doneBytes: 0,
      nextSector: place.start,
      page: [],
    };
  }

  /** Image bytes, cut where a fault wants it. What was not used belongs to no image. */
  take(data: Uint8Array, raw: RawWrite): { readonly usedBytes: number; readonly cut: Fault | null } {
    const { faults, recorder } = this.#setup;
    const mine = data.subarray(0, raw.totalBytes - raw.doneBytes);
    let usedBytes = 0;
    let cut: Fault | null = null;
    while (usedBytes < mine.length && cut === null) {
      const size = Math.min(faults.bytesUntilNext(raw.doneBytes), mine.length - usedBytes);
      this.#store(mine.subarray(usedBytes, usedBytes + size), raw);
      usedBytes += size;
      cut = faults.fires(CUTS, raw.doneBytes);
    }
    recorder.note({ kind: "raw", bytes: usedBytes });
    return { usedBytes, cut };
  }

  #store(bytes: Uint8Array, raw: RawWrite): void {
    const { nand, faults } = this.#setup;
    const size = nand.geometry.pageSizeBytes;
    raw.doneBytes += bytes.length;
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + size - raw.page.length);
      raw.page.push(...piece);
      at += piece.length;
      if (raw.page.length < size) return;
      this.#skipBadBlocks(raw);
      if (faults.fires(["bad-block-grows"], raw.doneBytes) !== null) this.#replaceBlock(raw);
      nand.programSector(raw.nextSector, Uint8Array.from(raw.page));
      raw.nextSector += 1;
      raw.page = [];
    }
  }

  #skipBadBlocks(raw: RawWrite): void {
    const { nand } = this.#setup;
    const { pagesPerBlock } = nand.geometry;
    for (let block = nand.blockOf(raw.nextSector); nand.badBlocks.has(block); block += 1) {
      this.#logBadBlock(block);
      raw.nextSector = (block + 1) * pagesPerBlock;
    }
  }

  /** The block does not take the page: what it holds of this image is programmed again into the next good one (expected). */
  #replaceBlock(raw: RawWrite): void {
    const { nand } = this.#setup;
    const block = nand.blockOf(raw.nextSector);
    const moved: Uint8Array[] = [];
    for (let sector = block * nand.geometry.pagesPerBlock; sector < raw.nextSector; sector += 1)
      moved.push(nand.readSector(sector));
    nand.wearOut(block);
    this.#skipBadBlocks(raw);
    for (const page of moved) {
      nand.programSector(raw.nextSector, page);
      raw.nextSector += 1;
    }
  }

  #logBadBlock(block: number): void {
    this.#setup.answers.log(`Skipping: bad block 0x${block.toString(16)}`);
  }
}
