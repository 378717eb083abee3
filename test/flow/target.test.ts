import { describe, expect, it } from "vitest";
import { describeError } from "../../src/core/catalogue.js";
import { readDeclarations } from "../../src/core/declaration.js";
import { isEcflashError } from "../../src/core/errors.js";
import { codesOfVariant } from "../../src/core/label.js";
import { declaredCode } from "../../src/flow/target.js";
import { loadFacts } from "../../src/manifest/load.js";

const facts = await loadFacts();

function codeOr(input: { label?: string; variant?: string }): string {
  try {
    return declaredCode(readDeclarations(input, facts), facts, "nothing");
  } catch (error) {
    if (isEcflashError(error, "declared-without-code")) return describeError(error)[0] ?? "";
    throw error;
  }
}

describe("the hardware code that a declaration stands for", () => {
  it.each([
    [{ label: "EC25AFFD" }, "EC25AFFD"],
    [{ label: "EC25-EMGA", variant: "EC25-EM" }, "EC25EMGA"],
    [{ variant: "EC25-A" }, "EC25AFA"],
    [{ variant: "EC25-V" }, "EC25VFA"],
  ])("%j is %s", (input, code) => {
    expect(codeOr(input)).toBe(code);
  });

  it.each([
    ["EC25-EUX", "several hardware codes (EC25EUXGA, EC25EUXGR)"],
    ["EC25-AUX", "several hardware codes (EC25AUXGA, EC25AUXGR)"],
    ["EC25-EM", "No hardware code of EC25-EM is recorded for certain (EC25EMGA, a guess)"],
    ["EC25-AFXD", "No hardware code of EC25-AFXD is recorded for certain (none is known)"],
  ])("%s alone is refused: %s", (variant, says) => {
    expect(codeOr({ variant })).toContain(says);
  });

  it("is never a guess, of no variant", () => {
    for (const variant of facts.variants.keys()) {
      const found = codeOr({ variant });
      const guesses = codesOfVariant(variant, facts).filter(({ standing }) => standing === "guess");
      expect(
        guesses.map(({ code }) => code),
        variant,
      ).not.toContain(found);
    }
  });
});
