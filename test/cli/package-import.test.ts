import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, truncate, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { packTree } from "../../src/package/archive/pack.js";
import { EC25_EFA_LAYOUT, EG25_GGB_LAYOUT } from "../../src/sim/vendor/maps.js";
import { EG25G, everythingIn, sha256, smallTree, withFile } from "../package/world.js";
import { shippedSchema } from "../schemas.js";
import { zipOf, zipTree } from "../zip-builder.js";
import { TestHost } from "./binary.js";

const EC25E = "EC25EFAR06A17M4G_20.200.20.200";
const CASES = [
  [EC25E, "4096-byte pages", EC25_EFA_LAYOUT],
  [EG25G, "2048-byte pages", EG25_GGB_LAYOUT],
] as const;
const host = new TestHost();
const IMPORT_SCHEMA = await shippedSchema("ecflash.package-import-1");
const box = () => mkdtemp(join(host.directory, "box-"));
const flat = (path: string) => path.slice(path.indexOf("/") + 1);
const windows = (path: string) => path.replaceAll("/", "\\");

async function folderOf(tree: ReadonlyMap<string, Uint8Array>): Promise<string> {
  const folder = await box();
  for (const [path, bytes] of tree) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return folder;
}

async function archive(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(await box(), name);
  await writeFile(path, bytes);
  return path;
}

async function imported(path: string, ...args: string[]) {
  const into = await box();
  const finished = await host.run(["package", "import", path, "--into", into, "--format", "json", ...args]);
  expect(finished.stderr + (finished.exit === 0 ? "" : finished.stdout)).toBe("");
  expect(IMPORT_SCHEMA.safeParse(JSON.parse(finished.stdout)).error).toBeUndefined();
  return {
    into,
    document: JSON.parse(finished.stdout) as { package: { id: string; planHash: string; notes: string[] } },
  };
}

/** One bit of the listed CRC-32 of the first entry, in the central directory (APPNOTE.TXT 4.3.12). */
function flipped(zip: Buffer): Buffer {
  const bytes = Buffer.from(zip);
  const at = bytes.indexOf("PK\x01\x02", 0, "latin1") + 16;
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  return bytes;
}

/** Whether a tool of the host is there; it must be where the tests say so. */
function has(tool: string): boolean {
  const there = ["/usr/bin", "/usr/local/bin", "/bin"].some((folder) => existsSync(join(folder, tool)));
  if (!there && process.env["ECFLASH_REQUIRE_TOOLS"] === "1") throw new Error(`${tool} is not installed`);
  if (!there) console.log(`skipped: ${tool} is not installed`);
  return there;
}

function made(tool: string, args: string[], cwd: string): void {
  const { status, stderr } = spawnSync(tool, args, { cwd, encoding: "utf8" });
  expect(stderr).toBe("");
  expect(status).toBe(0);
}

describe.each(CASES)("package import of %s with %s", (revision, pages, layout) => {
  const tree = smallTree(revision, layout);

  it("says what it is, and gives the same tar from whatever it came in", async () => {
    const folder = await folderOf(tree);
    const top = join(folder, revision);
    const targz = await packTree(tree);
    const canonical = gunzipSync(targz);
    const ways = [
      await archive(`${revision}.zip`, zipTree(tree)),
      await archive(`${revision} (1).zip`, zipTree(tree, flat)),
      await archive(`${revision}.zip`, zipTree(tree, windows)),
      await archive("mail.bin", targz),
      await archive("wrong-name.zip", canonical),
      folder,
      top,
    ];
    if (has("zip")) {
      made("zip", ["-qr", "debian.zip", revision], folder);
      ways.push(join(await moved(join(folder, "debian.zip"))));
    }
    if (has("7z")) {
      made("7z", ["a", "-bso0", "seven.7z", revision], folder);
      ways.push(await moved(join(folder, "seven.7z")));
    }
    for (const way of ways) {
      const { into, document } = await imported(way);
      expect((await readdir(into)).sort(), way).toEqual([`${revision}.json`, `${revision}.tar`]);
      const tar = await readFile(join(into, `${revision}.tar`));
      expect(sha256(tar), way).toBe(sha256(canonical));
      expect(document.package.id).toBe(sha256(canonical));
    }
    const into = await box();
    const first = await host.run(["package", "import", top, "--into", into]);
    expect(first.exit).toBe(0);
    for (const fact of [
      revision,
      pages,
      sha256(canonical),
      "folder name",
      "md5.txt: ",
      "EFS2 (blocks 20-",
      "written: ",
    ])
      expect(first.stdout).toContain(fact);
    const again = await host.run(["package", "import", top, "--into", into]);
    expect(again).toMatchObject({ exit: 0 });
    expect(again.stdout.match(/already there: /g)).toHaveLength(2);
    expect(await readdir(join(host.directory, "cache", "deliveries"))).toEqual([]);
  }, 120_000);
});

