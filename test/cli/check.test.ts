import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CheckDocument } from "../../src/ui/check-schema.js";
import { shippedSchema } from "../schemas.js";
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
const schema = await shippedSchema();

/** Runs `check --format json` and holds its document against the shipped schema. */
async function document(args: readonly string[], input = ""): Promise<CheckDocument> {
  const { exit, stdout, stderr } = await host.run(["check", ...args, "--format", "json"], { input });
  expect(stderr).toBe("");
  const found: unknown = JSON.parse(stdout);
  expect(schema.safeParse(found).error).toBeUndefined();
  expect((found as CheckDocument).exit).toBe(exit);
  return found as CheckDocument;
}

const from = (...files: string[]) => ["--from", ...files];
const verdicts = ({ modules }: CheckDocument) => modules.map(({ verdict }) => verdict);

describe.concurrent("check --from", { timeout: PATIENT_MS }, () => {
  it("judges the thread before: mismatch with a variant, suspect without", async () => {
    const declared = await document([...from(THREAD_BEFORE), "--variant", "EC25-A"]);
    expect(declared).toMatchObject({ exit: 10, modules: [{ verdict: "mismatch", virtual: false }] });
    const alone = await document(from(THREAD_BEFORE));
    expect(alone).toMatchObject({ exit: 11, modules: [{ verdict: "suspect", declared: null }] });
    expect(alone.modules[0]?.advice.join(" ")).toContain("EC25-A");
  });

  it("judges the thread after, and the whole with what was earlier in its evidence", async () => {
    expect(await document([...from(THREAD_AFTER), "--variant", "EC25-A"])).toMatchObject({
      exit: 0,
      modules: [{ verdict: "match" }],
    });
    const whole = await document([...from(THREAD_WHOLE), "--variant", "EC25-A"]);
    expect(whole).toMatchObject({ exit: 0, modules: [{ verdict: "match" }] });
    const says = whole.modules[0]?.evidence.map((item) => item.says).join("\n");
    expect(says).toContain("earlier it reported EC25EFAR06A11M4G");
    expect(says).toContain("earlier CFUN was 7");
  });

  it("reads standard input", async () => {
    const input = await readFile(join(REPOSITORY, THREAD_BEFORE), "utf8");
    const found = await document([...from("-"), "--variant", "EC25-A"], input);
    expect(found).toMatchObject({ exit: 10, modules: [{ verdict: "mismatch" }] });
    expect(found.modules[0]?.source).toMatch(/^-/);
  });

  it("finds each wrong one among many records, and counts all", async () => {
    const [right, wrong] = ["EC25AFAR05A07M4G_30.005.30.005", "EC25EFAR06A11M4G_01.001.01.001"];
    const isWrong = (n: number) => n % 53 === 7;
    const records = Array.from({ length: 5_000 }, (_, n) =>
      JSON.stringify({ host: `site-${n}`, revision: isWrong(n) ? wrong : right, label: LABEL, rssi: -70 }),
    );
    const args = ["check", ...from("-"), "--format", "ndjson", "--only", "mismatch"];
    const { exit, stdout } = await host.run(args, { input: records.join("\n") });
    const told = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { source: string; verdicts?: object });
    const places = [...records.keys()].filter(isWrong).map((n) => `-:${n + 1}`);
    expect(told.slice(0, -1).map(({ source }) => source)).toEqual(places);
    expect(told.at(-1)?.verdicts).toEqual({ match: 5_000 - places.length, mismatch: places.length });
    expect(exit).toBe(10);
  });

  it("exits with the worst of several files", async () => {
    const both = await document([...from(THREAD_AFTER, THREAD_BEFORE), "--variant", "EC25-A"]);
    expect(both.exit).toBe(10);
    expect(verdicts(both)).toEqual(["match", "mismatch"]);
    expect(both.summary).toEqual({ modules: 2, failures: 0, verdicts: { match: 1, mismatch: 1 } });
  });

  it("never exits 0 for an empty file, alone or beside a good one", async () => {
    const empty = join(host.directory, "empty.txt");
    writeFileSync(empty, "");
    const chat = join(host.directory, "chat.txt");
    writeFileSync(chat, "Hello,\nmy modem does not work.\n");
    for (const file of [empty, chat]) {
      const alone = await host.run(["check", "--from", file, "--allow-unknown"]);
      expect(alone.exit).toBe(11);
      expect(alone.stderr).toContain("holds no answer of a module. [input-empty]");
    }
    expect((await host.run(["check", "--from", "-"])).exit).toBe(11);
    const beside = await document([...from(THREAD_AFTER, empty), "--variant", "EC25-A"]);
    expect(beside).toMatchObject({ exit: 11, failures: [{ source: empty, code: "input-empty" }] });
    expect(verdicts(beside)).toEqual(["match"]);
  });

  it("--only tells of some verdicts of live modules, and all decide the exit", async () => {
    const found = await document(["--sim", "two-modules:only", "--only", "suspect"]);
    expect(verdicts(found)).toEqual(["suspect"]);
    expect(found.summary.verdicts).toEqual({ suspect: 1, unknown: 1 });
    expect(found.exit).toBe(11);
  });

  it("exits 2 for a file that cannot be read, also in JSON", async () => {
    const file = join(host.directory, "absent.txt");
    const beside = await host.run(["check", "--from", THREAD_AFTER, file]);
    expect(beside.exit).toBe(2);
    expect(beside.stdout).toMatch(/thread-after\.txt:2 {2}unknown/);
    expect(beside.stdout).toContain(`${file} cannot be read`);
    const alone = await host.run(["check", "--from", file]);
    expect(alone).toMatchObject({ exit: 2, stdout: "" });
    expect(alone.stderr).toContain(`${file} cannot be read`);
    const hollow = mkdtempSync(join(host.directory, "hollow-"));
    const none = await host.run(["check", "--from", hollow]);
    expect(none).toMatchObject({ exit: 11, stdout: "" });
    expect(none.stderr).toContain(hollow);
    const { exit, stdout } = await host.run(["check", "--from", "absent.txt", "--format", "json"]);
    expect(exit).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: "ecflash.error/1",
      code: "input-unreadable",
      exit: 2,
    });
  });

  it("takes a policy, and what may stay unknown, from its options", async () => {
    const args = [...from(THREAD_AFTER), "--variant", "EC25-A"];
    expect(await document([...args, "--require-release", "EC25AFAR05A08M4G"])).toMatchObject({
      exit: 12,
      modules: [{ verdict: "outdated" }],
    });
    expect((await document([...args, "--require-release", "EC25AFAR05A07M4G"])).exit).toBe(0);
    expect((await document(from(THREAD_AFTER))).exit).toBe(11);
    expect((await document([...from(THREAD_AFTER), "--allow-unknown"])).exit).toBe(0);
    const unmet = ["--allow-unknown", "--require-release", "EC25AFAR05A08M4G"];
    const other = await document([...from(THREAD_AFTER), ...unmet]);
    expect(other).toMatchObject({ exit: 12, modules: [{ verdict: "unknown" }] });
    expect(other.modules[0]?.advice[0]).toMatch(/^The policy asks for EC25AFAR05A08M4G/);
    const none = await host.run(["check", ...from(THREAD_AFTER), "--require-release", "newest"]);
    expect(none).toMatchObject({ exit: 2, stdout: "" });
  });

  it("holds a module to a policy of its owner, by option or by ECFLASH_POLICY", async () => {
    const policy = (name: string, row: object) => {
      const path = join(host.directory, name);
      writeFileSync(path, JSON.stringify({ policy: [{ hardwareCode: "EC25AFA", ...row }] }));
      return path;
    };
    const args = ["check", ...from(THREAD_AFTER), "--variant", "EC25-A"];
    const met = policy("met.json", { required: ["EC25AFAR05A07M4G"] });
    expect((await host.run([...args, "--policy", met])).exit).toBe(0);
    const forbidden = policy("forbidden.json", { forbidden: ["EC25AFAR05A07M4G"] });
    const unmet = await host.run(args, { env: { ECFLASH_POLICY: forbidden } });
    expect(unmet.exit).toBe(12);
    expect(unmet.stdout).toContain(
      "The policy forbids EC25AFAR05A07M4G; the module reports EC25AFAR05A07M4G",
    );
    const other = await host.run([
      ...args,
      "--policy",
      policy("other.json", { minimal: ["EC25EFAR06A11M4G"] }),
    ]);
    expect(other.exit).toBe(2);
    expect(other.stderr).toContain("EC25EFAR06A11M4G is no revision of EC25AFA. [policy-invalid]");
  });

  it("is plain text on a pipe, also where a CI asks for colours in general", async () => {
    const { stdout } = await host.run(["check", "--from", THREAD_BEFORE], { env: { CI: "true" } });
    expect(stdout).not.toContain("\u001b");
    expect(stdout).toMatch(/suspect \(strong\)/);
  });

  it("shows nothing of a captured text raw and no identity whole", async () => {
    const spoiled = join(host.directory, "spoiled.txt");
    const operator = '+COPS: 0,0,"\u001b[2J\u009b31m 000000000000018",7';
    writeFileSync(
      spoiled,
      `AT+QGMR\nEC25EFAR06A11M4G_01.001.01.001\nOK\nAT+GSN\n000000000000018\nOK\nAT+COPS?\n${operator}\nOK\nAT+CFUN?\n+CFUN: 7\nOK\n`,
    );
    for (const format of ["text", "json"]) {
      const { stdout } = await host.run(["check", "--from", spoiled, "--format", format]);
      expect(stdout).toContain("EC25EFAR06A11M4G");
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]|000000000000018/);
    }
  });
});

describe.concurrent("where the output goes", { timeout: PATIENT_MS }, () => {
  it("a reader that goes away is no failure", async () => {
    const child = spawn(
      process.execPath,
      [BINARY, "check", "--from", ...Array<string>(40).fill(THREAD_WHOLE)],
      {
        cwd: REPOSITORY,
        env: host.environment,
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.stdout.destroy();
    const [exit, signal] = (await once(child, "close")) as [number | null, string | null];
    expect({ exit, signal, stderr }).toEqual({ exit: 11, signal: null, stderr: "" });
  });

  it.runIf(process.platform === "linux")("an answer that could not be written is never 0", async () => {
    const child = spawn(
      "/bin/sh",
      ["-c", `"$0" "$1" check --from ${THREAD_AFTER} --variant EC25-A > /dev/full`, process.execPath, BINARY],
      { cwd: REPOSITORY, env: host.environment, stdio: ["ignore", "ignore", "pipe"] },
    );
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const [exit] = (await once(child, "close")) as [number | null];
    expect(exit).toBe(1);
    expect(stderr).toContain("The output could not be written: ENOSPC");
  });
});
