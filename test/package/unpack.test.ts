import { existsSync } from "node:fs";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Header, type HeaderData } from "tar";
import { describe, expect, it } from "vitest";
import { isEcflashError } from "../../src/core/errors.js";
import { openPackage } from "../../src/package/open-package.js";
import { packTree } from "../../src/package/pack.js";
import { unpackArchive, type UnpackOptions } from "../../src/package/unpack.js";
import { EC25A, everythingIn, FACTS, sha256, smallTree, temporaryFolder } from "./world.js";

type Item = Partial<Omit<HeaderData, "type">> & {
  path: string;
  type?: NonNullable<HeaderData["type"]>;
  body?: string;
};

/** A tar of any entries, also ones no packer would write. */
function tarOf(...items: Item[]): Buffer {
  const blocks = items.flatMap(({ body = "", ...item }) => {
    const content = Buffer.from(body);
    const head = Buffer.alloc(512);
    const data = { type: "File" as const, mode: 0o644, mtime: new Date(0), size: content.length, ...item };
    if (new Header(data).encode(head)) throw new Error(`${item.path} does not fit`);
    return [head, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

async function unpacked(archive: Uint8Array, options: Partial<UnpackOptions> = {}) {
  const box = await temporaryFolder();
  const path = join(box, "archive");
  const target = join(box, "cache", "tree");
  await writeFile(path, archive);
  let code: string | null = null;
  let facts = "";
  try {
    await unpackArchive(path, target, { sha256: sha256(archive), ...options });
  } catch (error) {
    if (!isEcflashError(error)) throw error;
    code = error.code;
    facts = JSON.stringify(error.facts);
  }
  return { box, target, code, facts };
}

describe("unpacking", () => {
  it("gives back a tree byte for byte, with plain modes", async () => {
    const tree = smallTree();
    const archive = await packTree(tree);
    const { target, box, code } = await unpacked(archive);
    expect(code).toBeNull();
    for (const [path, bytes] of tree) expect(sha256(await readFile(join(target, path)))).toBe(sha256(bytes));
    expect((await stat(target)).mode & 0o777).toBe(0o700);
    expect((await everythingIn(join(box, "cache"))).filter((name) => !name.startsWith("tree"))).toEqual([]);
    expect((await openPackage(target, { facts: FACTS })).revision.text).toBe(EC25A);
    expect(sha256(await packTree(new Map([...tree].reverse())))).toBe(sha256(archive));
  });

  it("takes a plain tar, folders, a leading ./ and strips set-user bits", async () => {
    const tar = tarOf(
      { path: "./", type: "Directory", mode: 0o777 },
      { path: "./a/", type: "Directory", mode: 0o7777 },
      { path: "./a/b", mode: 0o6755, body: "x" },
    );
    for (const archive of [tar, gzipSync(tar)]) {
      const { target, code } = await unpacked(archive);
      expect(code).toBeNull();
      expect(await everythingIn(target)).toEqual(["a", "a/b"]);
      expect((await stat(join(target, "a/b"))).mode & 0o7777).toBe(0o644);
      expect((await stat(join(target, "a"))).mode & 0o7777).toBe(0o755);
      expect((await stat(target)).mode & 0o7777).toBe(0o700);
    }
  });

  it("replaces what was there", async () => {
    const box = await temporaryFolder();
    const target = join(box, "tree");
    await mkdir(target);
    await writeFile(join(target, "stale"), "x");
    const archive = tarOf({ path: "fresh", body: "y" });
    await writeFile(join(box, "archive"), archive);
    await unpackArchive(join(box, "archive"), target, { sha256: sha256(archive) });
    expect(await everythingIn(target)).toEqual(["fresh"]);
    expect(await everythingIn(box)).toEqual(["archive", "tree", "tree/fresh"]);
  });

  it("leaves a tree that is the same where it is, since another process may be reading it", async () => {
    const box = await temporaryFolder();
    const [path, target] = [join(box, "archive"), join(box, "tree")];
    const archive = tarOf({ path: "a/b", body: "y" });
    await writeFile(path, archive);
    const again = () => unpackArchive(path, target, { sha256: sha256(archive) });
    await Promise.all([again(), again(), again()]);
    const { ino } = await stat(target);
    await again();
    expect((await stat(target)).ino).toBe(ino);
    await writeFile(join(target, "a/b"), "z");
    await again();
    expect(await readFile(join(target, "a/b"), "utf8")).toBe("y");
    expect(await everythingIn(box)).toEqual(["archive", "tree", "tree/a", "tree/a/b"]);
  });

  it("stops at once when it is told to", async () => {
    const stop = new Error("stop");
    const box = await temporaryFolder();
    const archive = tarOf({ path: "a", body: "y" });
    await writeFile(join(box, "archive"), archive);
    const options = { sha256: sha256(archive), signal: AbortSignal.abort(stop) };
    await expect(unpackArchive(join(box, "archive"), join(box, "tree"), options)).rejects.toBe(stop);
    expect(await everythingIn(box)).toEqual(["archive"]);
  });
});

const EVIL = join(tmpdir(), "ecflash-test-evil");
const good: Item = { path: "ok/first", body: "good" };
const ATTACKS: readonly (readonly [string, Uint8Array, string])[] = [
  ["a path with ..", tarOf(good, { path: "../evil", body: "x" }), "leaves its folder"],
  ["a path with .. inside", tarOf(good, { path: "a/../../evil", body: "x" }), "leaves its folder"],
  ["an absolute path", tarOf(good, { path: EVIL, body: "x" }), "absolute"],
  ["a drive", tarOf(good, { path: "C:/evil", body: "x" }), "absolute"],
  ["a backslash", tarOf(good, { path: "..\\evil", body: "x" }), "backslash"],
  ["a newline in a name", tarOf(good, { path: "a\nb", body: "x" }), "ASCII"],
  ["an empty part", tarOf(good, { path: "a//b", body: "x" }), "empty part"],
  ["a symbolic link", tarOf(good, { path: "l", type: "SymbolicLink", linkpath: "/etc" }), "SymbolicLink"],
  [
    "a file through a link",
    tarOf({ path: "l", type: "SymbolicLink", linkpath: ".." }, { path: "l/evil", body: "x" }),
    "SymbolicLink",
  ],
  ["a hard link", tarOf(good, { path: "h", type: "Link", linkpath: "/etc/passwd" }), "Link"],
  ["a device", tarOf(good, { path: "d", type: "CharacterDevice" }), "CharacterDevice"],
  ["a block device", tarOf(good, { path: "d", type: "BlockDevice" }), "BlockDevice"],
  ["a pipe", tarOf(good, { path: "p", type: "FIFO" }), "FIFO"],
  ["a kind nobody knows", tarOf(good, { path: "s", type: "SparseFile", body: "x" }), "SparseFile"],
  ["the same name twice", tarOf(good, { path: "ok/first", body: "evil" }), "twice"],
  ["names that differ in case", tarOf(good, { path: "OK/second", body: "x" }), "only in case"],
  ["a file where a folder is", tarOf(good, { path: "ok", body: "x" }), "same name"],
  ["a folder where a file is", tarOf({ path: "a", body: "x" }, { path: "a/b", body: "x" }), "same name"],
  ["a damaged header", withByte(tarOf(good, { path: "b", body: "x" }), 1024 + 150), "checksum"],
  ["a cut end", tarOf(good, { path: "b", body: "x".repeat(5000) }).subarray(0, 3000), "archive"],
  ["a cut gzip", gzipSync(tarOf(good)).subarray(0, 60), "archive"],
  ["no archive at all", Buffer.from("hello".repeat(300)), "neither gzip nor tar"],
  ["no entries", gzipSync(tarOf()), "not a tar"],
  ["nothing", new Uint8Array(), "neither gzip nor tar"],
  ["gzip of something else", gzipSync(Buffer.from("hello".repeat(300))), "not a tar"],
  ["gzip of little", gzipSync(Buffer.from("hello")), "not a tar"],
  ["gzip in gzip", gzipSync(gzipSync(tarOf(good))), "not a tar"],
  ["zip", Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.alloc(600)]), "neither gzip nor tar"],
  ["zstd", Buffer.concat([Buffer.from("28b52ffd", "hex"), Buffer.alloc(600)]), "neither gzip nor tar"],
];

function withByte(bytes: Buffer, at: number): Buffer {
  bytes[at] = (bytes[at] ?? 0) ^ 0x10;
  return bytes;
}

describe("an archive is refused, with nothing left on the disk,", () => {
  it.each(ATTACKS)("for %s", async (_name, archive, reason) => {
    const { box, code, facts } = await unpacked(archive);
    expect(code).toBe("archive-unsafe");
    expect(facts).toMatch(reason);
    expect(await everythingIn(box)).toEqual(["archive", "cache"]);
    expect(existsSync(EVIL)).toBe(false);
  });

  it("for an attack behind megabytes of good entries", async () => {
    const images = Array.from({ length: 40 }, (_, index) => ({
      path: `d${index}/f`,
      body: "x".repeat(1 << 18),
    }));
    const { code, box } = await unpacked(tarOf(...images, { path: "../evil", body: "x" }, ...images));
    expect(code).toBe("archive-unsafe");
    expect(await everythingIn(box)).toEqual(["archive", "cache"]);
  });

  it("for too many entries", async () => {
    const many = tarOf(...Array.from({ length: 4 }, (_, index) => ({ path: `f${index}` })));
    const limits = { entries: 3, bytes: 1 << 20 };
    const { code, facts, box } = await unpacked(many, { limits });
    expect([code, facts]).toEqual(["archive-unsafe", expect.stringMatching("more than 3 entries")]);
    expect(await everythingIn(box)).toEqual(["archive", "cache"]);
  });

  it("for too many bytes, however well they were packed", async () => {
    const bomb = gzipSync(tarOf({ path: "zeros", body: "\0".repeat(3 << 20) }));
    expect(bomb.length).toBeLessThan(10_000);
    const { code, facts, box } = await unpacked(bomb, { limits: { entries: 10, bytes: 1 << 20 } });
    expect([code, facts]).toEqual(["archive-unsafe", expect.stringMatching("more than 1048576 bytes")]);
    expect(await everythingIn(box)).toEqual(["archive", "cache"]);
    expect((await unpacked(bomb)).code).toBeNull();
  });

  it("for one flipped bit, before anything is unpacked", async () => {
    const archive = Buffer.from(await packTree(smallTree()));
    const expected = sha256(archive);
    const { code, box } = await unpacked(withByte(archive, archive.length >> 1), { sha256: expected });
    expect(code).toBe("package-hash");
    expect(await everythingIn(box)).toEqual(["archive"]);
  });
});
