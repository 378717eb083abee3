import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { Header, type HeaderData } from "tar";
import { describe, expect, it } from "vitest";
import { isEcflashError } from "../../src/core/errors.js";
import { openPackage, readPackageFile } from "../../src/package/proof/open-package.js";
import { packTree } from "../../src/package/archive/pack.js";
import { unpackArchive, type UnpackOptions } from "../../src/package/archive/unpack.js";
import { EC25A, everythingIn, FACTS, sha256, smallTree, temporaryFolder, writeTree } from "./world.js";

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
  // Around the place an archive goes to lie files that it must not touch, at every height it could climb to.
  const outside = await temporaryFolder();
  const box = join(outside, "a", "box");
  await mkdir(box, { recursive: true });
  const canaries = [outside, join(outside, "a")].map((folder) => join(folder, "evil"));
  for (const canary of canaries) await writeFile(canary, "sings");
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
  for (const canary of canaries) expect(await readFile(canary, "utf8")).toBe("sings");
  expect(await readdir(outside)).toEqual(["a", "evil"]);
  expect((await readdir(join(outside, "a"))).sort()).toEqual(["box", "evil"]);
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
  ["a cut end", tarOf(good, { path: "b", body: "x".repeat(5000) }).subarray(0, 3000), "it is cut"],
  ["a cut gzip", gzipSync(tarOf(good)).subarray(0, 60), "unexpected end of file"],
  ["no archive at all", Buffer.from("hello".repeat(300)), "neither gzip nor tar"],
  ["no entries", gzipSync(tarOf()), "not a tar"],
  ["nothing", new Uint8Array(), "neither gzip nor tar"],
  ["gzip of something else", gzipSync(Buffer.from("hello".repeat(300))), "not a tar"],
  ["gzip of little", gzipSync(Buffer.from("hello")), "not a tar"],
  ["gzip in gzip", gzipSync(gzipSync(tarOf(good))), "not a tar"],
  ["zip", Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.alloc(600)]), "neither gzip nor tar"],
  ["zstd", Buffer.concat([Buffer.from("28b52ffd", "hex"), Buffer.alloc(600)]), "neither gzip nor tar"],
];

/** A header with a field written over and its checksum right again, for what no packer writes. */
function forged(item: Item, at: number, field: string): Buffer {
  const tar = tarOf(good, item);
  tar.write(field, 1024 + at, "latin1");
  tar.fill(" ", 1024 + 148, 1024 + 156);
  const sum = tar.subarray(1024, 1536).reduce((total, byte) => total + byte, 0);
  tar.write(`${sum.toString(8).padStart(6, "0")}\0 `, 1024 + 148, "latin1");
  return tar;
}

/** A pax header of these records, and a file behind it. */
function paxed(
  records: readonly string[],
  type: "ExtendedHeader" | "GlobalExtendedHeader" = "ExtendedHeader",
): Buffer {
  const body = records
    .map((record) => {
      const length = Buffer.byteLength(record) + 2;
      const digits = String(length + String(length).length).length;
      return `${length + digits} ${record}\n`;
    })
    .join("");
  return tarOf(good, { path: "pax", type, body }, { path: "plain", body: "x" });
}

