import { spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { packTree } from "../../src/package/archive/pack.js";
import { EC25_EFA_LAYOUT } from "../../src/sim/vendor/maps.js";
import { makeVendorTree } from "../../src/sim/vendor/tree.js";
import { EC25A, sha256, smallTree } from "../package/world.js";
import { BINARY, PATIENT_MS, TestHost } from "./binary.js";

const host = new TestHost();
const box = () => mkdtemp(join(host.directory, "box-"));
const tree = smallTree();
const FILES = [`${EC25A}.json`, `${EC25A}.tar`];
/** The user that owns nothing, on every Linux. */
const NOBODY = 65_534;

function put(folder: string, files: ReadonlyMap<string, Uint8Array>): string {
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return join(folder, EC25A);
}

/** A disk of its own with little room; null, and a line, where this host does not let us make one. */
async function smallDisk(kib: number): Promise<string | null> {
  const folder = await box();
  const { status } = spawnSync("/usr/bin/mount", [
    "-t",
    "tmpfs",
    "-o",
    `size=${kib}k,mode=0700`,
    "tmpfs",
    folder,
  ]);
  if (status !== 0) {
    console.log("skipped: mounting a tmpfs is not permitted");
    return null;
  }
  onTestFinished(() => {
    spawnSync("/usr/bin/umount", ["-l", folder]);
  });
  return folder;
}

const left = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory() || entry.name.startsWith("delivery-"))
    .map(({ name }) => name);

describe("package import in trouble", { timeout: PATIENT_MS }, () => {
  it("says that the disk of the cache is full, and leaves nothing on it or in --into", async () => {
    const disk = await smallDisk(96);
    if (disk === null) return;
    const into = await box();
    const env = { ECFLASH_CACHE_DIR: join(disk, "cache") };
    const sources = {
      folder: put(await box(), tree),
      "tar.gz": join(await box(), `${EC25A}.tar.gz`),
    };
    writeFileSync(sources["tar.gz"], await packTree(tree));
    for (const [kind, source] of Object.entries(sources)) {
      const args = ["package", "import", source, "--into", into];
      const { exit, stderr } = await host.run(args, { env });
      expect([kind, exit, stderr]).toEqual([kind, 6, expect.stringContaining("ENOSPC")]);
      expect(stderr).toContain("[state-unwritable]");
      expect(left(disk)).toEqual([]);
      expect(readdirSync(into)).toEqual([]);
    }
  });

  it("says that the disk of --into is full, and leaves no half of a package there", async () => {
    const disk = await smallDisk(96);
    if (disk === null) return;
    const source = put(await box(), tree);
    for (const more of [[], ["--gzip"]]) {
      const args = ["package", "import", source, "--into", disk, ...more];
      const { exit, stderr } = await host.run(args);
      expect([exit, stderr]).toEqual([6, expect.stringContaining("ENOSPC")]);
      expect(stderr).toContain("[output-unwritable]");
      expect(readdirSync(disk)).toEqual([]);
      expect(readdirSync(join(host.directory, "cache", "deliveries"))).toEqual([]);
    }
  });

  it("names the file that its user may not read", async () => {
    const folder = await box();
    const source = put(folder, tree);
    const own = await box();
    const run = (args: readonly string[]) => {
      const asUser = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];
      const env = { ...host.environment, HOME: own, ECFLASH_CACHE_DIR: own, ECFLASH_STATE_DIR: own };
      const program = [process.execPath, BINARY, ...args];
      const isRoot = process.getuid?.() === 0;
      const [command = "", ...rest] = isRoot ? ["setpriv", ...asUser, ...program] : program;
      return spawnSync(command, rest, { encoding: "utf8", env, cwd: own });
    };
    chmodSync(host.directory, 0o755);
    chmodSync(folder, 0o755);
    if (process.getuid?.() === 0) chownSync(own, NOBODY, NOBODY);
    if (run(["--version"]).status !== 0) {
      console.log("skipped: no other user can be asked to run the program");
      return;
    }
    const into = join(own, "into");
    const secret = join(source, "update/tz.mbn");
    chmodSync(secret, 0);
    for (const command of ["import", "lint"]) {
      const rest = command === "import" ? ["--into", into] : [];
      const { status, stderr } = run(["package", command, source, ...rest]);
      expect([status, stderr]).toEqual([2, expect.stringContaining(`${secret} cannot be read: EACCES`)]);
      expect(left(own)).toEqual([]);
    }
    chmodSync(secret, 0o644);
    expect(run(["package", "import", source, "--into", into]).status).toBe(0);
    expect(readdirSync(into).sort()).toEqual(FILES);
  });

  it("killed at any stage, harms neither what it wrote before nor the next import", async () => {
    const sizes = { system: 24_000_000, modem: 8_000_000 };
    const large = makeVendorTree({ revision: EC25A, ...EC25_EFA_LAYOUT, seed: 11, sizes });
    const source = put(await box(), large);
    const whole = await box();
    expect((await host.run(["package", "import", source, "--into", whole])).exit).toBe(0);
    const wanted = sha256(readFileSync(join(whole, `${EC25A}.tar`)));
    const into = await box();
    const args = ["package", "import", source, "--into", into];
    for (const [stage, waitMs] of [
      ["Unpacking", 5],
      ["Proving", 5],
      ["Packing", 1],
      ["Packing", 30],
      ["Packing", 60],
    ] as const) {
      const running = host.start(args);
      let said = "";
      while (!said.includes(stage)) {
        const [text] = (await once(running.child.stderr ?? running.child, "data")) as [string];
        said += text;
      }
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      running.signal("SIGKILL");
      await running.ended;
      const names = readdirSync(into).filter((name) => !name.endsWith(".tmp"));
      for (const name of names) {
        expect(FILES).toContain(name);
        if (name.endsWith(".tar")) expect(sha256(readFileSync(join(into, name)))).toBe(wanted);
        else JSON.parse(readFileSync(join(into, name), "utf8"));
      }
    }
    // What was left is swept when nobody can be at work on it any more; a name that only looks alike is not.
    const old = join(into, `${EC25A}.tar.0123456789ab.tmp`);
    const other = join(into, `${EC25A}.tar.mine.tmp`);
    for (const path of [old, other]) {
      writeFileSync(path, "half");
      utimesSync(path, 0, 0);
    }
    expect((await host.run(args)).exit).toBe(0);
    const names = readdirSync(into);
    expect(names).toEqual(expect.arrayContaining(FILES));
    expect(names).toContain(`${EC25A}.tar.mine.tmp`);
    expect(names).not.toContain(`${EC25A}.tar.0123456789ab.tmp`);
    expect(sha256(readFileSync(join(into, `${EC25A}.tar`)))).toBe(wanted);
  });
});
