import { describe, expect, it } from "vitest";
import { findProgram, runProgram } from "../../src/device/program.js";

const bash = (await findProgram("bash")) ?? "";

describe("runProgram", () => {
  it("gives code and both streams, with untranslated words and an environment of its own", async () => {
    const ended = await runProgram(bash, ["-c", 'echo "$LC_ALL|$HOME"; echo no >&2; exit 3'], {
      limitMs: 10_000,
    });
    expect(ended).toEqual({ code: 3, stdout: "C|\n", stderr: "no\n" });
  });

  // A hanging pipe would outlast the limit of the test itself.
  it("ends at its limit, with the child that would keep the pipe open", async () => {
    const ended = await runProgram(bash, ["-c", "echo begun; sleep 60 & wait"], { limitMs: 300 });
    expect(ended).toMatchObject({ code: null, stdout: "begun\n" });
  });

  it("ends when it is stopped", async () => {
    const stop = new AbortController();
    const running = runProgram(bash, ["-c", "sleep 60"], { limitMs: 60_000, signal: stop.signal });
    stop.abort();
    expect((await running).code).toBeNull();
  });

  it("does not hear out a program without end", async () => {
    expect((await runProgram(bash, ["-c", "yes"], { limitMs: 60_000 })).code).toBeNull();
  });

  it("looks in the system's own directories only", async () => {
    expect(bash).toMatch(/^\/(usr\/)?bin\/bash$/);
    expect(await findProgram("no-such-program")).toBeNull();
  });

  it("rejects what cannot be started", async () => {
    await expect(runProgram("/no/such/program", [], { limitMs: 1_000 })).rejects.toMatchObject({
      code: "ENOENT",
    });
  });
});
