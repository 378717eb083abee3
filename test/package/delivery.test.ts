import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, symlink, utimes, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { isEcflashError } from "../../src/core/errors.js";
import { prepareDelivery } from "../../src/package/delivery/prepare.js";
import { type StageOptions, stageDelivery } from "../../src/package/delivery/stage.js";
import { packTree } from "../../src/package/archive/pack.js";
import { zipOf, zipTree } from "../zip-builder.js";
import { EC25A, everythingIn, FACTS, sha256, smallTree, temporaryFolder, writeTree } from "./world.js";

const tree = smallTree();

async function file(name: string, bytes: Uint8Array | string): Promise<string> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, bytes);
  return path;
}

/** What staging says, and that nothing stays behind when it fails. */
async function refusal(path: string, options: Partial<StageOptions> = {}, prepare = false) {
  const scratchDir = join(await temporaryFolder(), "scratch");
  try {
    if (prepare) await prepareDelivery(path, { scratchDir, facts: FACTS, ...options });
    else await stageDelivery(path, { scratchDir, ...options });
  } catch (error) {
    const left = existsSync(scratchDir) ? await everythingIn(scratchDir) : [];
    expect(left).toEqual([]);
    if (!isEcflashError(error)) throw error;
    return { code: error.code, facts: JSON.stringify(error.facts) };
  }
  throw new Error("it was accepted");
}

function tool(name: string): string | null {
  const path = `/usr/bin/${name}`;
  if (existsSync(path)) return path;
  if (process.env["ECFLASH_REQUIRE_TOOLS"] === "1") throw new Error(`${path} is not installed`);
  console.log(`skipped: ${path} is not installed`);
  return null;
}

/** A folder with just one tool in it, as a host has. */
async function only(path: string): Promise<string[]> {
  const folder = await temporaryFolder();
  await symlink(path, join(folder, path.slice(path.lastIndexOf("/") + 1)));
  return [folder];
}

describe("the kind of a delivery", () => {
  it.each([
    ["Rar!\x1a\x07\x01\x00", "RAR", "unrar"],
    ["\x28\xb5\x2f\xfdxxxx", "Zstandard", "zstd -d"],
    ["\xfd7zXZ\x00\x00", "xz", "xz -d"],
    ["BZh91AY&SY", "bzip2", "bzip2 -d"],
    ["MZ\x90\x00", "Windows program", "7z x"],
    ["<!DOCTYPE html><html>", "web page", "again"],
    ["%PDF-1.7", "PDF", "again"],
    ['{\n  "schema": "ecflash.package/1",\n', "description", "beside it"],
    ["", "empty", "again"],
    ["\x01\x02\x03", "010203", "zip"],
  ])("%j is refused as what it is", async (head, seen, remedy) => {
    const found = await refusal(await file("a.zip", Buffer.from(head, "latin1")));
    expect(found.code).toBe("delivery-unknown");
    expect(found.facts).toMatch(seen);
    expect(found.facts).toMatch(remedy);
  });

  it("is told by bytes, and its hash is the file's", async () => {
    const bytes = zipTree(tree);
    const scratchDir = join(await temporaryFolder(), "scratch");
    const staged = await stageDelivery(await file("a.7z", bytes), { scratchDir });
    expect(staged).toMatchObject({
      kind: "zip",
      name: "a.7z",
      sizeBytes: bytes.length,
      sha256: sha256(bytes),
    });
    await staged.dispose();
    expect(await everythingIn(scratchDir)).toEqual([]);
  });

  it("may be a gzip of something else, which is refused", async () => {
    expect((await refusal(await file("a.gz", gzipSync("hello")))).code).toBe("archive-unsafe");
    expect((await refusal(await file("a.gz", gzipSync(zipTree(tree))))).code).toBe("archive-unsafe");
  });

  it("must be a file or a folder, and readable", async () => {
    expect((await refusal("/dev/null")).code).toBe("input-unreadable");
    expect((await refusal("/nowhere/a.zip")).code).toBe("input-unreadable");
  });
});

