import { delimiter } from "node:path";
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { settleFrom, withFrom } from "../../src/cli/from-option.js";
import { withModule, withRecord, withReplay, withWaits } from "../../src/cli/options.js";
import { PATIENT_MS, TestHost, THREAD_AFTER, THREAD_BEFORE } from "./binary.js";

const host = new TestHost();
const LIVE = { sim: "healthy", port: "9-9", record: "a.rec", replay: "b.rec", wait: 1000, timeout: 1000 };
const NAMES = Object.keys(LIVE) as (keyof typeof LIVE)[];

/** What is left of `--from` and one option of live modules, each said by the command line or the environment. */
function left(from: "cli" | "env" | null, name: keyof typeof LIVE, source: "cli" | "env") {
  const command = withWaits(withReplay(withRecord(withModule(withFrom(new Command("check"), "judge")))));
  if (from !== null) command.setOptionValueWithSource("from", ["a.txt"], from);
  command.setOptionValueWithSource(name, LIVE[name], source);
  settleFrom(command);
  return Object.keys(command.opts()).filter((key) => command.getOptionValue(key) !== undefined);
}

describe("--from and the options of live modules", () => {
  it.each(NAMES)("--%s: the command line goes before the environment", (name) => {
    expect(left("cli", name, "env")).toEqual(["from"]);
    expect(left("env", name, "env")).toEqual(["from"]);
    expect(left("env", name, "cli")).toEqual([name]);
    for (const source of ["cli", "env"] as const) expect(left(null, name, source)).toEqual([name]);
  });
});

describe("ECFLASH_FROM", () => {
  it.each([
    ["a.txt", ["a.txt"]],
    [`a.txt${delimiter}b c.txt${delimiter}-`, ["a.txt", "b c.txt", "-"]],
    [`${delimiter}a.txt${delimiter}${delimiter}`, ["a.txt"]],
    ["a.txt\nb.txt\n", ["a.txt", "b.txt"]],
    ["a.txt\r\n\r\nb.txt\r\n", ["a.txt", "b.txt"]],
    [`12${delimiter}30.txt\n`, [`12${delimiter}30.txt`]],
  ])("%j names %j", (text, paths) => {
    const command = withFrom(new Command("check"), "judge");
    command.setOptionValueWithSource("from", [text], "env");
    settleFrom(command);
    expect(command.getOptionValue("from")).toEqual(paths);
    expect(command.getOptionValueSource("from")).toBe("env");
  });

  it("that names nothing is refused", () => {
    const command = withFrom(new Command("check"), "judge");
    command.setOptionValueWithSource("from", [delimiter], "env");
    expect(() => settleFrom(command)).toThrow("usage");
  });

  it("is left alone on the command line, which has an argument a path", () => {
    const command = withFrom(new Command("check"), "judge");
    const typed = [`12${delimiter}30.txt`, "b.txt"];
    command.setOptionValueWithSource("from", typed, "cli");
    settleFrom(command);
    expect(command.getOptionValue("from")).toEqual(typed);
  });
});

describe.concurrent("the program", { timeout: PATIENT_MS }, () => {
  const commands = ["check", "diagnose"];
  const given = NAMES.map((name) => [`--${name}`, String(LIVE[name]).replace("1000", "1")] as const);

  it.each(commands.flatMap((command) => given.map((one) => [command, ...one] as const)))(
    "%s --from with %s exits 2 and names both",
    async (command, option, value) => {
      const { exit, stdout, stderr } = await host.run([command, "--from", THREAD_AFTER, option, value]);
      expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
      expect(stderr).toContain(`${option} is for modules; --from reads texts`);
    },
  );

  it.each(commands)("%s --from is not broken by variables for a whole shell", async (command) => {
    const args = [command, "--from", THREAD_AFTER, "--variant", "EC25-A"];
    const env = { ECFLASH_SIM: "wrong-variant:from", ECFLASH_PORT: "9-9", ECFLASH_TIMEOUT: "1" };
    const { exit, stdout } = await host.run(args, { env });
    expect(exit).toBe(0);
    expect(stdout).toContain("thread-after");
  });

  it.each(commands)("%s reads all that ECFLASH_FROM names", async (command) => {
    const env = { ECFLASH_FROM: [THREAD_BEFORE, THREAD_AFTER].join(delimiter) };
    const { exit, stdout } = await host.run([command, "--variant", "EC25-A"], { env });
    expect(exit).toBe(10);
    for (const name of ["thread-before", "thread-after"]) expect(stdout).toContain(name);
  });

  it.each(commands)("%s --sim goes before ECFLASH_FROM", async (command) => {
    const args = [command, "--sim", `healthy:${command}`, "--variant", "EC25-A", "--format", "json"];
    const { exit, stdout } = await host.run(args, { env: { ECFLASH_FROM: "absent.txt" } });
    expect(exit).toBe(0);
    expect(stdout).toMatch(/"virtual": ?true/);
  });
});
