import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { writeCanonicalTar } from "../../src/package/archive/canonical-tar.js";
import { surveyPackage } from "../../src/package/proof/inventory.js";
import { packTree } from "../../src/package/archive/pack.js";
import { unpackArchive } from "../../src/package/archive/unpack.js";
import { EC25A, everythingIn, sha256, smallTree, temporaryFolder, withFile, writeTree } from "./world.js";

/** Beyond the 100 bytes of a tar header, and beyond the 255 with its prefix. */
const LONG = `docs/${"a".repeat(80)}/${"b".repeat(40)}.txt`;
const LONGER = `docs/${"c".repeat(150)}/${"d".repeat(120)}.txt`;
const tree = [LONG, LONGER].reduce(
  (all, path) => withFile(all, `${EC25A}/${path}`, Buffer.from(path)),
  smallTree(),
);

async function written(gzip = false) {
  const { root, files } = await surveyPackage(await writeTree(tree));
  const target = join(await temporaryFolder(), "package.tar");
  const input = { root, topFolder: EC25A, files: [...files.values()].reverse(), target, gzip };
  return { input, target, tar: await writeCanonicalTar(input) };
}

describe("the canonical tar", () => {
  it("is the one that is packed in memory, whatever the order it is asked in", async () => {
    const { target, tar } = await written();
    const bytes = await readFile(target);
    expect(tar).toEqual({
      id: sha256(bytes),
      fileSha256: sha256(bytes),
      tarBytes: bytes.length,
      fileBytes: bytes.length,
    });
    expect(sha256(gunzipSync(await packTree(tree)))).toBe(tar.id);
    const zipped = await written(true);
    expect(zipped.tar.id).toBe(tar.id);
    expect(zipped.tar.fileSha256).toBe(sha256(await readFile(zipped.target)));
  });

  it("is unpacked as a fetched archive is", async () => {
    const { target, tar } = await written();
    const into = join(await temporaryFolder(), "tree");
    await unpackArchive(target, into, { sha256: tar.fileSha256 });
    for (const [path, bytes] of tree) expect(sha256(await readFile(join(into, path)))).toBe(sha256(bytes));
  });

  it.each(["/usr/bin/tar", "/bin/tar", "/usr/bin/bsdtar"])("%s lists and extracts it", async (tool) => {
    if (!existsSync(tool)) {
      if (process.env["ECFLASH_REQUIRE_TOOLS"] === "1") throw new Error(`${tool} is not installed`);
      console.log(`skipped: ${tool} is not installed`);
      return;
    }
    const { target } = await written();
    const into = join(await temporaryFolder(), "out");
    await mkdir(into);
    const list = spawnSync(tool, ["-tf", target], { encoding: "utf8" });
    expect(list.stderr).toBe("");
    expect(list.stdout.trim().split("\n")).toEqual([...tree.keys()].sort());
    expect(spawnSync(tool, ["-xf", target, "-C", into], { encoding: "utf8" }).stderr).toBe("");
    for (const [path, bytes] of tree) expect(sha256(await readFile(join(into, path)))).toBe(sha256(bytes));
  });

  it("is not made of a file that changed since it was proven", async () => {
    for (const change of ["x", ""]) {
      const { input } = await written();
      const path = join(input.root, "update/sbl1.mbn");
      if (change === "") await writeFile(path, Buffer.alloc((await readFile(path)).length));
      else await appendFile(path, change);
      const target = join(await temporaryFolder(), "again.tar");
      await expect(writeCanonicalTar({ ...input, target })).rejects.toMatchObject({
        code: "package-changed",
      });
    }
  });

  it("stops at a signal, and at a place that cannot be written", async () => {
    const { input, target } = await written();
    const stopped = { ...input, target: `${target}.2`, signal: AbortSignal.abort(new Error("stop")) };
    await expect(writeCanonicalTar(stopped)).rejects.toThrow("stop");
    await expect(writeCanonicalTar(input)).rejects.toMatchObject({ code: "output-unwritable" });
    expect(await everythingIn(join(target, ".."))).toContain("package.tar");
  });
});
