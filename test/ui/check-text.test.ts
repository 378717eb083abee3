import { describe, expect, it } from "vitest";
import { EcflashError } from "../../src/core/errors.js";
import { HOSTILE_JUDGEMENT, JUDGEMENTS, VERDICTS } from "./judgements.js";
import { rendered } from "./rendered.js";

const one = (verdict: (typeof VERDICTS)[number]) => rendered("text", { judgements: [JUDGEMENTS[verdict]] });

describe("check for a person", () => {
  it.each(VERDICTS)("%s", async (verdict) => {
    expect(JUDGEMENTS[verdict].verdict).toBe(verdict);
    expect(await one(verdict)).toMatchSnapshot();
  });

  it("has a line for each piece of evidence and each advice, and says what is virtual", async () => {
    const judgement = JUDGEMENTS.mismatch;
    const lines = (await one("mismatch")).trimEnd().split("\n");
    expect(lines).toHaveLength(1 + judgement.evidence.length + judgement.advice.length);
    const virtual = { ...judgement, reading: { ...judgement.reading, virtual: true } };
    expect(await rendered("text", { judgements: [virtual] })).toMatch(/found \(virtual\)\n/);
  });

  it("tells modules apart by an empty line, and those that were not read by why", async () => {
    const error = new EcflashError("port-unavailable", { path: "/dev/ttyUSB6", reason: "permission denied" });
    const text = await rendered("text", {
      judgements: [JUDGEMENTS.match, JUDGEMENTS.unknown],
      failures: [{ source: "1-1.3", error }],
    });
    expect(text.split("\n\n")).toHaveLength(3);
    expect(text).toContain(
      "1-1.3  not read\n  /dev/ttyUSB6 cannot be opened: permission denied. [port-unavailable]",
    );
  });

  it("shows nothing of a module raw and no identity whole", async () => {
    const text = await rendered("text", { judgements: [HOSTILE_JUDGEMENT] });
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(text).not.toContain("000000000000018");
    expect(text).toContain(String.raw`\x1b[2J\x9b31m\x0aAT+GSN ***********0018 \u202eevil`);
    const { evidence, advice } = HOSTILE_JUDGEMENT;
    expect(text.trimEnd().split("\n")).toHaveLength(1 + evidence.length + advice.length);
  });
});
