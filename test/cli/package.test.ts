import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { packTree } from "../../src/package/archive/pack.js";
import { EC25_EFA_LAYOUT, EG25_GGB_LAYOUT, type NandLayout } from "../../src/sim/vendor/maps.js";
import { makeVendorTree } from "../../src/sim/vendor/tree.js";
import { EC25A, EG25G, editText } from "../package/world.js";
import { shippedSchema } from "../schemas.js";
import { PATIENT_MS, TestHost } from "./binary.js";

const host = new TestHost();

function put(name: string, revision: string, { geometry, map }: NandLayout, edit?: (text: string) => string) {
  const stock = makeVendorTree({ revision, geometry, map, seed: 3 });
  const tree = edit === undefined ? stock : editText(stock, "_update.xml", edit);
  const folder = join(host.directory, name);
  for (const [path, bytes] of tree) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return join(folder, revision);
}

const stock4K = put("stock4K", EC25A, EC25_EFA_LAYOUT);
const stock2K = put("stock2K", EG25G, EG25_GGB_LAYOUT);
const unsafe = put("unsafe", EC25A, EC25_EFA_LAYOUT, (text) =>
  text.replace(
    "</data>",
    '<erase PAGES_PER_BLOCK="64" SECTOR_SIZE_IN_BYTES="4096" num_partition_sectors="64" physical_partition_number="0" start_sector="1280"/></data>',
  ),
);

describe.concurrent("package lint", { timeout: PATIENT_MS }, () => {
  it.each([stock4K, stock2K])("a stock tree lints with exit 0 (%#)", async (path) => {
    const { exit, stdout } = await host.run(["package", "lint", path]);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^note: .*\[vendor-order\]$/m);
    expect(stdout).toMatch(/: 0 errors, 3 notes; plan [0-9a-f]{64}\n$/);
  });

  it("exits 5 with errors first, and its JSON is what the shipped schema says", async () => {
    const { exit, stdout } = await host.run(["package", "lint", unsafe]);
    expect(exit).toBe(5);
    expect(stdout).toMatch(
      /^error: .*_update.xml: line 23: erase 1280\+64 touches EFS2.*\[touches-protected\]\n/,
    );
    expect(stdout).toMatch(/: 1 error, 3 notes; no plan\n$/);
    const json = await host.run(["package", "lint", unsafe, "--format", "json"]);
    expect(json.exit).toBe(5);
    const document = JSON.parse(json.stdout) as object;
    expect((await shippedSchema("ecflash.lint-1")).safeParse(document).error).toBeUndefined();
    expect(document).toMatchObject({ errors: 1, notes: 3, planHash: null, exit: 5 });
  });

  it("takes an archive, and leaves nothing of it unpacked", async () => {
    const archive = join(host.directory, `${EC25A}.tar.gz`);
    writeFileSync(archive, await packTree(makeVendorTree({ revision: EC25A, ...EC25_EFA_LAYOUT, seed: 7 })));
    const cacheDir = join(host.directory, "own cache");
    const { exit, stdout } = await host.run(["package", "lint", archive, "--format", "json"], {
      env: { ECFLASH_CACHE_DIR: cacheDir },
    });
    expect(exit).toBe(0);
    const archiveSha256 = createHash("sha256").update(readFileSync(archive)).digest("hex");
    expect(JSON.parse(stdout)).toMatchObject({ package: archive, revision: EC25A, archiveSha256, errors: 0 });
    expect(readdirSync(join(cacheDir, "deliveries"))).toEqual([]);
  });

  it("takes an id of the cache, refuses one of several, and exits 2 for what is nowhere", async () => {
    const id = (last: string) => `9f86d081${"0".repeat(55)}${last}`;
    const packages = join(host.environment["ECFLASH_CACHE_DIR"] ?? "", "packages");
    for (const last of ["1", "2"]) {
      mkdirSync(join(packages, id(last)), { recursive: true });
      symlinkSync(dirname(stock4K), join(packages, id(last), "tree"));
    }
    expect((await host.run(["package", "lint", id("1")])).exit).toBe(0);
    const json = await host.run(["package", "lint", id("1").toUpperCase(), "--format", "json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({ archiveSha256: id("1"), revision: EC25A });
    const two = await host.run(["package", "lint", "9f86d081"]);
    expect([two.exit, two.stderr]).toEqual([2, expect.stringContaining("[package-id-ambiguous]")]);
    for (const asked of ["deadbeef", "9f86d08", join(host.directory, "absent")])
      expect((await host.run(["package", "lint", asked])).stderr).toContain("[package-not-found]");
  });
});

describe.concurrent("package lint, show and render", { timeout: PATIENT_MS }, () => {
  it("judge a folder as import does: by all that says its revision, which --revision says where nothing does", async () => {
    const nameless = join(host.directory, "mail");
    cpSync(stock4K, nameless, { recursive: true });
    const silent = await host.run(["package", "lint", nameless]);
    expect([silent.exit, silent.stderr]).toEqual([5, expect.stringContaining("--revision")]);
    const told = await host.run(["package", "lint", nameless, "--revision", EC25A, "--format", "json"]);
    expect(told.exit).toBe(0);
    expect(JSON.parse(told.stdout)).toMatchObject({ package: nameless, revision: EC25A, errors: 0 });
    writeFileSync(join(nameless, "quectel.version"), `EG25_G\n${EG25G.split("_")[0] ?? ""}\n`);
    for (const command of [["lint"], ["show"], ["render", "--for", "qdl", "--into", `${nameless}-out`]]) {
      const { exit, stderr } = await host.run(["package", ...command, nameless, "--revision", EC25A]);
      expect([exit, stderr]).toEqual([5, expect.stringContaining("contradicts itself")]);
    }
    const cached = await host.run(["package", "lint", "deadbeef", "--revision", EC25A]);
    expect([cached.exit, cached.stderr]).toEqual([2, expect.stringContaining("--revision is for a path")]);
  });

  it("find a compressed package of the cache by the id of its tar", async () => {
    const tree = makeVendorTree({ revision: EC25A, ...EC25_EFA_LAYOUT, seed: 8 });
    const packed = await packTree(tree);
    const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
    const [archive, id] = [sha256(packed), sha256(gunzipSync(packed))];
    const cacheDir = join(host.directory, "another cache");
    const broken = join(cacheDir, "packages", "0".repeat(64));
    for (const folder of [join(broken, "tree", "empty"), join(cacheDir, "packages", "1".repeat(64))])
      mkdirSync(folder, { recursive: true });
    for (const [path, bytes] of tree) {
      const target = join(cacheDir, "packages", archive, "tree", path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, bytes);
    }
    const env = { ECFLASH_CACHE_DIR: cacheDir };
    const { exit, stdout } = await host.run(["package", "show", id.slice(0, 12), "--format", "json"], {
      env,
    });
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ id, archiveSha256: archive, revision: EC25A });
    expect((await host.run(["package", "show", "deadbeef"], { env })).exit).toBe(2);
  });
});

