import { describe, expect, it } from "vitest";
import { LABEL, linesOf, PATIENT_MS, type Running, TestHost } from "./binary.js";

const host = new TestHost();

function flash(bench: string): Running {
  return host.start(["flash", "--sim", bench, "--label", LABEL, "--format", "ndjson"]);
}

/** Some of the plan is on the NAND and most is not. */
const halfWritten = (line: Readonly<Record<string, unknown>>) =>
  line["type"] === "progress" && line["stage"] === "write" && Number(line["doneBytes"]) > 0;

async function recover(bench: string) {
  const { exit, result } = await host.result(["recover", "--sim", bench]);
  return { exit, outcome: result["outcome"], says: String(result["summary"]) };
}

describe.concurrent("signals to the real process", { timeout: PATIENT_MS }, () => {
  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "%s before the first write ends with 130, and the module is as before",
    async (signal) => {
      const bench = `wrong-variant:${signal}`;
      const running = flash(bench);
      await running.line(({ stage }) => stage === "fetch" || stage === "preflight");
      running.signal(signal);
      const { exit, stdout } = await running.ended;
      const result = linesOf(stdout).at(-1);
      expect(result).toMatchObject({ type: "result", outcome: "interrupted", exit: 130 });
      expect(String(result?.["summary"])).toMatch(new RegExp(`^Stopped by ${signal} before `));
      expect(exit).toBe(130);
      expect(stdout).not.toContain('"stage":"write"');
      expect((await host.run(["check", "--sim", bench])).stdout).toContain(
        "EC25EFAR06A11M4G_01.001.01.001 found",
      );
    },
  );

  it("in EDL before the first erase ends with 130 and leads the module out", async () => {
    const running = flash("wrong-variant:inspect");
    await running.line(({ type, stage }) => type === "progress" && stage === "inspect");
    running.signal("SIGINT");
    const { exit, stdout } = await running.ended;
    expect(exit).toBe(130);
    expect(String(linesOf(stdout).at(-1)?.["summary"])).toContain(
      "The module is in normal mode, with its old firmware",
    );
    expect((await host.run(["list", "--sim", "wrong-variant:inspect"])).stdout).toContain("normal");
  });

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "the first %s inside the write says what stopping means and goes on",
    async (signal) => {
      const running = flash(`wrong-variant:once-${signal}`);
      await running.line(halfWritten);
      running.signal(signal);
      const { exit, stdout } = await running.ended;
      const notes = linesOf(stdout).filter(({ type, from }) => type === "line" && from === "note");
      expect(notes).toHaveLength(1);
      expect(notes[0]?.["text"]).toMatch(new RegExp(`^${signal}: the module is being written`));
      expect(exit).toBe(0);
    },
  );

  it("the second inside the write stops it with 7, and recover finishes", async () => {
    const bench = "wrong-variant:twice";
    const running = flash(bench);
    await running.line(halfWritten);
    running.signal("SIGINT");
    await running.line(({ from }) => from === "note");
    running.signal("SIGINT");
    const { exit, stdout } = await running.ended;
    expect(linesOf(stdout).at(-1)).toMatchObject({ outcome: "incomplete", exit: 7 });
    expect(String(linesOf(stdout).at(-1)?.["summary"])).toContain("Stopped by you at item");
    expect(exit).toBe(7);
    await expectRecovery(bench);
  });

  it("hanging up twice, as kernel and shell do when a terminal closes, is not insisting", async () => {
    const running = flash("wrong-variant:hung-up");
    await running.line(halfWritten);
    running.signal("SIGHUP");
    await running.line(({ from }) => from === "note");
    running.signal("SIGHUP");
    const { exit, stdout } = await running.ended;
    expect(linesOf(stdout).at(-1)).toMatchObject({ outcome: "done", exit: 0 });
    expect(exit).toBe(0);
  });

  it("a terminal that is closed inside the write does not stop it", async () => {
    const bench = "wrong-variant:closed";
    const terminal = host.onTerminal(["flash", "--sim", bench, "--label", LABEL]);
    await terminal.shows(/\d+ % of .*program /);
    terminal.hangUp();
    await terminal.ended;
    const { stdout } = await host.run(["check", "--sim", bench, "--label", LABEL]);
    expect(stdout).toContain("match (certain)");
  });
});

describe.concurrent("SIGKILL, as a power cut of the host", { timeout: PATIENT_MS }, () => {
  it("inside the write: the module waits in EDL, and recover finishes after a power cycle", async () => {
    const bench = "wrong-variant:killed";
    const running = flash(bench);
    await running.line(halfWritten);
    running.signal("SIGKILL");
    expect(await running.ended).toMatchObject({ exit: null, signal: "SIGKILL" });
    await expectRecovery(bench);
  });

  /** What recover meets: a boot ROM that says HELLO, one that waits for the rest of the programmer, a programmer that listens. */
  it.each(["enter-edl", "programmer", "inspect"])(
    "before the first erase, in %s: the module gets out of EDL with its old image",
    async (stage) => {
      const bench = `wrong-variant:killed-${stage}`;
      const running = flash(bench);
      await running.line(
        (line) => line["stage"] === stage && (line["type"] === "progress" || line["type"] === "stage-end"),
      );
      running.signal("SIGKILL");
      await running.ended;
      expect((await host.run(["list", "--sim", bench])).stdout).toContain(" edl ");
      const { exit, says } = await recover(bench);
      if (exit !== 0) await powerCycleAsTold(bench, { exit, wanted: 6, says });
      // After a power cycle there is the record to close; after a lead-out there is nothing left.
      expect((await recover(bench)).exit).toBe(exit === 0 ? 3 : 0);
      const { stdout } = await host.run(["check", "--sim", bench]);
      expect(stdout).toContain("EC25EFAR06A11M4G_01.001.01.001 found");
    },
  );
});

/** The module waits in EDL; recover finishes at once, or asks for a power cycle because the programmer waits for data. */
async function expectRecovery(bench: string): Promise<void> {
  expect((await host.run(["list", "--sim", bench])).stdout).toContain(" edl ");
  const first = await recover(bench);
  if (first.exit !== 0) {
    await powerCycleAsTold(bench, { exit: first.exit, wanted: 7, says: first.says });
    expect(await recover(bench)).toMatchObject({ exit: 0, outcome: "done" });
  }
  expect((await host.run(["check", "--sim", bench, "--label", LABEL])).exit).toBe(0);
}

/** 6 promises that nothing was written, 7 says that a write waits to be finished. */
async function powerCycleAsTold(
  bench: string,
  { exit, wanted, says }: { exit: number | null; wanted: number; says: string },
): Promise<void> {
  expect(exit).toBe(wanted);
  expect(says).toContain("Power-cycle the module, then run `ecflash recover` again.");
  expect(await host.run(["sim", "power-cycle", bench])).toMatchObject({ exit: 0, stderr: "" });
}
