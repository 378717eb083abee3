import { describe, expect, it } from "vitest";
import { JUDGEMENTS, VERDICTS } from "../judgements.js";
import { rendered } from "../rendered.js";
import { parseCommands } from "./parsers.js";
import { EVERYTHING } from "./told.js";

describe("check as GitHub annotations", () => {
  it("is error, warning or notice by exit; a match is counted only", async () => {
    const text = await rendered("github", { judgements: VERDICTS.map((verdict) => JUDGEMENTS[verdict]) });
    const commands = parseCommands(text).map(({ command, properties }) => [properties["title"], command]);
    expect(Object.fromEntries(commands)).toEqual({
      "ecflash: not-running": "warning",
      "ecflash: mismatch": "error",
      "ecflash: unsupported": "notice",
      "ecflash: unknown": "warning",
      "ecflash: custom": "warning",
      "ecflash: disputed": "warning",
      "ecflash: impaired": "error",
      "ecflash: outdated": "error",
      "ecflash: suspect": "warning",
    });
    expect(text).toContain("\necflash check: 10 modules: 1 not-running, ");
  });

  it("names file and line of a captured text", async () => {
    const { mismatch } = JUDGEMENTS;
    const judgement = { ...mismatch, reading: { ...mismatch.reading, source: "logs/a,b:c.txt:12" } };
    const [command] = parseCommands(await rendered("github", { judgements: [judgement] }));
    expect(command).toMatchObject({ command: "error", properties: { file: "logs/a,b:c.txt", line: "12" } });
    expect(command?.message).toMatch(/^logs\/a,b:c\.txt:12: mismatch \(certain\): EC25AFA declared/);
  });

  it("has one command a line for whatever was said", async () => {
    const text = await rendered("github", EVERYTHING);
    const lines = text.trimEnd().split("\n");
    expect(parseCommands(text)).toHaveLength(lines.length - 1);
    expect(lines).toHaveLength(10 + 2 + 1);
  });
});
