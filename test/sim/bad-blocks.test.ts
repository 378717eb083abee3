import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Fault } from "../../src/sim/faults.js";
import { fill } from "../../src/sim/vendor/content.js";
import { EC25_EFA_LAYOUT } from "../../src/sim/vendor/maps.js";
import { openWorld } from "../../src/sim/world.js";
import { changed, FAST, fault, moduleOf, rangeOf, ready, realClock, worldOf } from "./host.js";

const { geometry, map } = EC25_EFA_LAYOUT;
const misc = rangeOf(map, geometry, "misc");
const first = misc.start / geometry.pagesPerBlock;
const blockBytes = geometry.pagesPerBlock * geometry.pageSizeBytes;
/** Half a block more than one. */
const image = fill(9, "image", blockBytes * 1.5);
const skipped = (block: number) => `Skipping: bad block 0x${block.toString(16)}`;

async function flashed(...faults: Fault[]) {
  const dir = mkdtempSync(join(tmpdir(), "ecflash-bad-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const world = worldOf(await changed("wrong-variant", () => ({ faults })), { dir });
  const host = await ready(world);
  await host.erase(geometry, misc);
  const answer = await host.program(geometry, misc.start, image);
  expect(answer.attributes["value"]).toBe("ACK");
  const { nand } = moduleOf(world);
  expect(Buffer.compare(nand.readImage(misc.start, image.length), image)).toBe(0);
  expect(nand.errors).toEqual([]);
  return { dir, world, host, bad: [...nand.badBlocks] };
}

describe("a block that wears out", () => {
  it("there is none without a fault", async () => {
    const { host, bad } = await flashed();
    expect(bad).toEqual([]);
    expect(host.logs.join()).not.toContain("bad block");
  });

  it("in an erase: it is skipped from then on, by the program too", async () => {
    const { host, bad } = await flashed(fault("bad-block-grows", { item: "erase", partition: "misc" }));
    expect(bad).toEqual([first]);
    expect(host.logs.filter((line) => line === skipped(first))).toHaveLength(2);
  });

  it.each([
    ["with its first page", 0, first],
    ["in its middle", 40 * geometry.pageSizeBytes, first],
    ["in the second block", blockBytes + 5000, first + 1],
  ])("in a program, %s: what it held goes to the next good one", async (_, afterBytes, block) => {
    const { host, bad } = await flashed(fault("bad-block-grows", { partition: "misc", afterBytes }));
    expect(bad).toEqual([block]);
    expect(host.logs.filter((line) => line === skipped(block))).toHaveLength(1);
  });

  it("stays bad for the next process", async () => {
    const { dir } = await flashed(fault("bad-block-grows", { partition: "misc" }));
    const again = openWorld(dir, { clock: realClock, timeScale: FAST });
    expect([...moduleOf(again).nand.badBlocks]).toEqual([first]);
    expect(Buffer.compare(moduleOf(again).nand.readImage(misc.start, image.length), image)).toBe(0);
  });
});