async function moved(path: string): Promise<string> {
  const target = join(await box(), basename(path));
  await rename(path, target);
  return target;
}

describe("package import", () => {
  const tree = smallTree(EC25E, EC25_EFA_LAYOUT);

  it("writes a gzip with the same tar in it", async () => {
    const { into, document } = await imported(await folderOf(tree), "--gzip");
    const packed = await readFile(join(into, `${EC25E}.tar.gz`));
    expect(packed[9]).toBe(255);
    expect(sha256(gunzipSync(packed))).toBe(document.package.id);
    expect((await imported(join(into, `${EC25E}.tar.gz`))).document.package.id).toBe(document.package.id);
  });

  it("replaces another file only with --force", async () => {
    const into = await box();
    const path = join(into, `${EC25E}.tar`);
    await writeFile(path, "mine");
    const args = ["package", "import", await folderOf(tree), "--into", into];
    const refused = await host.run(args);
    expect(refused.exit).toBe(2);
    expect(refused.stderr).toMatch("--force");
    expect(await readFile(path, "utf8")).toBe("mine");
    expect(await readdir(into)).toEqual([`${EC25E}.tar`]);
    expect((await host.run([...args, "--force"])).exit).toBe(0);
    expect((await readFile(path)).length).toBeGreaterThan(4);
  });

  it("leaves junk of packers out, and keeps release notes", async () => {
    const clean = withFile(
      tree,
      `${EC25E}/Quectel_EC25-E-FA_Firmware_Release_Notes_V0617.pdf`,
      Buffer.from("%PDF"),
    );
    const dirty = new Map(clean)
      .set(`__MACOSX/${EC25E}/._update`, Buffer.from("x"))
      .set(`${EC25E}/update/.DS_Store`, Buffer.from("x"))
      .set(`${EC25E}/Thumbs.db`, Buffer.from("x"));
    const a = await imported(await archive("a.zip", zipTree(clean)));
    const b = await imported(await archive("b.zip", zipTree(dirty)));
    expect(b.document.package.id).toBe(a.document.package.id);
    expect(b.document.package.notes.join()).toMatch("Thumbs.db");
  });

  it.each([
    ["a contradiction", `${EC25E}.zip`, [`EC25AFAR05A07M4G_30.005.30.005/`], [], "contradicts itself"],
    ["no witness", "firmware.zip", [""], [], "Nothing in the delivery names"],
    [
      "a contradiction of the operator",
      `${EC25E}.zip`,
      [""],
      ["--revision", "EC25AFAR05A07M4G"],
      "contradicts",
    ],
  ])("refuses %s, and says what was seen", async (_what, name, [top = ""], args, says) => {
    const path = await archive(
      name,
      zipTree(tree, (one) => top + flat(one)),
    );
    const into = await box();
    const { exit, stderr } = await host.run(["package", "import", path, "--into", into, ...args]);
    expect(exit).toBe(5);
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(name);
    expect(await readdir(into)).toEqual([]);
  });

  it.each([
    ["a cut archive", (bytes: Buffer) => bytes.subarray(0, 30_000), "The archive is not acceptable: "],
    ["an image that is damaged", (bytes: Buffer) => flipped(bytes), "its CRC-32 is not the listed one"],
  ])("says of %s to get it again, and whom to ask", async (_what, damage, says) => {
    const path = await archive(`${EC25E}.zip`, damage(zipTree(tree)));
    const { exit, stderr } = await host.run(["package", "import", path, "--into", await box()]);
    expect(exit).toBe(5);
    expect(stderr).toContain(says);
    expect(stderr).toContain("Get it once more from where it came");
    expect(stderr).toContain("the vendor or the owner");
    expect(stderr).not.toMatch(/[^.]\.\.(?!\.)/);
  });

  it("takes the operator's word where there is none, or only a short one", async () => {
    const bare = await archive("firmware.zip", zipTree(tree, flat));
    const short = await archive("EC25EFAR06A17M4G.zip", zipTree(tree, flat));
    const { id } = (await imported(await folderOf(tree))).document.package;
    for (const path of [bare, short])
      expect((await imported(path, "--revision", EC25E)).document.package.id).toBe(id);
    const { exit } = await host.run(["package", "import", bare, "--revision", "R06A17"]);
    expect(exit).toBe(2);
  });

  const LINK = 0o120_777;
  it.each([
    ["../../evil", [{ name: "../../evil", body: "x" }]],
    ["..\\..\\evil", [{ name: "..\\..\\evil", body: "x" }]],
    ["/tmp/evil", [{ name: "/tmp/evil", body: "x" }]],
    ["C:\\evil", [{ name: "C:\\evil", body: "x" }]],
    [
      "a link, and a file through it",
      [
        { name: "update", body: "/tmp", mode: LINK },
        { name: "update/evil", body: "x" },
      ],
    ],
    ["a device", [{ name: "update/dev", mode: 0o060_666 }]],
    ["a reparse point", [{ name: "update/x", dosAttributes: 0x400 }]],
    ["encrypted", [{ name: "update/x", body: "x", flags: 1 }]],
    [
      "the same name twice",
      [
        { name: "update/x", body: "1" },
        { name: "update\\x", body: "2" },
      ],
    ],
    [
      "names that differ in case",
      [
        { name: "update/x", body: "1" },
        { name: "update/X", body: "2" },
      ],
    ],
    ["a wrong CRC", [{ name: "update/x", body: "abc", crc: 1 }]],
    ["a wrong CRC, stored", [{ name: "update/x", body: "abc", crc: 1, store: true }]],
    ["a size that lies", [{ name: "update/x", body: "a".repeat(5000), sizeBytes: 10 }]],
    ["a claimed size beyond all limits", [{ name: "update/x", body: "a", sizeBytes: 0xfffffff0 }]],
    ["a method nobody reads", [{ name: "update/x", body: "a", method: 14 }]],
    ["an archive in the archive", [{ name: "inner.zip", body: zipOf({ name: "update/x", body: "x" }) }]],
  ])("refuses a zip with %s", async (_what, items) => {
    const folder = await box();
    const path = join(folder, `${EC25E}.zip`);
    await writeFile(path, zipOf(...items));
    const before = await everythingIn(folder);
    const into = await box();
    const { exit, stderr } = await host.run(["package", "import", path, "--into", into]);
    expect(stderr).not.toMatch("at file:");
    expect(exit).toBe(5);
    expect(await everythingIn(folder)).toEqual(before);
    expect(await everythingIn(into)).toEqual([]);
    expect(await everythingIn(join(host.directory, "cache", "deliveries"))).toEqual([]);
    expect(existsSync("/tmp/evil")).toBe(false);
  });

  it("refuses a zip that was cut anywhere", async () => {
    const whole = zipTree(tree);
    for (const share of [0.1, 0.5, 0.999]) {
      const path = await archive(`${EC25E}.zip`, whole.subarray(0, Math.floor(whole.length * share)));
      expect((await host.run(["package", "import", path, "--into", await box()])).exit).toBe(5);
    }
  });

  it("never writes into the folder it imports", async () => {
    const folder = await folderOf(tree);
    const before = await everythingIn(folder);
    for (const into of [folder, join(folder, "out")])
      expect((await host.run(["package", "import", folder, "--into", into])).exit).toBe(2);
    expect(await everythingIn(folder)).toEqual(before);
  });

  it("ends at Ctrl-C with 130, and leaves nothing", async () => {
    const folder = await folderOf(tree);
    await truncate(await archiveIn(folder, "large.bin"), 2 ** 30);
    const into = await box();
    const running = host.start(["package", "import", folder, "--into", into]);
    await once(running.child.stderr ?? running.child, "data");
    running.signal("SIGINT");
    const { exit, signal } = await running.ended;
    expect({ exit, signal }).toEqual({ exit: 130, signal: null });
    expect(await everythingIn(into)).toEqual([]);
    expect(await everythingIn(join(host.directory, "cache", "deliveries"))).toEqual([]);
  });
});

async function archiveIn(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, "");
  return path;
}
