import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { type Beside, refuseSharedOutput } from "../../src/cli/output-apart.js";
import { PATIENT_MS, REPOSITORY, TestHost, THREAD_AFTER } from "./binary.js";

const host = new TestHost();
let at = 0;
let directory = "";
const place = (name: string) => join(directory, name);

beforeEach(() => {
  directory = join(host.directory, `apart-${(at += 1)}`);
  mkdirSync(place("captures/below"), { recursive: true });
  for (const name of ["a.txt", "captures/b.txt", "captures/below/c.txt"])
    writeFileSync(place(name), "AT\nOK\n");
  symlinkSync("a.txt", place("link"));
  symlinkSync("captures", place("folder"));
});

const told = (output: string, options: Beside) => refuseSharedOutput(output, options);
const NAMED = ["record", "replay", "inventory", "policy", "config"] as const;

describe("an output beside what the command reads", () => {
  it.each<[string, string, string]>([
    ["the file", "a.txt", "a.txt"],
    ["one of a folder", "captures/below/c.txt", "captures"],
    ["one of a pattern", "captures/b.txt", "captures/*.txt"],
    ["through a link", "link", "a.txt"],
    ["from a link", "a.txt", "link"],
    ["through a folder's link", "folder/b.txt", "captures"],
    ["by another way to say it", "captures/../a.txt", "a.txt"],
  ])("is no input of --from: %s", async (_, output, from) => {
    const options = { from: ["absent.txt", place(from)] };
    await expect(told(place(output), options)).rejects.toMatchObject({ code: "usage" });
  });

  it.each(NAMED)("is no file of --%s, there or still to be made", async (name) => {
    for (const file of ["a.txt", "new.txt"])
      await expect(told(place(`captures/../${file}`), { [name]: place(file) })).rejects.toMatchObject({
        facts: { detail: expect.stringContaining(`--${name} `) as string },
      });
  });

  it("may be any other file, and a device", async () => {
    const options = { from: [place("captures"), "-"], record: place("new.rec") };
    for (const output of [
      place("a.txt"),
      place("captures/new.txt"),
      place("absent/new.rec"),
      place("a.txt/b"),
      "/dev/null",
    ])
      await told(output, options);
    await told("/dev/null", { from: ["/dev/null"] });
  });
});

describe("the program", { timeout: PATIENT_MS }, () => {
  it.each(["check", "diagnose"])("%s leaves the capture and the recording as they were", async (command) => {
    const capture = place("capture.txt");
    copyFileSync(join(REPOSITORY, THREAD_AFTER), capture);
    const read = await host.run([command, "--from", capture, "--output", capture, "--format", "json"]);
    expect(read.exit).toBe(2);
    expect(read.stdout + read.stderr).toContain("would replace the file of --from");
    expect(readFileSync(capture, "utf8")).toBe(readFileSync(join(REPOSITORY, THREAD_AFTER), "utf8"));
    const recording = place("r.rec");
    const sim = ["--sim", `healthy:apart-${command}`, "--record", recording, "--output", recording];
    expect((await host.run([command, ...sim])).exit).toBe(2);
    expect(existsSync(recording)).toBe(false);
  });
});
