import { describe, expect, it, vi } from "vitest";
import type { RunEvent } from "../../src/core/events.js";
import { ndjsonView } from "../../src/ui/ndjson-view.js";
import { plainView } from "../../src/ui/plain-view.js";
import { terminalView } from "../../src/ui/terminal-view.js";
import type { Output } from "../../src/ui/view.js";
import { HOSTILE } from "./judgements.js";

class Paper implements Output {
  text = "";
  constructor(
    readonly isTTY = false,
    readonly columns = 0,
  ) {}
  write(text: string): void {
    this.text += text;
  }
}

const MIB = 1_048_576;
const progress = (doneBytes: number): RunEvent => ({
  type: "progress",
  stage: "write",
  doneBytes,
  totalBytes: 4 * MIB,
  label: "program modem",
});

/** A cut run as the flow emits it. */
const CUT: readonly RunEvent[] = [
  {
    type: "plan",
    title: "flash",
    virtual: true,
    stages: [
      { id: "check", title: "Check what the module is" },
      { id: "inspect", title: "Look before writing (Inspect)" },
      { id: "write", title: "Write the plan (Firehose)" },
      { id: "restart", title: "Restart" },
      { id: "confirm", title: "Confirm by the module itself" },
    ],
  },
  { type: "stage-start", stage: "check" },
  { type: "line", stage: "check", from: "module", text: "EC25EFAR06A11M4G" },
  { type: "stage-end", stage: "check", result: "ok", summary: "mismatch", details: ["the band mask"] },
  { type: "stage-start", stage: "inspect" },
  { type: "stage-end", stage: "inspect", result: "skipped", summary: "looked at before", details: [] },
  { type: "stage-start", stage: "write" },
  { type: "wait", stage: "write", name: "the programmer", deadlineMs: 30_000 },
  { type: "mode", stage: "write", portPath: "1-1.2", state: { where: "edl", image: "partial" } },
  { type: "line", stage: "write", from: "note", text: "SIGINT: going on" },
  ...Array.from({ length: 48 }, (_, index) => progress(((index + 1) * MIB) / 16)),
  { type: "stage-end", stage: "write", result: "failed", summary: "the module left the bus", details: [] },
  { type: "stage-end", stage: "restart", result: "skipped", summary: "not reached", details: [] },
  { type: "stage-end", stage: "confirm", result: "skipped", summary: "not reached", details: [] },
  {
    type: "result",
    outcome: "incomplete",
    exit: 7,
    summary: ["Writing stopped. [write-failed]", "- Run recover."],
  },
];

/** Everything that can carry a module's words, carrying the worst of them. */
const SPOILED: readonly RunEvent[] = [
  { type: "plan", title: `flash ${HOSTILE}`, virtual: false, stages: [{ id: "write", title: "Write" }] },
  { type: "stage-start", stage: "write" },
  { type: "line", stage: "write", from: "module", text: HOSTILE },
  { type: "line", stage: "write", from: "note", text: HOSTILE },
  { type: "wait", stage: "write", name: HOSTILE, deadlineMs: 1000 },
  { type: "progress", stage: "write", doneBytes: 1, totalBytes: 2, label: HOSTILE },
  { type: "mode", stage: "write", portPath: HOSTILE, state: { where: "edl", image: "old" } },
  { type: "stage-end", stage: "write", result: "ok", summary: HOSTILE, details: [HOSTILE] },
  { type: "result", outcome: "done", exit: 0, summary: [HOSTILE] },
];

describe("the plain view", () => {
  const told = (events: readonly RunEvent[], verbose = false) => {
    const paper = new Paper();
    const { emit } = plainView(paper, { verbose });
    for (const event of events) emit(event);
    return paper.text;
  };

  it("is a line an event, progress by quarters, skipped stages in one line, a failure told once", () => {
    expect(told(CUT)).toMatchInlineSnapshot(`
      "flash (virtual module)
      [check] Check what the module is
      [check] ok: mismatch
      [check]   the band mask
      [inspect] Look before writing (Inspect)
      [inspect] skipped: looked at before
      [write] Write the plan (Firehose)
      [write] waiting for the programmer, at most 30 s
      [write] 1-1.2: The module is in EDL, with a half-written firmware; it is expected to start in EDL until a run completes.
      [write] note: SIGINT: going on
      [write] 25 % of 4.0 MiB, program modem
      [write] 50 % of 4.0 MiB, program modem
      [write] 75 % of 4.0 MiB, program modem
      [write] failed
      [restart, confirm] skipped: not reached
      incomplete (exit 7)
        Writing stopped. [write-failed]
        - Run recover.
      "
    `);
  });

  it("says what the module says only with verbose", () => {
    expect(told(CUT)).not.toContain("module: EC25EFAR06A11M4G");
    expect(told(CUT, true)).toContain("[check] module: EC25EFAR06A11M4G");
  });

  it("keeps skipped stages with different reasons apart", () => {
    const skipped = (stage: string, summary: string): RunEvent => ({
      type: "stage-end",
      stage,
      result: "skipped",
      summary,
      details: [],
    });
    const events = [skipped("a", "no need"), skipped("b", "no need"), skipped("c", "no SIM")];
    expect(told([...events, { type: "result", outcome: "done", exit: 0, summary: [] }])).toBe(
      "[a, b] skipped: no need\n[c] skipped: no SIM\ndone (exit 0)\n",
    );
  });

  it("shows nothing raw and no identity whole", () => {
    const text = told(SPOILED, true);
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(text).not.toContain("000000000000018");
    expect(text.match(/\*{11}0018/g)).toHaveLength(9);
  });
});

