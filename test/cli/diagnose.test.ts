import {
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  lstatSync,
  symlinkSync,
} from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { shippedSchema } from "../schemas.js";
import { LABEL, PATIENT_MS, TestHost, THREAD_AFTER, THREAD_BEFORE } from "./binary.js";

const host = new TestHost();
const schema = await shippedSchema("ecflash.diagnosis-1");

describe.concurrent("diagnose", { timeout: PATIENT_MS }, () => {
  it.each([
    [["--from", THREAD_BEFORE], 11, "the band mask is that of another variant"],
    [["--from", THREAD_BEFORE, "--label", LABEL], 10, "Look at the firmware first."],
    [["--from", THREAD_AFTER, "--variant", "EC25-A"], 0, "The firmware is fine"],
    [["--sim", "calibration-lost:diagnose", "--port", "99-9.9"], 3, "No module"],
    [["--sim", "silent:diagnose", "--timeout", "1"], 11, "[time-up]"],
    [["--sim", "wrong-variant:diagnose"], 11, "the band mask is that of another variant"],
  ])("%j exits %i", async (args, exit, says) => {
    const run = await host.run(["diagnose", ...args]);
    expect(run.stdout + run.stderr).toContain(says);
    expect(run.exit).toBe(exit);
  });

  it("writes a file of evidence, whole, private and with identities masked", async () => {
    const path = join(host.directory, "rma/report.md");
    const args = ["diagnose", "--sim", "healthy:rma", "--label", LABEL, "--format", "markdown"];
    const { exit, stdout } = await host.run([...args, "--output", path]);
    expect(exit).toBe(0);
    expect(stdout).toContain("The firmware is fine, and nothing else is wrong in what was asked.");
    expect(stdout).toContain(`Written to ${path}`);
    const text = readFileSync(path, "utf8");
    expect(text).toMatch(/^# Diagnosis\n\nMade \d{4}-.* by ecflash \d/);
    expect(text).toContain("    AT+QCSQ\n");
    expect(text).not.toMatch(/\d{14}/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("keeps to its schema, also on a pipe", async () => {
    const args = ["diagnose", "--sim", "two-modules:schema", "--port", "1-1.3", "--format", "json"];
    const { exit, stdout, stderr } = await host.run(args);
    const document = JSON.parse(stdout) as { exit: number; modules: { answers: unknown[] }[] };
    expect(schema.safeParse(document).error).toBeUndefined();
    expect(document.exit).toBe(exit);
    expect(document.modules[0]?.answers).toHaveLength(15);
    expect(stderr).toBe("");
  });

  it("writes through a link, and never in the place of a device or FIFO", async () => {
    const [file, link, fifo] = ["kept.md", "link.md", "fifo"].map((name) => join(host.directory, name));
    if (file === undefined || link === undefined || fifo === undefined) throw new Error("three names");
    writeFileSync(file, "old");
    symlinkSync(file, link);
    spawnSync("mkfifo", [fifo]);
    const args = ["diagnose", "--from", THREAD_AFTER, "--format", "markdown", "--output"];
    expect((await host.run([...args, link])).exit).toBe(11);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(file, "utf8")).toMatch(/^# Diagnosis/);
    expect(await host.run([...args, fifo])).toMatchObject({ exit: 6 });
    expect(lstatSync(fifo).isFIFO()).toBe(true);
  });

  it("says that a file cannot be written, and leaves none behind", async () => {
    const path = join(THREAD_AFTER, "report.md");
    const { exit, stderr } = await host.run(["diagnose", "--from", THREAD_AFTER, "--output", path]);
    expect(exit).toBe(6);
    expect(stderr).toContain("[output-unwritable]");
    expect(existsSync(path)).toBe(false);
  });

  it("reads what `check --from` reads: folders, UTF-16, what the text itself declares", async () => {
    const folder = join(host.directory, "captures");
    mkdirSync(folder);
    const thread = readFileSync(THREAD_AFTER, "utf8");
    writeFileSync(join(folder, "1-powershell.txt"), Buffer.from(`\ufeff${thread}`, "utf16le"));
    const record = { host: "a", revision: "EC25EFAR06A11M4G", label: LABEL, csq: 20 };
    writeFileSync(join(folder, "2-record.json"), JSON.stringify(record));
    const { exit, stdout } = await host.run(["diagnose", "--from", folder, "--format", "json"]);
    const { modules } = JSON.parse(stdout) as { modules: { check: { verdict: string } }[] };
    expect(modules.map(({ check }) => check.verdict)).toEqual(["unknown", "mismatch"]);
    expect(exit).toBe(10);
  });

  it("of a text without a module is undecided", async () => {
    const { exit, stderr } = await host.run(["diagnose", "--from", "-"], { input: "hello\n" });
    expect(exit).toBe(11);
    expect(stderr).toContain("[input-empty]");
  });
});