const SIZE_AT = 124;
const FORGED: readonly (readonly [string, Uint8Array, string])[] = [
  ["a pax header that renames out of the folder", paxed(["path=../../evil"]), "leaves its folder"],
  ["a pax header that renames to an absolute path", paxed([`path=${EVIL}`]), "absolute"],
  ["a pax header that renames onto another file", paxed(["path=ok/first"]), "twice"],
  ["a pax header that makes a link", paxed(["linkpath=/etc/passwd"]), "linkpath"],
  ["a sparse file by pax", paxed(["GNU.sparse.major=1", "GNU.sparse.name=evil"]), "sparse"],
  ["a size that pax tells otherwise", paxed(["size=512"]), "told twice"],
  ["a size in pax that overflows", paxed(["size=99999999999999999999"]), "no number"],
  ["a name twice in one pax header", paxed(["path=a", "path=b"]), "twice"],
  ["a global pax header that names a file", paxed(["path=a"], "GlobalExtendedHeader"), "global"],
  [
    "a pax header whose lengths lie",
    tarOf(good, { path: "pax", type: "ExtendedHeader", body: "99 path=a\n" }, { path: "b" }),
    "damaged",
  ],
  [
    "a long name that leaves the folder",
    tarOf(good, { path: "L", type: "NextFileHasLongPath", body: "../evil\0" }, { path: "b", body: "x" }),
    "leaves its folder",
  ],
  [
    "a long name and a pax name for one entry",
    tarOf(
      good,
      { path: "L", type: "NextFileHasLongPath", body: "a\0" },
      { path: "pax", type: "ExtendedHeader", body: "10 path=b\n" },
      { path: "c", body: "x" },
    ),
    "named twice",
  ],
  [
    "a name of megabytes",
    tarOf(good, { path: "L", type: "NextFileHasLongPath", body: "a".repeat(1 << 20) }, { path: "b" }),
    "description of",
  ],
  [
    "a name that is too long",
    tarOf(good, { path: "L", type: "NextFileHasLongPath", body: `${"a".repeat(600)}\0` }, { path: "b" }),
    "too long",
  ],
  ["a negative size", forged({ path: "b", body: "x" }, SIZE_AT, `\xff${"\xff".repeat(11)}`), "size"],
  [
    "a size that overflows",
    forged({ path: "b", body: "x" }, SIZE_AT, `\x80${"\xff".repeat(11)}`),
    "safe integer range",
  ],
  ["a size that is no number", forged({ path: "b", body: "x" }, SIZE_AT, "zzzzzzzzzzz\0"), "size"],
  ["a size far behind the end", forged({ path: "b", body: "x" }, SIZE_AT, "00177777777\0"), "cut"],
  ["a contiguous file", forged({ path: "b", body: "x" }, 156, "7"), "ContiguousFile"],
  ["a kind with no name", forged({ path: "b", body: "x" }, 156, "Z"), "is neither a file nor a folder"],
  ["GNU's sparse file", forged({ path: "b", body: "x" }, 156, "S"), "SparseFile"],
  ["GNU's long link", forged({ path: "b", body: "x" }, 156, "K"), "NextFileHasLongLinkpath"],
  ["a folder with content", forged({ path: "b", body: "x" }, 156, "5"), "without magic"],
  [
    "a header of another kind in the middle",
    Buffer.concat([tarOf(good).subarray(0, 1024), Buffer.alloc(512, 7), Buffer.alloc(1024)]),
    "magic",
  ],
  ["bytes behind its end", Buffer.concat([tarOf(good), Buffer.from("more")]), "behind its end"],
  [
    "a second tar behind its end",
    Buffer.concat([tarOf(good), tarOf({ path: "b", body: "x" })]),
    "behind its end",
  ],
  [
    "bytes behind the end of gzip",
    Buffer.concat([gzipSync(tarOf(good)), Buffer.from("more")]),
    "incorrect header",
  ],
  ["zeros behind the end of gzip", Buffer.concat([gzipSync(tarOf(good)), Buffer.alloc(9)]), "behind its end"],
  [
    "a second tar in a second gzip",
    Buffer.concat([gzipSync(tarOf(good)), gzipSync(tarOf({ path: "b" }))]),
    "behind its end",
  ],
  ["no end mark", tarOf(good).subarray(0, 1024), "cut"],
  ["half an end mark", tarOf(good).subarray(0, 1536), "cut"],
  [
    "a gzip with a wrong CRC",
    withByte(Buffer.from(gzipSync(tarOf(good))), gzipSync(tarOf(good)).length - 6),
    "incorrect data check",
  ],
];

function withByte(bytes: Buffer, at: number): Buffer {
  bytes[at] = (bytes[at] ?? 0) ^ 0x10;
  return bytes;
}