describe("the NDJSON view", () => {
  const told = (events: readonly RunEvent[]) => {
    const paper = new Paper();
    const { emit } = ndjsonView(paper, () => new Date("2026-01-02T03:04:05Z"));
    for (const event of events) emit(event);
    return paper.text.trimEnd().split("\n");
  };

  it("is every event as one line, with its time", () => {
    expect(told(CUT).map((line) => JSON.parse(line) as unknown)).toEqual(
      CUT.map((event) => ({ at: "2026-01-02T03:04:05.000Z", ...event })),
    );
  });

  it("stays JSON, a line an event, with nothing raw and no identity whole", () => {
    const lines = told(SPOILED);
    expect(lines).toHaveLength(SPOILED.length);
    expect(lines.join("")).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
    expect(lines.join("")).not.toContain("000000000000018");
    expect((JSON.parse(lines[2] ?? "") as { text: string }).text).toBe(
      "\u001b[2J\u009b31m\nAT+GSN ***********0018 \u202eevil",
    );
  });

  it("masks in strings only: a number is never made invalid", () => {
    const [line = ""] = told([
      {
        type: "progress",
        stage: "write",
        doneBytes: 123_456_789_012_345,
        totalBytes: 123_456_789_012_345,
        label: "x",
      },
    ]);
    expect(JSON.parse(line)).toMatchObject({ doneBytes: 123_456_789_012_345 });
  });
});

describe("the terminal view", () => {
  const plain = (text: string) => text.replace(/\u001b\[\d+m/g, "");

  /** listr2 draws the list on the process's own streams; what the view writes itself goes to its output. */
  const shownOn = async (events: readonly RunEvent[]) => {
    let list = "";
    const streams = [process.stdout, process.stderr].map((stream) =>
      vi.spyOn(stream, "write").mockImplementation((text) => {
        list += String(text);
        return true;
      }),
    );
    try {
      const paper = new Paper(true, 120);
      const view = terminalView(paper);
      for (const event of events) view.emit(event);
      await view.close();
      return { list: plain(list), text: plain(paper.text) };
    } finally {
      for (const stream of streams) stream.mockRestore();
    }
  };
  const told = async (events: readonly RunEvent[]) => (await shownOn(events)).text;

  it("ends with the result, after the list is drawn", async () => {
    expect(await told(CUT)).toBe(
      "flash (virtual module)\nincomplete (exit 7)\n  Writing stopped. [write-failed]\n  - Run recover.\n\n",
    );
  });

  it("shows two runs one after the other", async () => {
    const text = await told([...CUT, ...CUT]);
    expect(text.match(/^flash \(virtual module\)$/gm)).toHaveLength(2);
    expect(text.match(/^incomplete \(exit 7\)$/gm)).toHaveLength(2);
    expect(text.indexOf("incomplete")).toBeLessThan(text.lastIndexOf("flash ("));
  });

  it("ends also when stages never end, for example before a module was found", async () => {
    const [plan, ...others] = CUT;
    const result = others.at(-1);
    if (plan === undefined || result === undefined) throw new Error("no events");
    expect(await told([plan, result])).toContain("incomplete (exit 7)");
  });

  it("draws a line a stage with how it ended", async () => {
    const { list } = await shownOn(CUT);
    expect(list).toContain("✔ Check what the module is mismatch");
    expect(list).toContain("74 % of 4.0 MiB, program modem");
    expect(list).toContain("✖ Write the plan (Firehose)");
    expect(list).not.toContain("EC25EFAR06A11M4G");
  });

  it("shows nothing raw and no identity whole", async () => {
    const { list, text: own } = await shownOn(SPOILED);
    expect(list).toContain(String.raw`\x1b[2J`);
    const text = own + list;
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(text).not.toContain("000000000000018");
  });
});