describe.concurrent("package show", { timeout: PATIENT_MS }, () => {
  it.each([stock4K, stock2K])("draws the NAND in 80 columns, with and without UTF-8 (%#)", async (path) => {
    for (const [lang, sign] of [
      ["C.UTF-8", "▚"],
      ["C", "P"],
    ] as const) {
      const { exit, stdout } = await host.run(["package", "show", path], { env: { LC_ALL: lang } });
      expect(exit).toBe(0);
      const drawn = stdout.slice(stdout.indexOf("NAND to scale"), stdout.indexOf("Steps:"));
      for (const line of drawn.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
      expect(drawn).toContain(`${sign} protected`);
      expect(drawn).toMatch(/^EFS2 +20-\d+ +1280-\d+ .* protected$/m);
      expect(/^[\x00-\x7f]*$/.test(stdout)).toBe(lang === "C");
    }
  });

  it("draws a trespass, exits 5, and writes the same as a picture", async () => {
    const picture = join(host.directory, "map.svg");
    const { exit, stdout } = await host.run(["package", "show", unsafe, "--svg", picture]);
    expect(exit).toBe(5);
    expect(stdout).toMatch(/^EFS2 .*TRESPASS$/m);
    expect(stdout).toContain("Not safe, and never flashed:");
    const svg = readFileSync(picture, "utf8");
    expect(svg).toContain("EFS2 20-107 TRESPASS");
    expect(svg).toMatch(/>id [0-9a-f]{64}<.*\n.*>no plan: not safe</);
    expect(svg).not.toMatch(/<script|href|@import/);
  });

  it("is JSON as the shipped schema says, with the plan and the map", async () => {
    const { exit, stdout } = await host.run(["package", "show", stock2K, "--format", "json"]);
    const document = JSON.parse(stdout) as {
      map: { name: string; state: string }[];
      steps: object[];
      id: string;
      files: { path: string; sha256: string }[];
    };
    expect((await shippedSchema("ecflash.package-show-1")).safeParse(document).error).toBeUndefined();
    expect([exit, document.steps.length]).toEqual([0, 20]);
    const hashed = document.files.map(({ path, sha256 }) => `${sha256}  ${join(stock2K, path)}`);
    const paths = readdirSync(stock2K, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const own = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");
    expect(hashed.sort()).toEqual(paths.map((path) => `${own(path)}  ${path}`).sort());
    const brief = await host.run(["package", "show", stock2K]);
    expect(brief.stdout).toContain(document.id);
    expect(brief.stdout).not.toContain("Files:");
    const long = await host.run(["package", "show", stock2K, "--verbose"]);
    for (const { path, sha256 } of document.files)
      expect(long.stdout).toMatch(new RegExp(`^ +${sha256} +\\d+ +${path}$`, "m"));
    expect(document.map.filter(({ state }) => state === "protected").map(({ name }) => name)).toEqual([
      "EFS2",
      "sys_rev",
      "RAWDATA",
      "cust_info",
      "sec",
    ]);
  });
});

describe.concurrent("package render", { timeout: PATIENT_MS }, () => {
  it("never renders what is unsafe, and never into a folder that is not empty", async () => {
    const into = join(host.directory, "never");
    const { exit, stderr } = await host.run(["package", "render", unsafe, "--for", "qdl", "--into", into]);
    expect([exit, stderr]).toEqual([5, expect.stringContaining("touches EFS2")]);
    expect(() => readFileSync(into)).toThrow("ENOENT");
    const full = await host.run(["package", "render", stock4K, "--for", "qdl", "--into", stock2K]);
    expect([full.exit, full.stderr]).toEqual([6, expect.stringContaining("not empty")]);
  });

  it("says the command to run, without options that erase calibration or pass over missing files", async () => {
    for (const tool of ["qdl", "qfirehose"]) {
      const into = join(host.directory, `for ${tool}`);
      const { exit, stdout } = await host.run(["package", "render", stock4K, "--for", tool, "--into", into]);
      expect(exit).toBe(0);
      expect(stdout).toContain(`'${into}'`);
      expect(stdout).toMatch(
        tool === "qdl" ? /qdl --storage nand/ : /QFirehose -s \/sys\/bus\/usb\/devices\//,
      );
      expect(stdout).not.toMatch(/ -e\b|allow-missing/);
    }
  });
});
