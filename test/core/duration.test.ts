import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeDuration, parseDurationMs } from "../../src/core/duration.js";

describe("parseDurationMs", () => {
  it.each([
    ["90s", 90_000],
    ["1.5h", 5_400_000],
    ["7d", 604_800_000],
    ["2W", 1_209_600_000],
    [" 15 m ", 900_000],
    ["250ms", 250],
  ])("%j is %i ms", (text, ms) => {
    expect(parseDurationMs(text)).toBe(ms);
  });

  it.each(["", "7", "d", "-1d", "0s", "7 days", "1e9s", "7d7h", "0.0001ms"])("%j is none", (text) => {
    expect(parseDurationMs(text)).toBeNull();
  });

  it("takes a bare number in the unit it is told", () => {
    expect(parseDurationMs("60", "s")).toBe(60_000);
    expect(parseDurationMs("5m", "s")).toBe(300_000);
  });
});

describe("describeDuration", () => {
  it.each([
    [12, "12 ms"],
    [59_000, "59 s"],
    [60_000, "1 min"],
    [3_700_000, "1 h 1 min"],
    [788_400_000, "9 d 3 h"],
  ])("%i is %s", (ms, text) => {
    expect(describeDuration(ms)).toBe(text);
  });

  it("never says more than there is", () => {
    const unit: Record<string, number> = { ms: 1, s: 1e3, min: 6e4, h: 3.6e6, d: 8.64e7 };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e12 }), (ms) => {
        const pairs = [...describeDuration(ms).matchAll(/(\d+) ([a-z]+)/g)];
        const said = pairs.reduce(
          (sum, [, count, name]) => sum + Number(count) * (unit[name ?? ""] ?? NaN),
          0,
        );
        expect(said).toBeLessThanOrEqual(ms);
        expect(said).toBeGreaterThan(ms * 0.49);
      }),
    );
  });
});
