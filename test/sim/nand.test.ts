import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { Nand } from "../../src/sim/nand.js";
import { FileNandStore, MemoryNandStore } from "../../src/sim/nand-store.js";

const geometry = { pageSizeBytes: 16, pagesPerBlock: 4, blockCount: 8 };
const page = (value: number) => new Uint8Array(16).fill(value);
const directories: string[] = [];
const newDirectory = () => {
  const directory = mkdtempSync(join(tmpdir(), "ecflash-nand-"));
  directories.push(directory);
  return directory;
};
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

describe.each([
  ["memory", () => new MemoryNandStore()],
  ["files", () => new FileNandStore(newDirectory(), 16)],
])("a NAND in %s", (_, makeStore) => {
  it("is erased at first, keeps pages, and forgets a block when it is erased", () => {
    const nand = new Nand(geometry, makeStore());
    expect(nand.readSector(5)).toEqual(page(0xff));
    nand.programSector(5, page(0x5a));
    nand.programSector(7, page(0x00));
    expect([4, 5, 6, 7].map((sector) => nand.readSector(sector)[0])).toEqual([0xff, 0x5a, 0xff, 0]);
    expect(nand.isErased(6)).toBe(true);
    nand.eraseBlock(1);
    expect(nand.read({ start: 4, end: 8 }).every((byte) => byte === 0xff)).toBe(true);
    expect(nand.errors).toEqual([]);
  });

  it("clears bits only, and records the error", () => {
    const nand = new Nand(geometry, makeStore());
    nand.programSector(0, page(0b1100));
    nand.programSector(0, page(0b1010));
    expect(nand.readSector(0)).toEqual(page(0b1000));
    expect(nand.errors).toEqual(["programmed sector 0, which was not erased"]);
  });

  it("skips bad blocks with images and refuses to touch them", () => {
    const nand = new Nand(geometry, makeStore(), [1]);
    const image = Uint8Array.from({ length: 100 }, (_, at) => at);
    nand.programImage(0, image);
    expect(nand.readImage(0, 100)).toEqual(image);
    expect(nand.readSector(8)[0]).toBe(64);
    nand.programSector(4, page(1));
    nand.eraseBlock(1);
    expect(nand.errors).toHaveLength(2);
  });

  it("has one hash for one content, however it came about", () => {
    const nand = new Nand(geometry, makeStore());
    const empty = nand.hashBlocks(0, 8);
    nand.programSector(3, page(0xff));
    expect(nand.hashBlocks(0, 8)).toBe(empty);
    nand.programSector(9, page(1));
    expect(nand.hashBlocks(0, 8)).not.toBe(empty);
    expect(nand.hashBlocks(0, 2)).toBe(empty);
    nand.eraseBlock(2);
    expect(nand.hashBlocks(0, 8)).toBe(empty);
  });
});

it("files are found by the next process at once", () => {
  const directory = newDirectory();
  const nand = new Nand(geometry, new FileNandStore(directory, 16));
  nand.programSector(6, page(0x42));
  const again = new Nand(geometry, new FileNandStore(directory, 16));
  expect(again.readSector(6)).toEqual(page(0x42));
  expect(again.hashBlocks(0, 8)).toBe(nand.hashBlocks(0, 8));
});