describe("an archive is refused, with nothing left on the disk,", () => {
  it.each([...ATTACKS, ...FORGED])("for %s", async (_name, archive, reason) => {
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

describe("unpacking again", () => {
  it("hashes on the way what openPackage needs, and says the tar's own SHA-256", async () => {
    const tree = smallTree();
    const archive = await packTree(tree);
    const box = await temporaryFolder();
    await writeFile(join(box, "archive"), archive);
    const { files, tarSha256, root } = await unpackArchive(join(box, "archive"), join(box, "tree"), {
      sha256: sha256(archive),
    });
    expect(tarSha256).toBe(sha256(gunzipSync(archive)));
    expect([...files.keys()].sort()).toEqual([...tree.keys()].sort());
    for (const [path, bytes] of tree)
      expect(files.get(path)).toEqual({
        path,
        sizeBytes: bytes.length,
        sha256: sha256(bytes),
        md5: createHash("md5").update(bytes).digest("hex"),
      });
    const plain = await openPackage(root, { facts: FACTS });
    expect(await openPackage(root, { facts: FACTS, known: files })).toEqual(plain);
  });

  it("replaces a tree in which one bit of any one file is flipped, or one file is more or less", async () => {
    const tree = smallTree();
    const archive = await packTree(tree);
    const box = await temporaryFolder();
    const [path, target] = [join(box, "archive"), join(box, "tree")];
    await writeFile(path, archive);
    const again = async () => {
      await unpackArchive(path, target, { sha256: sha256(archive) });
      for (const [name, bytes] of tree)
        expect(sha256(await readFile(join(target, name)))).toBe(sha256(bytes));
      expect((await everythingIn(box)).filter((name) => !name.startsWith("tree/"))).toEqual([
        "archive",
        "tree",
      ]);
    };
    await again();
    for (const [name, bytes] of tree) {
      await writeFile(join(target, name), withByte(Buffer.from(bytes), bytes.length >> 1));
      await again();
    }
    const [first = ""] = tree.keys();
    await rm(join(target, first));
    await again();
    await writeFile(join(target, "more"), "x");
    await again();
    expect(existsSync(join(target, "more"))).toBe(false);
    await rm(join(target, first));
    await symlink("/etc/passwd", join(target, first));
    await again();
  });
});

describe("one flipped bit", () => {
  it("anywhere in the archive is found before a file is written", async () => {
    const archive = Buffer.from(await packTree(smallTree()));
    const expected = sha256(archive);
    const places = [
      0,
      1,
      9,
      ...Array.from({ length: 20 }, (_, n) => Math.floor((archive.length * (n + 1)) / 21)),
      archive.length - 1,
    ];
    for (const at of places) {
      const { code, box } = await unpacked(withByte(Buffer.from(archive), at), { sha256: expected });
      expect([at, code]).toEqual([at, "package-hash"]);
      expect(await everythingIn(box)).toEqual(["archive"]);
    }
  });

  it("in any one file of a tree is refused, when it is opened or when the file is read for the flash", async () => {
    const tree = smallTree();
    const { plan } = await openPackage(await writeTree(tree), { facts: FACTS });
    const files = [
      plan.programmer,
      ...plan.steps.flatMap((step) => (step.kind === "program" ? [step.file] : [])),
    ];
    for (const file of files) {
      const root = join(await writeTree(tree), EC25A);
      const path = join(root, file.path);
      await writeFile(path, withByte(await readFile(path), 7));
      await expect(readPackageFile(root, file)).rejects.toMatchObject({ code: "package-changed" });
    }
    for (const [name, bytes] of tree) {
      if (name.endsWith("/md5.txt")) continue;
      const flipped = new Map(tree).set(name, withByte(Buffer.from(bytes), bytes.length >> 1));
      await expect(openPackage(await writeTree(flipped), { facts: FACTS })).rejects.toMatchObject({
        exit: 5,
      });
    }
  });
});

describe("a file of the plan", () => {
  it("is not read through a link, nor from a pipe", async () => {
    const root = join(await writeTree(smallTree()), EC25A);
    const { plan } = await openPackage(root, { facts: FACTS });
    const path = join(root, plan.programmer.path);
    await rename(path, `${path}.moved`);
    await symlink(`${path}.moved`, path);
    await expect(readPackageFile(root, plan.programmer)).rejects.toMatchObject({
      code: "package-file-missing",
    });
    await rm(path);
    spawnSync("mkfifo", [path]);
    await expect(readPackageFile(root, plan.programmer)).rejects.toMatchObject({
      code: "package-file-missing",
    });
  });
});
