import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { EcflashError } from "../../src/core/errors.js";
import type { RunEvent } from "../../src/core/events.js";
import { openRunLog } from "../../src/flow/run-log.js";
import { type Bench, makeBench } from "./bench.js";
import { expectContract, storyOf } from "./contract.js";

const FIXTURE = fileURLToPath(new URL("../../fixtures/runs/wrong-variant.ndjson", import.meta.url));

async function logged(bench: Bench): Promise<{ path: string; text: string; events: readonly RunEvent[] }> {
  const now = () => new Date(Date.UTC(2026, 0, 1) + bench.clock.nowMs());
  const log = openRunLog(bench.stateDir, "flash", now);
  const { events } = await bench.flash({ on: log.emit });
  await log.close();
  return { path: log.path, text: await readFile(log.path, "utf8"), events };
}

function parsed(text: string): (RunEvent & { at: string })[] {
  expect(text.endsWith("\n")).toBe(true);
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as RunEvent & { at: string });
}

describe("the run log", () => {
  it("is whole on disk once it is closed, private, and keeps the contract of the events", async () => {
    const bench = await makeBench();
    const { path, text, events } = await logged(bench);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(bench.stateDir, "runs"))).toHaveLength(1);
    const kept = parsed(text);
    expectContract(kept);
    expect(storyOf(kept)).toEqual(storyOf(events));
    expect(kept.at(-1)).toMatchObject({ type: "result", outcome: "done", exit: 0 });
    const times = kept.map(({ at }) => at);
    expect([...times].sort()).toEqual(times);
    // Progress alone is thinned out, and its last step is kept.
    const others = (all: readonly RunEvent[]) => all.filter(({ type }) => type !== "progress").length;
    expect(others(kept)).toBe(others(events));
    expect(kept.length).toBeLessThan(events.length / 5);
    const write = kept.filter((event) => event.type === "progress" && event.stage === "write").at(-1);
    expect(write?.type === "progress" && write.doneBytes === write.totalBytes).toBe(true);
  });

  it.each(["wrong-variant", "calibration-lost", "map-differs"])(
    "%s: holds no identity whole",
    async (scenario) => {
      const bench = await makeBench({ scenario });
      const { text } = await logged(bench);
      expect(text).not.toContain(bench.setup.nv.imei);
      expect(text.replaceAll(/[0-9a-f]{64}/g, "")).not.toMatch(/(?<![\d.])\d{14,20}(?!\d)/);
    },
  );

  it("masks what a module says in a line of its own", async () => {
    const bench = await makeBench();
    const log = openRunLog(bench.stateDir, "lines", () => new Date(0));
    log.emit({ type: "line", stage: "check", from: "module", text: "+CCID: 89000000000000000018" });
    log.emit({
      type: "line",
      stage: "check",
      from: "module",
      text: `IMEI ${bench.setup.nv.imei}, IMSI 001010000000018`,
    });
    await log.close();
    const text = await readFile(log.path, "utf8");
    expect(text).toContain("****************0018");
    expect(text).not.toMatch(/\d{14,20}/);
  });

  it("tells when it cannot be written", async () => {
    const bench = await makeBench();
    const now = () => new Date(0);
    const first = openRunLog(bench.stateDir, "same", now);
    await first.close();
    // The same name at the same moment: the second does not write over the first.
    await expect(openRunLog(bench.stateDir, "same", now).close()).rejects.toThrow(EcflashError);
  });
});

describe("the recorded run", () => {
  it("is the story a fresh run tells, masked, and names no machine", async () => {
    const text = await readFile(FIXTURE, "utf8");
    const kept = parsed(text);
    expectContract(kept);
    const fresh = await logged(await makeBench());
    expect(storyOf(kept)).toEqual(storyOf(fresh.events));
    expect(text).not.toMatch(/"[^"]*(?:^|[ "])\/(?!dev\/)\w+/m);
    expect(text.replaceAll(/[0-9a-f]{64}/g, "")).not.toMatch(/(?<![\d.])\d{14,20}(?!\d)/);
  });
});
