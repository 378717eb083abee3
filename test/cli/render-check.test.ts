import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CHECK_FORMATS, type CheckFormat } from "../../src/ui/check-formats.js";
import { parseXml } from "../ui/formats/parsers.js";
import {
  BINARY,
  LABEL,
  PATIENT_MS,
  REPOSITORY,
  TestHost,
  THREAD_AFTER,
  THREAD_BEFORE,
  THREAD_WHOLE,
} from "./binary.js";

const host = new TestHost();
const NOWHERE = "99-9.9";
const empty = join(host.directory, "empty.txt");
writeFileSync(empty, "");

/** One command line for each exit of `check`, and the state Nagios is told. Exit 1 is in the last test of this file. */
const EXITS = [
  [0, 0, ["--from", THREAD_AFTER, "--label", LABEL]],
  [2, 3, ["--from", "absent.txt"]],
  [3, 3, ["--port", NOWHERE]],
  [10, 2, ["--from", THREAD_BEFORE, "--label", LABEL]],
  [11, 3, ["--from", THREAD_AFTER]],
  [12, 1, ["--from", THREAD_AFTER, "--label", LABEL, "--require-release", "EC25AFAR05A08M4G"]],
  [13, 2, ["--sim", "calibration-lost:exits", "--label", "EC25EFA-512-STD"]],
] as const;

describe.concurrent("exit codes of check", { timeout: PATIENT_MS }, () => {
  it.each(EXITS)("%i, for Nagios %i: check %j", async (exit, state, args) => {
    const plain = await host.run(["check", ...args]);
    expect(plain.exit).toBe(exit);
    const nagios = await host.run(["check", ...args, "--format", "nagios"]);
    const names = ["OK", "WARNING", "CRITICAL", "UNKNOWN"];
    expect(nagios.stdout).toMatch(new RegExp(`^ECFLASH ${names[state] ?? ""}: [^\n]*\n$`));
    expect(nagios.exit).toBe(state);
  });

  const others = CHECK_FORMATS.filter((format) => format !== "nagios");
  it.each(others)("are the same in %s, and an empty input is never 0", async (format) => {
    const found = await host.run(["check", "--from", THREAD_BEFORE, "--label", LABEL, "--format", format]);
    expect(found.exit).toBe(10);
    for (const from of [empty, "-", empty + empty]) {
      const nothing = await host.run(["check", "--from", from, "--allow-unknown", "--format", format]);
      expect(nothing.exit).toBe(from === empty + empty ? 2 : 11);
    }
  });
});

/** Where a failure of the whole check is in the formats that programs read. */
const NO_MODULE: { readonly [F in CheckFormat]?: RegExp } = {
  json: /"code": ?"no-module"/,
  ndjson: /^\{"schema":"ecflash\.error\/1","code":"no-module"/,
  csv: /\r\n99-9\.9,,,3,.*,no-module,/,
  junit: /<error message="No module of the EC25 family was found[^"]*" type="no-module">/,
  prometheus: /^ecflash_check_failure\{source="99-9\.9",code="no-module"\} 1$/m,
  sarif: /"exitCode": 3/,
  github: /^::error title=ecflash%3A no-module::99-9\.9: No module of the EC25 family/,
  mender: /^ecflash_failure=99-9\.9: no-module\necflash_exit=3\n$/,
  nagios: /^ECFLASH UNKNOWN: 99-9\.9: No module of the EC25 family/,
};

describe.concurrent("a failure of the whole check", { timeout: PATIENT_MS }, () => {
  it.each(Object.entries(NO_MODULE))("is told in %s", async (format, says) => {
    const { exit, stdout } = await host.run(["check", "--port", NOWHERE, "--format", format]);
    expect(exit).toBe(3);
    expect(stdout).toMatch(says);
  });
});

describe.concurrent("what check is asked for", { timeout: PATIENT_MS }, () => {
  it("may come from ECFLASH_FORMAT", async () => {
    const env = { ECFLASH_FORMAT: "junit" };
    const { stdout } = await host.run(["check", "--from", THREAD_WHOLE, "--variant", "EC25-A"], { env });
    expect(parseXml(stdout)).toMatchObject({
      name: "testsuites",
      children: [{ attributes: { tests: "1", failures: "0" } }],
    });
  });

  it("--explain says what the verdict means", async () => {
    const { stdout } = await host.run(["check", "--from", THREAD_BEFORE, "--label", LABEL, "--explain"]);
    expect(stdout).toContain("The firmware is made for other hardware than the declared one");
    expect(stdout).toContain("speaks against EC25-E");
  });

  it("names every format in --help", async () => {
    const { stdout } = await host.run(["check", "--help"]);
    for (const format of CHECK_FORMATS) expect(stdout).toContain(`"${format}"`);
  });
});

describe.concurrent("where the output goes", { timeout: PATIENT_MS }, () => {
  /** A shell that runs the binary, as users pipe it. */
  const shell = async (line: string) => {
    const child = spawn("/bin/bash", ["-c", line, process.execPath, BINARY], {
      cwd: REPOSITORY,
      env: host.environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const [exit] = (await once(child, "close")) as [number | null];
    return { exit, stdout, stderr };
  };
  const many = Array<string>(40).fill(THREAD_BEFORE).join(" ");

  it.each(CHECK_FORMATS)("%s | head is no failure", async (format) => {
    const line = `"$0" "$1" check --from ${many} --format ${format} | head -c 1 >/dev/null; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await shell(line);
    expect({ exit: stdout, stderr }).toEqual({ exit: format === "nagios" ? "3\n" : "11\n", stderr: "" });
  });

  it.runIf(process.platform === "linux").each(CHECK_FORMATS)(
    "%s that could not be written is 1, never 0",
    async (format) => {
      const { exit, stderr } = await shell(
        `"$0" "$1" check --from ${THREAD_AFTER} --label ${LABEL} --format ${format} > /dev/full`,
      );
      expect(stderr).toContain("The output could not be written: ENOSPC");
      expect(exit).toBe(1);
    },
  );
});
