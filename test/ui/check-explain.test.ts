import { describe, expect, it } from "vitest";
import { VERDICT_MEANING } from "../../src/core/verdict-meaning.js";
import { HOSTILE_JUDGEMENT, JUDGEMENTS, VERDICTS } from "./judgements.js";
import { rendered } from "./rendered.js";

const explained = (judgement: (typeof JUDGEMENTS)["match"]) =>
  rendered("text", { judgements: [judgement] }, { explain: true });

describe("check --explain", () => {
  it.each(["mismatch", "suspect", "impaired", "not-running", "unsupported"] as const)(
    "%s",
    async (verdict) => {
      expect(await explained(JUDGEMENTS[verdict])).toMatchSnapshot();
    },
  );

  it.each(VERDICTS)("%s says what it means and leaves no evidence and no advice out", async (verdict) => {
    const judgement = JUDGEMENTS[verdict];
    const text = await explained(judgement);
    expect(text).toContain(VERDICT_MEANING[verdict]);
    for (const { from, says, weight } of judgement.evidence)
      expect(text).toContain(`\n    ${weight.padEnd(7)}  ${from}: ${says}`);
    for (const advice of judgement.advice) expect(text).toContain(`- ${advice}`);
  });

  it("shows nothing of a module raw and no identity whole", async () => {
    const text = await explained(HOSTILE_JUDGEMENT);
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(text).not.toContain("000000000000018");
  });
});
