import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EXIT, type ExitCode, OUTCOME_EXIT, worstExit } from "../../src/core/exits.js";

/** design.md: "Several modules: the first of ...". */
const FIRST_OF: readonly ExitCode[] = [1, 8, 7, 9, 13, 10, 5, 4, 6, 11, 12, 3, 0];
const CODES = Object.values(EXIT);

describe("the exit code of several modules", () => {
  it("is the first of 1, 8, 7, 9, 13, 10, 5, 4, 6, 11, 12, 3, 0 that occurs", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...FIRST_OF), { minLength: 1 }), (codes) => {
        expect(worstExit(codes)).toBe(FIRST_OF.find((code) => codes.includes(code)));
      }),
    );
  });

  it("is not that of an input nobody can read where a module is worse off", () => {
    for (const code of [1, 8, 7, 9, 13, 10] as const) expect(worstExit([2, code])).toBe(code);
    for (const code of [5, 4, 6, 11, 12, 3, 0] as const) expect(worstExit([code, 2])).toBe(2);
  });

  it("is that of the module, when there is one", () => {
    for (const code of CODES) expect(worstExit([code])).toBe(code);
  });

  it("does not depend on the order of the modules", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...CODES)), (codes) => {
        expect(worstExit(codes.toReversed())).toBe(worstExit(codes));
      }),
    );
  });

  it("is 3 for no module at all, never 0", () => {
    expect(worstExit([])).toBe(3);
  });

  it("is 0 only when every one is 0", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...CODES), { minLength: 1 }), (codes) => {
        expect(worstExit(codes) === 0).toBe(codes.every((code) => code === 0));
      }),
    );
  });
});

it("the outcomes of a run exit as the design lists them", () => {
  expect(OUTCOME_EXIT).toEqual({
    done: 0,
    "nothing-to-do": 0,
    refused: 4,
    incomplete: 7,
    unconfirmed: 8,
    "calibration-lost": 8,
    lost: 8,
    unproven: 9,
  });
});

it("no two meanings share an exit code", () => {
  expect(new Set(CODES).size).toBe(CODES.length);
});
