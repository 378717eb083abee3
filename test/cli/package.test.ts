import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { packTree } from "../../src/package/pack.js";
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
    expect(stdout).toMatch(/no plan\n$/);
    const json = await host.run(["package", "lint", unsafe, "--format", "json"]);
    expect(json.exit).toBe(5);
    const document = JSON.parse(json.stdout) as object;
    expect((await shippedSchema("ecflash.lint-1")).safeParse(document).error).toBeUndefined();
    expect(document).toMatchObject({ errors: 1, notes: 3, planHash: null, exit: 5 });
  });

  it("takes an archive, and leaves nothing of it unpacked", async () => {
    const archive = join(host.directory, `${EC25A}.tar.gz`);
    writeFileSync(archive, await packTree(makeVendorTree({ revision: EC25A, ...EC25_EFA_LAYOUT, seed: 7 })));
    const { exit, stdout } = await host.run(["package", "lint", archive, "--format", "json"]);
    expect(exit).toBe(0);
    const archiveSha256 = createHash("sha256").update(readFileSync(archive)).digest("hex");
    expect(JSON.parse(stdout)).toMatchObject({ package: archive, revision: EC25A, archiveSha256, errors: 0 });
    expect(readdirSync(join(host.environment["ECFLASH_CACHE_DIR"] ?? "", "deliveries"))).toEqual([]);
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
    expect(svg).not.toMatch(/<script|href|@import/);
  });

  it("is JSON as the shipped schema says, with the plan and the map", async () => {
    const { exit, stdout } = await host.run(["package", "show", stock2K, "--format", "json"]);
    const document = JSON.parse(stdout) as { map: { name: string; state: string }[]; steps: object[] };
    expect((await shippedSchema("ecflash.package-show-1")).safeParse(document).error).toBeUndefined();
    expect([exit, document.steps.length]).toEqual([0, 20]);
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
      expect(stdout).not.toMatch(/ -e\b|allow-missing/);
    }
  });
});
