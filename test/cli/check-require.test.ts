import { describe, expect, it } from "vitest";
import { LABEL, PATIENT_MS, TestHost, THREAD_AFTER } from "./binary.js";

const host = new TestHost();
const RUNS = "EC25AFAR05A07M4G";
const args = ["check", "--from", THREAD_AFTER, "--label", LABEL];

describe.concurrent("check --require-release", { timeout: PATIENT_MS }, () => {
  it.each([
    [RUNS, 0],
    [`${RUNS} `, 0],
    [`\t${RUNS}\r`, 0],
    ["EC25AFAR05A08M4G\r\n", 12],
    [`${RUNS}  1  [Nov 10 2016 17:00:00]`, 2],
    [`${RUNS} OK`, 2],
    [`${RUNS},EC25AFAR05A08M4G`, 2],
    ["newest", 2],
  ])("%j on the command line exits %i", async (release, exit) => {
    const found = await host.run([...args, "--require-release", release]);
    expect(found.exit).toBe(exit);
    if (exit === 2) expect(found.stderr).toContain("is no release of a module");
    else expect(found.stdout).toContain(exit === 0 ? "match (certain)" : "outdated (certain)");
  });

  it("may end in a blank in the environment", async () => {
    const env = { ECFLASH_REQUIRE_RELEASE: `${RUNS} ` };
    expect((await host.run(args, { env })).exit).toBe(0);
  });

  it("passes over what is not supported, as its help says; --strict does not", async () => {
    const clone = ["check", "--sim", "clone:require", "--require-release", RUNS];
    expect((await host.run(clone)).exit).toBe(0);
    expect((await host.run([...clone, "--strict"])).exit).toBe(11);
    const { stdout } = await host.run(["check", "--help"]);
    const words = stdout.replace(/\s+/g, " ");
    expect(words).toContain("modules that are not supported are passed over, or 11 with --strict");
  });
});
