import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { linesOf, PATIENT_MS, TestHost } from "./binary.js";

const host = new TestHost();

describe.concurrent("demo", { timeout: PATIENT_MS }, () => {
  it("tells the whole story in plain lines when piped, and ends in PASS", async () => {
    const { exit, stdout, stderr } = await host.run(["demo"]);
    expect(exit).toBe(0);
    expect(stderr).toBe("");
    expect(stdout).not.toMatch(/[\u001b\r]/);
    expect(stdout).toMatch(/suspect \(strong\): nothing declared, EC25EFAR06A11M4G_01\.001\.01\.001 found/);
    expect(stdout).toMatch(/mismatch \(certain\): EC25AFA declared/);
    expect(stdout).toMatch(/EC25\[A\]FA against EC25\[E\]FA/);
    expect(stdout).toMatch(/\[write\] 100 % of /);
    expect(stdout).toMatch(/ {2}Result: PASS\n/);
    expect(stdout.trimEnd().split("\n").at(-1)).toMatch(/^PASS: .*\(wrong-variant: /);
    const log = /^Run log: (.*)$/m.exec(stdout)?.[1] ?? "";
    expect(linesOf(await readFile(log, "utf8")).at(-1)).toMatchObject({ type: "result", outcome: "done" });
  });

  it("gives nothing but JSON lines with --format ndjson, from plan to result", async () => {
    const { exit, stdout, stderr } = await host.run(["demo", "--format", "ndjson"]);
    expect(exit).toBe(0);
    expect(stderr).toBe("");
    const lines = linesOf(stdout);
    expect(lines[0]).toMatchObject({ type: "plan", title: "check", virtual: true });
    expect(lines.at(-1)).toMatchObject({ type: "result", outcome: "done", exit: 0 });
    const stages = lines.filter(({ type }) => type === "stage-end");
    expect(stages.map(({ stage, result }) => `${String(stage)} ${String(result)}`)).toEqual([
      "undeclared ok",
      "check ok",
      "fetch ok",
      "preflight ok",
      "enter-edl ok",
      "programmer ok",
      "inspect ok",
      "write ok",
      "restart ok",
      "confirm ok",
      "connect ok",
    ]);
    expect(stdout).not.toMatch(/(?<![\d.*])\d{14,20}(?!\d)/);
  });

  it.each([
    "healthy",
    "map-differs",
    "geometry-differs",
    "calibration-lost",
    "cut-in-flash",
    "edl",
    "silent",
    "two-modules",
  ])("%s goes as it says", async (name) => {
    const { exit, stdout } = await host.run(["demo", "--scenario", name]);
    expect(stdout).toContain(`PASS: the story went as its scenario says (${name}: `);
    expect(exit).toBe(0);
  });

  it("draws a live list on a terminal and ends in PASS", async () => {
    const terminal = host.onTerminal(["demo"]);
    expect(await terminal.ended).toBe(0);
    expect(terminal.text).toContain("\u001b[2K");
    expect(terminal.text).toMatch(/\d+ % of .*calibration copy/);
    expect(terminal.text).toMatch(/\d+ % of .*program /);
    expect(terminal.text).toContain("✔");
    expect(terminal.text).toMatch(/PASS: the story went as its scenario says/);
  });

  it("Ctrl-C on the terminal before the write ends with 130", async () => {
    const terminal = host.onTerminal(["demo"]);
    await terminal.shows(/\d+ % of .*(download|programmer)/);
    terminal.press("\u0003");
    expect(await terminal.ended).toBe(130);
    expect(terminal.text).toMatch(/Stopped by SIGINT before .*\[interrupted\]/);
    expect(terminal.text).toContain("STOPPED: the story was not told to its end");
  });

  it("draws nothing on a terminal too narrow for it", async () => {
    const terminal = host.onTerminal(["demo", "--scenario", "healthy"], 30);
    expect(await terminal.ended).toBe(0);
    expect(terminal.text).not.toContain("\u001b[2K");
    expect(terminal.text).toContain("[check]");
  });

  it("does not know other scenarios", async () => {
    const { exit, stderr, stdout } = await host.run(["demo", "--scenario", "wrong-varient"]);
    expect(exit).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(
      'No scenario of the virtual module is called "wrong-varient". [scenario-unknown]',
    );
    expect(stderr).toContain("wrong-variant");
  });
});
