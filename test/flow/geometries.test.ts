import { describe, expect, it } from "vitest";
import { mapOf } from "../../src/sim/images.js";
import type { NandSetup } from "../../src/sim/scenario.js";
import { makeBench } from "./bench.js";
import { holdsRelease, whereIs } from "./truth.js";

/** Both NANDs of the family (domain.md 2.3, 4.3), each with a map that was seen on one. */
const LAYOUTS: Readonly<Record<string, Omit<NandSetup, "badBlocks">>> = {
  p4K_b256K: {
    geometry: "p4K_b256K",
    blockCount: 2048,
    map: { name: "EC25_EFA", efs2LongerByBlocks: 0 },
  },
  p2K_b128K: {
    geometry: "p2K_b128K",
    blockCount: 4096,
    map: { name: "EC25_EUGA", efs2LongerByBlocks: 0 },
  },
};

type Which = "first" | "second" | "last";

/** One bad block in each of these partitions. */
function badBlocks(layout: Omit<NandSetup, "badBlocks">, which: Which, names: readonly string[]): number[] {
  return mapOf(layout)
    .partitions.filter(({ name }) => names.includes(name))
    .map(({ startBlock, blockCount }) => startBlock + { first: 0, second: 1, last: blockCount - 1 }[which]);
}

const PROGRAMMED = ["SBL", "TZ", "RPM", "aboot", "boot", "recovery", "modem", "recoveryfs", "system"];
const KEPT = ["EFS2", "sys_rev", "RAWDATA", "cust_info", "oemapp", "usr_data", "misc"];

describe.each(Object.entries(LAYOUTS))("%s", (_, layout) => {
  const benchWith = (bad: readonly number[]) =>
    makeBench({ module: () => ({ nand: { ...layout, badBlocks: bad } }), release: layout });

  it.each([
    ["no bad block", [], "first"],
    ["the first block of every image bad", PROGRAMMED, "first"],
    ["the second block of every image and of MIBIB bad", [...PROGRAMMED, "MIBIB"], "second"],
    ["the last block of every partition bad", [...PROGRAMMED, ...KEPT, "MIBIB"], "last"],
    ["bad blocks where nothing is written", KEPT, "first"],
  ] as const)("%s: done", async (__, names, which) => {
    const bad = badBlocks(layout, which, names);
    const bench = await benchWith(bad);
    const { result, words, events } = await bench.flash();
    expect(words).toContain("Result: PASS");
    expect(result).toMatchObject({ outcome: "done", exit: 0 });
    expect(holdsRelease(bench)).toBe(true);
    expect([...bench.module.nand.badBlocks]).toEqual(bad);
    const write = events.find((event) => event.type === "stage-end" && event.stage === "write");
    expect(JSON.stringify(write).includes("bad blocks skipped")).toBe(
      names.some((name) => PROGRAMMED.includes(name)),
    );
  });

  it("MIBIB not where the plan has it, its first block being bad: refused, as it was", async () => {
    const bench = await benchWith(badBlocks(layout, "first", ["MIBIB"]));
    const { result, words } = await bench.flash();
    expect(result).toMatchObject({ outcome: "refused", exit: 4 });
    expect(words).toContain("[map-unreadable]");
    expect(await whereIs(bench)).toBe("normal");
    expect(bench.hasJournal).toBe(false);
  });
});
