import { describe, expect, it } from "vitest";
import { PATIENT_MS, TestHost } from "./binary.js";

const host = new TestHost();
/** Where nothing is plugged, whatever the machine has that runs these tests. */
const NOWHERE = "99-9.9";

describe.concurrent("check of modules that come", { timeout: PATIENT_MS }, () => {
  it("--watch tells each at once, a line of JSON a module, and ends with the worst at Ctrl-C", async () => {
    const running = host.start(["check", "--sim", "two-modules:watch", "--watch", "--format", "ndjson"]);
    const suspect = await running.line((line) => JSON.stringify(line).includes('"suspect"'));
    const unknown = await running.line((line) => JSON.stringify(line).includes('"unknown"'));
    running.signal("SIGINT");
    const { exit, signal } = await running.ended;
    expect({ exit, signal }).toEqual({ exit: 11, signal: null });
    for (const line of [suspect, unknown])
      expect(line).toMatchObject({ kind: "module", source: expect.stringMatching(/^1-1\.[23]$/) as string });
  });

  it("--wait says what it waits for, and how long", async () => {
    const { exit, stderr } = await host.run(["check", "--port", NOWHERE, "--wait", "1"]);
    expect(exit).toBe(3);
    expect(stderr).toContain(`Waiting for the module at ${NOWHERE}, up to 1 s\n`);
    expect(stderr).toContain(`(at port path ${NOWHERE}, for 1 s). [no-module]`);
  });

  it("--timeout ends a check of a silent module, undecided", async () => {
    const { exit, stdout } = await host.run(["check", "--sim", "silent:timeout", "--timeout", "1"]);
    expect(exit).toBe(11);
    expect(stdout).toContain("before reading the module at 1-1.2 was finished. [time-up]");
  });

  it("takes them from the environment, a flag by its word", async () => {
    const env = { ECFLASH_PORT: NOWHERE, ECFLASH_WAIT: "1" };
    expect((await host.run(["check"], { env })).stderr).toContain("up to 1 s");
    const maybe = await host.run(["check"], { env: { ...env, ECFLASH_WATCH: "maybe" } });
    expect(maybe.exit).toBe(2);
    expect(maybe.stderr).toContain('ECFLASH_WATCH is "maybe"; a flag is 1 or 0. [usage]');
  });

  it.each([
    [["--watch", "--from", "-"], /--watch looks at modules/],
    [["--wait", "0"], /seconds, for example 60/],
    [["--timeout", "soon"], /seconds, for example 60/],
  ])("%j exits 2", async (args, says) => {
    const { exit, stderr } = await host.run(["check", ...args]);
    expect(exit).toBe(2);
    expect(stderr).toMatch(says);
  });
});
