import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CheckDocument } from "../../src/ui/check-schema.js";
import { LABEL, linesOf, PATIENT_MS, REPOSITORY, TestHost } from "./binary.js";

const host = new TestHost();
const FIXTURE = "fixtures/recordings/wrong-variant-check.ndjson";
const place = (name: string) => join(host.directory, name);

async function document(args: readonly string[]): Promise<CheckDocument> {
  const { stdout } = await host.run(["check", ...args, "--format", "json"]);
  return JSON.parse(stdout) as CheckDocument;
}

describe.concurrent("--record and --replay", { timeout: PATIENT_MS }, () => {
  it("a replayed check gives the judgement of the recorded one, but for the masked identity", async () => {
    const file = place("check.ndjson");
    const first = await document(["--sim", "wrong-variant:rec", "--record", file]);
    expect(first).toMatchObject({ exit: 11, modules: [{ verdict: "suspect", virtual: true }] });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const again = await document(["--replay", file]);
    const serial = "AAAAAAA0000A00";
    expect(JSON.stringify(again).replaceAll(serial.slice(-4), "")).toBe(
      JSON.stringify(first).replaceAll("0A01", ""),
    );
    expect((await document(["--replay", file, "--label", LABEL])).exit).toBe(10);
  });

  it("the recording in the repository is judged as the module was", async () => {
    const found = await document(["--replay", FIXTURE, "--label", LABEL]);
    expect(found).toMatchObject({
      exit: 10,
      modules: [{ source: "1-1.2", verdict: "mismatch", confidence: "certain", virtual: true }],
    });
    const { stderr } = await host.run(["check", "--replay", FIXTURE]);
    expect(stderr).toBe("");
  });

  it("cut at every line a recording is judged or refused with the line; what is missing is said", async () => {
    const lines = readFileSync(join(REPOSITORY, FIXTURE), "utf8").split("\n");
    const cut = async (name: string, text: string) => {
      writeFileSync(place(name), text);
      return host.run(["check", "--replay", place(name)]);
    };
    const half = await cut("half.ndjson", lines.slice(0, 9).join("\n").slice(0, -7));
    expect(half.exit).toBe(2);
    expect(half.stderr).toMatch(/line 9 of the recording: .*\[input-unreadable\]/);
    const short = await cut("short.ndjson", `${lines.slice(0, 9).join("\n")}\n`);
    expect(short.stdout).toContain("1-1.2");
    expect(short.stderr).toContain("Not in the recording, so it got silence:\n");
    expect(short.stderr).toContain('  1-1.2:2  AT+QCFG="band"\n');
    const none = await cut("none.ndjson", "");
    expect(none.exit).toBe(2);
    expect(none.stderr).toContain("line 1 of the recording: it is empty");
  });

  it("a recorded flash is whole, private and without an image", async () => {
    const file = place("flash.ndjson");
    const { exit } = await host.run([
      "flash",
      "--sim",
      "wrong-variant:rec-flash",
      "--label",
      LABEL,
      "--record",
      file,
    ]);
    expect(exit).toBe(0);
    const [header, ...lines] = linesOf(readFileSync(file, "utf8"));
    expect(header).toMatchObject({ schema: "ecflash.traffic/1", masked: true });
    expect(lines.filter((line) => "gone" in line).length).toBeGreaterThanOrEqual(2);
    expect(lines.filter((line) => "bytes" in line).length).toBeGreaterThan(10);
    expect(statSync(file).size).toBeLessThan(200_000);
    const replayed = await document(["--replay", file]);
    expect(replayed.modules[0]).toMatchObject({ source: "1-1.2", virtual: true });
  });

  it("refuses a file that is there, before anything is said, and one that cannot be made", async () => {
    const file = place("mine.ndjson");
    writeFileSync(file, "mine");
    const there = await host.run(["check", "--sim", "healthy:there", "--record", file]);
    expect(there).toMatchObject({ exit: 6, stdout: "" });
    expect(there.stderr).toContain("it is there already. [recording-unwritable]");
    expect(readFileSync(file, "utf8")).toBe("mine");
    const nowhere = await host.run(["check", "--sim", "healthy:there"], {
      env: { ECFLASH_RECORD: place("no/such/dir.ndjson") },
    });
    expect(nowhere.exit).toBe(6);
    expect(nowhere.stderr).toContain("[recording-unwritable]");
  });

  it("takes a recording from the environment, and not beside a virtual module", async () => {
    const { exit } = await host.run(["check"], { env: { ECFLASH_REPLAY: FIXTURE } });
    expect(exit).toBe(11);
    const both = await host.run(["check", "--sim", "healthy", "--replay", FIXTURE]);
    expect(both.exit).toBe(2);
    expect(both.stderr).toContain("--sim and --replay cannot be given together.");
    const absent = await host.run(["check", "--replay", place("absent.ndjson")]);
    expect(absent.exit).toBe(2);
    expect(absent.stderr).toContain("[input-unreadable]");
    expect(existsSync(place("absent.ndjson"))).toBe(false);
  });
});
