import { execFileSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EcflashError } from "../../src/core/errors.js";
import { openOutputFile } from "../../src/cli/output-file.js";
import { BINARY, LABEL, PATIENT_MS, REPOSITORY, TestHost, THREAD_AFTER, THREAD_BEFORE } from "./binary.js";

const host = new TestHost();
const place = (name: string) => {
  const directory = join(host.directory, name);
  mkdirSync(directory);
  return { directory, path: join(directory, "ecflash.prom") };
};

describe("a file that is written whole or not at all", () => {
  it("shows nothing of itself before it is committed", () => {
    const { directory, path } = place("whole");
    writeFileSync(path, "old");
    const file = openOutputFile(path);
    file.write("new ");
    file.write("text");
    expect(readFileSync(path, "utf8")).toBe("old");
    file.commit();
    file.dispose();
    expect(readFileSync(path, "utf8")).toBe("new text");
    expect(readdirSync(directory)).toEqual(["ecflash.prom"]);
  });

  it("leaves the old file when it is not committed", () => {
    const { directory, path } = place("abandoned");
    writeFileSync(path, "old");
    const file = openOutputFile(path);
    file.write("half");
    // The collector reads what ends in .prom.
    expect(readdirSync(directory).filter((name) => name.endsWith(".prom"))).toEqual(["ecflash.prom"]);
    file.dispose();
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(directory)).toEqual(["ecflash.prom"]);
  });

  it("replaces what a link points to, never the link", () => {
    const { directory, path } = place("link");
    symlinkSync("real.prom", path);
    writeFileSync(join(directory, "real.prom"), "old");
    const file = openOutputFile(path);
    file.write("new");
    file.commit();
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(directory, "real.prom"), "utf8")).toBe("new");
  });

  it("never puts a file in place of a device", () => {
    const before = statSync("/dev/null");
    const file = openOutputFile("/dev/null");
    file.write("new");
    file.commit();
    file.dispose();
    expect(statSync("/dev/null").rdev).toBe(before.rdev);
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  it.each([
    ["a directory that is not there", "absent/report.xml"],
    ["a directory", "."],
  ])("says why it cannot be: %s", (_, name) => {
    const path = join(host.directory, name);
    const write = () => {
      const file = openOutputFile(path);
      try {
        file.write("x");
        file.commit();
      } finally {
        file.dispose();
      }
    };
    expect(write).toThrow(EcflashError);
    expect(write).toThrow("output-unwritable");
    expect(readdirSync(host.directory).filter((entry) => entry.endsWith(".tmp"))).toEqual([]);
  });
});

describe.concurrent("check --output", { timeout: PATIENT_MS }, () => {
  it("writes there and says nothing on standard output, readable by all whatever the umask", () => {
    const { path } = place("umask");
    const line = `umask 077; "$0" "$1" check --from ${THREAD_AFTER} --label ${LABEL} --format prometheus --output "$2"`;
    const stdout = execFileSync("/bin/sh", ["-c", line, process.execPath, BINARY, path], {
      cwd: REPOSITORY,
      env: host.environment,
      encoding: "utf8",
    });
    expect(stdout).toBe("");
    expect(statSync(path).mode & 0o777).toBe(0o644);
    expect(readFileSync(path, "utf8")).toMatch(/^ecflash_check_modules 1$/m);
  });

  it("may come from ECFLASH_OUTPUT; the exit stays that of the verdict", async () => {
    const { path } = place("variable");
    const env = { ECFLASH_OUTPUT: path, ECFLASH_FORMAT: "json" };
    const { exit, stdout } = await host.run(["check", "--from", THREAD_BEFORE, "--label", LABEL], { env });
    expect({ exit, stdout }).toEqual({ exit: 10, stdout: "" });
    expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({ exit: 10 });
  });

  it.each([
    ["junit", "<error "],
    ["json", '"ecflash.error/1"'],
  ])("has a failure of the whole check, in %s", async (format, says) => {
    const { path } = place(`failed-${format}`);
    const args = ["check", "--from", "absent.txt", "--format", format, "--output", path];
    const { exit, stdout } = await host.run(args);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
    expect(readFileSync(path, "utf8")).toContain(says);
  });

  it("for a person has the failure too, never a verdict of before, and standard error says it", async () => {
    const { path } = place("text");
    writeFileSync(path, "old");
    const { exit, stdout, stderr } = await host.run(["check", "--from", "absent.txt", "--output", path]);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
    expect(stderr).toContain("[input-unreadable]");
    expect(readFileSync(path, "utf8")).toMatch(/^absent\.txt.*\n?.*\[input-unreadable\]/);
  });

  it("that cannot be written is 6", async () => {
    const path = join(host.directory, "nowhere", "report.xml");
    const args = ["check", "--from", THREAD_AFTER, "--label", LABEL, "--format", "junit", "--output", path];
    const { exit, stdout, stderr } = await host.run(args);
    expect({ exit, stdout }).toEqual({ exit: 6, stdout: "" });
    expect(stderr).toContain("[output-unwritable]");
    expect(existsSync(path)).toBe(false);
  });
});
