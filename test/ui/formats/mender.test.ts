import { describe, expect, it } from "vitest";
import { JUDGEMENTS } from "../judgements.js";
import { rendered } from "../rendered.js";
import { parseMender } from "./parsers.js";
import { EVERYTHING } from "./told.js";

describe("check as a Mender inventory", () => {
  it("has every key for every module, so that lists go together", async () => {
    const pairs = parseMender(
      await rendered("mender", { judgements: [JUDGEMENTS.mismatch, JUDGEMENTS.unknown] }),
    );
    const valuesOf = (name: string) => pairs.flatMap(([key, value]) => (key === name ? [value] : []));
    expect(valuesOf("ecflash_verdict")).toEqual(["mismatch", "unknown"]);
    expect(valuesOf("ecflash_expected")).toEqual(["EC25AFA", "none"]);
    expect(valuesOf("ecflash_hardware_code")).toEqual(["EC25EFA", "EC25AFA"]);
    expect(valuesOf("ecflash_exit")).toEqual(["0"]);
  });

  it("has keys of letters only and a value in each line", async () => {
    for (const [key, value] of parseMender(await rendered("mender", EVERYTHING))) {
      expect(key).toMatch(/^ecflash_[a-z_]+$/);
      expect(value).not.toBe("");
    }
  });
});
