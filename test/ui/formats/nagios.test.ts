import { describe, expect, it } from "vitest";
import { EcflashError } from "../../../src/core/errors.js";
import { EXIT } from "../../../src/core/exits.js";
import { rendererOf } from "../../../src/ui/check-formats.js";
import { JUDGEMENTS } from "../judgements.js";
import { NOW, rendered } from "../rendered.js";
import { EVERYTHING } from "./told.js";

const LINE = /^ECFLASH (OK|WARNING|CRITICAL|UNKNOWN): ([^|\n]*) \| ((?:[a-z-]+=\d+;;;0 ?)+)\n$/;

describe("check as a Nagios plugin", () => {
  it.each([
    ["match", 0, "OK: 1 module: 1 match"],
    ["outdated", 12, "WARNING: 1-1.2 outdated"],
    ["mismatch", 10, "CRITICAL: 1-1.2 mismatch (certain): EC25AFA declared"],
    ["impaired", 13, "CRITICAL: 1-1.2 impaired"],
    ["unknown", 11, "UNKNOWN: 1-1.2 unknown"],
  ] as const)("%s", async (verdict, exit, says) => {
    const text = await rendered("nagios", { judgements: [JUDGEMENTS[verdict]], exit });
    expect(text).toMatch(LINE);
    expect(text).toContain(`ECFLASH ${says}`);
    expect(text).toContain(` ${verdict}=1;;;0`);
  });

  it("names the module that the exit is of, not the first", async () => {
    const judgements = [JUDGEMENTS.match, JUDGEMENTS.unknown, JUDGEMENTS.mismatch];
    const text = await rendered("nagios", { judgements, exit: 10 });
    expect(text).toContain("CRITICAL: 1-1.2 mismatch");
    expect(text).toContain("3 modules: 1 unknown, 1 mismatch, 1 match | modules=3;;;0");
  });

  it("is one line for whatever was said, and never long", async () => {
    expect(await rendered("nagios", EVERYTHING)).toMatch(LINE);
    const reason = "|'long ".repeat(2000);
    const error = new EcflashError("input-unreadable", { path: "x", reason });
    const text = await rendered("nagios", { failures: [{ source: "x", error }], exit: 2 });
    expect(text).toMatch(LINE);
    expect(text.length).toBeLessThan(1024);
  });

  it("exits 0, 1, 2 or 3, and 0 only for 0", async () => {
    const make = await rendererOf("nagios");
    const out = { write: () => undefined, isTTY: false };
    const renderer = make({ out, now: NOW, explain: false });
    const codes = Object.values(EXIT).map((exit) => [exit, renderer.processExit?.(exit)]);
    expect(Object.fromEntries(codes)).toEqual({
      0: 0,
      1: 3,
      2: 3,
      3: 3,
      4: 3,
      5: 3,
      6: 3,
      7: 3,
      8: 3,
      9: 3,
      10: 2,
      11: 3,
      12: 1,
      13: 2,
      130: 3,
    });
  });
});
