import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { forgetEmptyVariables } from "../../src/cli/environment.js";
import { LABEL, PATIENT_MS, REPOSITORY, TestHost, THREAD_AFTER } from "./binary.js";

const host = new TestHost();

describe("an empty variable", () => {
  it("counts as unset, among those of ecflash", () => {
    const variables = { ECFLASH_PORT: "", ECFLASH_SIM: " \n", ECFLASH_LABEL: "EC25AFA", HOME: "" };
    forgetEmptyVariables(variables);
    expect(variables).toEqual({ ECFLASH_LABEL: "EC25AFA", HOME: "" });
  });

  const NAMES = ["OUTPUT", "FROM", "PORT", "FORMAT", "WAIT", "COLUMNS", "INVENTORY", "CONFIG", "STRICT"];
  it("breaks no command, whatever its option is", { timeout: PATIENT_MS }, async () => {
    const env = Object.fromEntries(NAMES.map((name) => [`ECFLASH_${name}`, ""]));
    const { exit, stderr } = await host.run(["check", "--sim", "healthy:empty", "--label", LABEL], { env });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  });
});

describe.concurrent("an empty value on the command line", { timeout: PATIENT_MS }, () => {
  it.each([
    ["check", "--port"],
    ["check", "--from"],
    ["check", "--output"],
    ["flash", "--label"],
    ["flash", "--port"],
    ["list", "--config"],
  ])("%s %s is refused, never left out", async (command, option) => {
    const { exit, stdout, stderr } = await host.run([command, option, ""]);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
    expect(stderr).toContain(`${option} has an empty value. [usage]`);
  });
});

describe.concurrent("--output -", { timeout: PATIENT_MS }, () => {
  it.each(["check", "diagnose"])("of %s is standard output", async (command) => {
    const args = [command, "--from", THREAD_AFTER, "--label", LABEL, "--format", "json", "--output", "-"];
    // The command line goes before the variable, so it also brings the report back.
    const { exit, stdout } = await host.run(args, {
      env: { ECFLASH_OUTPUT: join(host.directory, `${command}.json`) },
    });
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ exit: 0 });
    for (const path of [join(REPOSITORY, "-"), join(host.directory, `${command}.json`)])
      expect(existsSync(path)).toBe(false);
  });
});