describe("limits", () => {
  const bomb = zipOf({ name: "update/x", body: Buffer.alloc(3_000_000) });

  it.each([
    ["bytes of a zip", bomb, { entries: 10, bytes: 1_000_000 }],
    [
      "bytes of a zip that lies",
      zipOf({ name: "update/x", body: Buffer.alloc(3_000_000), sizeBytes: 10 }),
      { entries: 10, bytes: 1_000_000 },
    ],
    ["entries of a zip", zipTree(tree), { entries: 3, bytes: 1e9 }],
    ["an empty zip", zipOf(), { entries: 3, bytes: 1e9 }],
  ])("%s", async (_what, bytes, limits) => {
    expect((await refusal(await file("a.zip", bytes), { limits })).code).toBe("archive-unsafe");
  });

  it("of a tar, and of a folder", async () => {
    const limits = { entries: 3, bytes: 1e9 };
    expect((await refusal(await file("a", await packTree(tree)), { limits })).code).toBe("archive-unsafe");
    expect((await refusal(await writeTree(tree), { limits })).code).toBe("archive-unsafe");
  });

  it("a signal ends it, whatever the kind, and nothing stays", async () => {
    for (const path of [
      await file("a", zipTree(tree)),
      await file("a", await packTree(tree)),
      await writeTree(tree),
    ])
      await expect(refusal(path, { signal: AbortSignal.abort(new Error("stopped")) })).rejects.toThrow(
        "stopped",
      );
  });
});

describe("a folder", () => {
  it("is copied and never modified", async () => {
    const folder = await writeTree(tree);
    await writeFile(join(folder, EC25A, "Thumbs.db"), "x");
    const before = await everythingIn(folder);
    const staged = await stageDelivery(folder, { scratchDir: await temporaryFolder() });
    expect(staged).toMatchObject({ kind: "folder", sha256: null, junk: [`${EC25A}/Thumbs.db`] });
    expect(await everythingIn(folder)).toEqual(before);
    for (const [path, bytes] of tree)
      expect(sha256(await readFile(join(staged.folder, path)))).toBe(sha256(bytes));
  });

  it("may hold no link and no socket", async () => {
    const linked = await writeTree(tree);
    await symlink("/etc/hostname", join(linked, EC25A, "update", "link"));
    expect(await refusal(linked)).toMatchObject({ code: "archive-unsafe" });
    const folderLink = await writeTree(tree);
    await symlink("/etc", join(folderLink, EC25A, "etc"));
    expect((await refusal(folderLink)).facts).toMatch("etc");
    const withSocket = await writeTree(tree);
    const server = createServer();
    await new Promise<void>((done) => server.listen(join(withSocket, "s"), done));
    expect((await refusal(withSocket)).code).toBe("archive-unsafe");
    server.close();
  });
});

describe("the package inside", () => {
  it("may be one only", async () => {
    const both = new Map([...tree, ...[...tree].map(([path, body]) => [`b/${path}`, body] as const)]);
    const found = await refusal(await file("a.zip", zipTree(both)), {}, true);
    expect(found.code).toBe("package-ambiguous");
    expect(found.facts).toMatch(`b/${EC25A}`);
  });

  it("must be there; an archive in the archive is named", async () => {
    expect((await refusal(await file("a.zip", zipOf({ name: "x", body: "y" })), {}, true)).code).toBe(
      "delivery-without-package",
    );
    const inner = zipOf({ name: "mail/inner.tar.gz", body: await packTree(tree) });
    expect((await refusal(await file("a.zip", inner), {}, true)).facts).toMatch("mail/inner.tar.gz");
  });

  it("may lie in two folders of its name; what lies beside it is said", async () => {
    const nested = new Map<string, Uint8Array>(
      [...tree].map(([path, body]) => [`${EC25A}/${path}`, body] as const),
    );
    nested.set("readme.txt", Buffer.from("x"));
    const found = await prepareDelivery(await file("a.zip", zipTree(nested)), {
      scratchDir: await temporaryFolder(),
      facts: FACTS,
    });
    expect(found.revision.text).toBe(EC25A);
    expect(found.beside).toEqual(["readme.txt"]);
    expect(found.notes.join()).toMatch("readme.txt");
  });
});

