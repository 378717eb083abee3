import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { textInputs } from "../../src/flow/text-inputs.js";
import { checkEach } from "./texts.js";

const RIGHT = "AT+QGMR\nEC25AFAR05A07M4G\nOK\n";
const WRONG = "AT+QGMR\nEC25EFAR06A11M4G\nOK\n";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ecflash-inputs-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function* noStdin() {}

async function write(texts: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(texts)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

async function check(...paths: readonly string[]) {
  const found = await checkEach(
    await textInputs(
      paths.map((path) => join(folder, path)),
      noStdin(),
    ),
  );
  return { ...found, told: found.told.map((line) => line.replace(`${folder}/`, "")) };
}

describe("links", () => {
  test("to files are files, in folders and patterns; those to folders are passed over", async () => {
    await write({ "in/a.txt": RIGHT, "else/b.txt": WRONG });
    await symlink("../else/b.txt", join(folder, "in", "b.txt"));
    await symlink("..", join(folder, "in", "up.txt"));
    const expected = ["in/a.txt:2 match", "in/b.txt:2 mismatch"];
    expect((await check("in")).told).toEqual(expected);
    expect((await check("in/*.txt")).told).toEqual(expected);
  });

  test("are how Kubernetes keeps a ConfigMap", async () => {
    await write({ "..2026/gw-1.txt": WRONG });
    await symlink("..2026", join(folder, "..data"));
    await symlink("..data/gw-1.txt", join(folder, "gw-1.txt"));
    expect((await check(".")).told).toEqual(["gw-1.txt:2 mismatch"]);
  });
});

describe("one input that is none does not keep the others from being judged", () => {
  beforeEach(async () => {
    await write({ "in/1.txt": WRONG, "in/3.txt": WRONG, "zero.txt": "" });
    await mkdir(join(folder, "empty"));
    await symlink("nowhere", join(folder, "in", "2.txt"));
    await symlink("loop", join(folder, "loop"));
  });
  const judged = ["in/1.txt:2 mismatch", "in/2.txt input-unreadable", "in/3.txt:2 mismatch"];

  test.each<[string[], string[], number]>([
    [["in"], judged, 10],
    [["nope", "in/1.txt"], ["nope input-unreadable", "in/1.txt:2 mismatch"], 10],
    [["in/1.txt", "nope"], ["in/1.txt:2 mismatch", "nope input-unreadable"], 10],
    [["*.none", "in/1.txt"], ["*.none input-unreadable", "in/1.txt:2 mismatch"], 10],
    [["loop", "in/1.txt"], ["loop input-unreadable", "in/1.txt:2 mismatch"], 10],
    [["empty", "in/1.txt"], ["empty input-empty", "in/1.txt:2 mismatch"], 10],
    [
      ["in/1.txt", "empty", "zero.txt"],
      ["in/1.txt:2 mismatch", "empty input-empty", "zero.txt input-empty"],
      10,
    ],
  ])("%j", async (paths, told, exit) => expect(await check(...paths)).toMatchObject({ told, exit }));

  test.each<[string[], string]>([
    [["nope"], "input-unreadable"],
    [["empty"], "input-empty"],
    [["zero.txt", "empty"], "input-empty"],
    [["zero.txt", "nope"], "input-unreadable"],
  ])("%j is a failure of all", async (paths, code) => {
    await expect(check(...paths)).rejects.toMatchObject({ code });
  });
});

describe("patterns", () => {
  beforeEach(() =>
    write({ "b/x/gw-1.txt": RIGHT, "a/x/gw-1.txt": WRONG, "a/x/gw-2.txt": RIGHT, "c/y.txt": RIGHT }),
  );

  test.each<[string, string[]]>([
    ["*/x/gw-1.txt", ["a/x/gw-1.txt:2 mismatch", "b/x/gw-1.txt:2 match"]],
    ["?/*/*.txt", ["a/x/gw-1.txt:2 mismatch", "a/x/gw-2.txt:2 match", "b/x/gw-1.txt:2 match"]],
    ["a/?/gw-?.txt", ["a/x/gw-1.txt:2 mismatch", "a/x/gw-2.txt:2 match"]],
    ["*/y.txt", ["c/y.txt:2 match"]],
  ])("%s stands for files in the order of their names", async (pattern, told) => {
    expect((await check(pattern)).told).toEqual(told);
  });

  test.each([
    ["*/none.txt", "no file matches"],
    ["**/**/**/**/gw-1.txt", "** is no pattern"],
    ["none/*.txt", "ENOENT"],
  ])("%s leads to nothing and says so", async (pattern, reason) => {
    await expect(check(pattern)).rejects.toMatchObject({
      code: "input-unreadable",
      facts: { reason: expect.stringContaining(reason) as string },
    });
  });
});
