import { describe, expect, it } from "vitest";
import { makeBench } from "./bench.js";
import { erasesOf, holdsRelease, whereIs } from "./truth.js";

/** Every item of the plan, cut at its start and behind its first bytes, in each way a module can fail. */
const PLACES = [
  ...[1, 2, 5, 10].map((nth) => ({ item: "erase" as const, nth })),
  ...[1, 2, 5, 10].flatMap((nth) => [
    { item: "program" as const, nth },
    { item: "program" as const, nth, afterBytes: 5000 },
  ]),
  { item: "sahara" as const },
  { item: "sahara" as const, afterBytes: 5000 },
  { item: "configure" as const },
  { item: "getstorageinfo" as const },
  { item: "read" as const, nth: 1 },
  { item: "read" as const, nth: 3 },
  { item: "power" as const },
];
const FAULTS = [
  { name: "unplug" as const, returnMs: 3000 },
  { name: "unplug" as const, returnMs: null },
  { name: "nak" as const },
  { name: "stall" as const },
  { name: "write-timeout" as const },
];
const CASES = FAULTS.flatMap((fault) => PLACES.map((at) => ({ ...fault, at })));

describe("wherever a run fails, its last words are true and the module can be finished", () => {
  it.each(CASES.map((fault) => [JSON.stringify(fault), fault] as const))("%s", async (_, fault) => {
    const bench = await makeBench({ faults: [fault] });
    const first = await bench.flash();
    console.log(_, first.result.exit, /\[([a-z-]+)\]/.exec(first.words)?.[1], first.words.split("\n")[1]);
    if (first.result.exit === 0) return;
    const said: number[] = [];
    for (let tries = 0; tries < 3 && bench.hasJournal; tries += 1) {
      const { result, words } = await bench.recover();
      console.log("   recover", result.exit, /\[([a-z-]+)\]/.exec(words)?.[1], words.split("\n").slice(0,2).join(" | "));
      said.push(result.exit);
      if (bench.hasJournal) {
        bench.module.powerCycle();
        await bench.clock.sleep(20_000);
      }
    }
    expect(bench.hasJournal, said.join()).toBe(false);
    expect(await whereIs(bench)).toBe("normal");
    const last = await bench.flash();
    expect(last.result.exit).toBe(0);
    expect(holdsRelease(bench)).toBe(true);
    expect(erasesOf(bench)).toBeGreaterThan(0);
  });
});
