import { describe, expect, it } from "vitest";
import { makeBench } from "./bench.js";
import { expectRecovered } from "./truth.js";

/** First, middle and last of what a run does to the NAND, and its last command. */
const PLACES = [
  { item: "erase", nth: 1 },
  { item: "erase", nth: 10 },
  { item: "program", nth: 1, afterBytes: 5000 },
  { item: "program", nth: 10, afterBytes: 5000 },
  { item: "power" },
] as const;
const FAULTS = [
  { name: "unplug", returnMs: 3000 },
  { name: "unplug", returnMs: null },
  { name: "stall", returnMs: null },
] as const;
const CASES = FAULTS.flatMap((fault) => PLACES.map((at) => ({ ...fault, at })));

// `bench.ts` holds the last words of each command of these to the virtual module.
describe("wherever a run fails, recover and at most one power cycle end it", () => {
  it.each(CASES.map((fault) => [JSON.stringify(fault), fault] as const))("%s", async (_, fault) => {
    const bench = await makeBench({ faults: [fault] });
    const { result } = await bench.flash();
    expect([7, 8]).toContain(result.exit);
    await expectRecovered(bench);
  });
});