describe.each(["7z", "bsdtar"])("a 7z by %s", (name) => {
  const path = tool(name);
  const maker = tool("7z");

  async function packed(folder: string, ...args: string[]): Promise<string> {
    const target = join(await temporaryFolder(), "a.7z");
    const made = spawnSync(maker ?? "", ["a", "-bso0", ...args, target, "."], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(made.stderr).toBe("");
    return target;
  }

  it.skipIf(path === null || maker === null)("gives the same files", async () => {
    const staged = await stageDelivery(await packed(await writeTree(tree)), {
      scratchDir: await temporaryFolder(),
      toolFolders: await only(path ?? ""),
    });
    expect(staged.kind).toBe("7z");
    for (const [one, bytes] of tree)
      expect(sha256(await readFile(join(staged.folder, one)))).toBe(sha256(bytes));
  });

  it.skipIf(path === null || maker === null)(
    "is refused with links, limits, encryption and damage",
    async () => {
      const toolFolders = await only(path ?? "");
      const linked = await writeTree(tree);
      await symlink("/etc", join(linked, "etc"));
      expect(await refusal(await packed(linked, "-snl"), { toolFolders })).toMatchObject({
        code: "archive-unsafe",
      });
      const fine = await packed(await writeTree(tree));
      const limits = { entries: 100, bytes: 1000 };
      expect((await refusal(fine, { toolFolders, limits })).code).toBe("archive-unsafe");
      expect((await refusal(fine, { toolFolders, limits: { entries: 3, bytes: 1e9 } })).code).toBe(
        "archive-unsafe",
      );
      const secret = await packed(await writeTree(tree), "-psecret");
      expect((await refusal(secret, { toolFolders })).code).toBe("archive-unsafe");
      const bytes = await readFile(fine);
      expect(
        (await refusal(await file("cut", bytes.subarray(0, bytes.length - 50)), { toolFolders })).code,
      ).toBe("archive-unsafe");
      bytes[200] = (bytes[200] ?? 0) ^ 1;
      expect((await refusal(await file("flipped", bytes), { toolFolders })).code).toBe("archive-unsafe");
    },
  );
});

describe("a 7z", () => {
  const magic = Buffer.from("377abcaf271c0004", "hex");

  it("without a tool names the packages", async () => {
    const found = await refusal(await file("a", magic), { toolFolders: [await temporaryFolder()] });
    expect(found.code).toBe("unpacker-missing");
    expect(found.facts).toMatch("p7zip-full");
  });

  it("kills a tool that hangs, with all it started, at a signal", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "bin"));
    const mark = join(folder, "alive");
    await writeFile(join(folder, "bin", "7z"), `#!/bin/sh\n(sleep 3; touch ${mark}) &\nsleep 60\n`, {
      mode: 0o755,
    });
    const stop = new AbortController();
    const path = await file("a", magic);
    setTimeout(() => stop.abort(new Error("stopped")), 300);
    const began = Date.now();
    await expect(refusal(path, { toolFolders: [join(folder, "bin")], signal: stop.signal })).rejects.toThrow(
      "stopped",
    );
    expect(Date.now() - began).toBeLessThan(2500);
    await new Promise((done) => setTimeout(done, 3200));
    expect(existsSync(mark)).toBe(false);
  });
});

it("what a killed process left is swept after a day", async () => {
  const scratchDir = await temporaryFolder();
  for (const name of ["delivery-old", "delivery-new", "other"]) await mkdir(join(scratchDir, name));
  const old = new Date(Date.now() - 25 * 3600 * 1000);
  for (const name of ["delivery-old", "other"]) await utimes(join(scratchDir, name), old, old);
  await (await stageDelivery(await writeTree(tree), { scratchDir })).dispose();
  expect(await everythingIn(scratchDir)).toEqual(["delivery-new", "other"]);
});
