import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EC25_EFA_LAYOUT, EG25_GGB_LAYOUT } from "../../src/sim/vendor/maps.js";
import { makeVendorTree } from "../../src/sim/vendor/tree.js";
import { EC25A, EG25G, sha256 } from "../package/world.js";
import { zipTree } from "../zip-builder.js";
import { PATIENT_MS, TestHost } from "./binary.js";

// From a vendor's zip to a module, each step by the program itself: what one step writes is all that the next one has.

const host = new TestHost();
const site = join(host.directory, "site");
const index = join(site, "ecflash-index.json");
const PACKAGES = [
  { revision: EC25A, label: "EC25AFA-512-STD", layout: EC25_EFA_LAYOUT },
  { revision: EG25G, label: "EG25GGB-256-SGNS", layout: EG25_GGB_LAYOUT },
] as const;

/** What a web server gives away: the site's folder. `asked` is what it was asked for. */
const asked: string[] = [];
const server = createServer((request, response) => {
  const name = (request.url ?? "").slice(1);
  asked.push(name);
  void readFile(join(site, name)).then(
    (bytes) => response.end(bytes),
    () => response.writeHead(404).end(),
  );
});
let key = "";
let url = "";

async function done(...args: string[]): Promise<string> {
  const { exit, stdout, stderr } = await host.run(args);
  expect(exit, `${args.join(" ")}\n${stdout}${stderr}`).toBe(0);
  return stdout;
}

const json = async <T>(...args: string[]) => JSON.parse(await done(...args, "--format", "json")) as T;
const importOf = (zip: string, into: string) => done("package", "import", zip, "--into", into);
const tarOf = async (folder: string, revision: string) =>
  sha256(await readFile(join(folder, `${revision}.tar`)));

beforeAll(async () => {
  await mkdir(site);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ecflash-index.json`;
  for (const { revision, layout } of PACKAGES) {
    const tree = makeVendorTree({ revision, ...layout, seed: 11 });
    await writeFile(join(host.directory, `${revision}.zip`), zipTree(tree));
    await importOf(join(host.directory, `${revision}.zip`), site);
  }
  await done("index", "keygen", "--out", join(host.directory, "owner"), "--no-password");
  key = (await readFile(join(host.directory, "owner.pub"), "utf8")).split("\n")[1] ?? "";
  await done("index", "init", index, "--name", "site", "--key", key);
  for (const { revision } of PACKAGES)
    await done("index", "add", index, join(site, `${revision}.tar`), "--recommended");
  await done("index", "sign", index, "--secret-key", join(host.directory, "owner.key"));
}, PATIENT_MS);

afterAll(async () => {
  server.close();
  await once(server, "close");
});

describe("from a vendor's zip to a module", { timeout: PATIENT_MS }, () => {
  it.each(PACKAGES)("$revision is fetched over loopback, lints, and has one plan everywhere", async (one) => {
    const { revision, label } = one;
    const id = await tarOf(site, revision);
    await done("fetch", "--label", label, "--index", url, "--key", key);
    expect(asked).toContain(`${revision}.tar`);
    const linted = await json<{ planHash: string; errors: number }>("package", "lint", id);
    const shown = await json<{ planHash: string }>("package", "show", join(site, `${revision}.tar`));
    const described = JSON.parse(await readFile(join(site, `${revision}.json`), "utf8")) as {
      planHash: string;
    };
    const signed = (
      JSON.parse(await readFile(index, "utf8")) as {
        releases: { revision: string; planHash: string; packageId: string }[];
      }
    ).releases.find((release) => release.revision === revision);
    expect(signed).toMatchObject({ packageId: id, planHash: linted.planHash });
    expect([shown.planHash, described.planHash]).toEqual([linted.planHash, linted.planHash]);
    expect(linted.errors).toBe(0);
  });

  it.each(PACKAGES)("$revision is the same tar when it is imported again", async ({ revision }) => {
    const again = join(host.directory, "again");
    await importOf(join(host.directory, `${revision}.zip`), again);
    expect(await tarOf(again, revision)).toBe(await tarOf(site, revision));
  });

  it("minisign agrees with the signature", async () => {
    const signature = (await readdir(site)).find((name) => name.endsWith(".minisig")) ?? "";
    const args = ["-Vm", index, "-x", join(site, signature), "-P", key];
    const { error, status, stderr } = spawnSync("minisign", args, { encoding: "utf8" });
    if (error === undefined) expect(status, stderr).toBe(0);
    else expect(process.env["ECFLASH_REQUIRE_TOOLS"], "minisign is not installed").not.toBe("1");
  });

  it("the package that was imported is put on a virtual module", async () => {
    const args = ["flash", "--sim", "wrong-variant:owner", "--label", "EC25AFA-512-STD"];
    const { result, exit } = await host.result([...args, "--index", url, "--key", key]);
    expect(exit, JSON.stringify(result)).toBe(0);
    expect(JSON.stringify(result)).toContain(await planHashOf(EC25A));
  });

  it("one changed byte in the served package stops it, with nothing written", async () => {
    const path = join(site, `${EG25G}.tar`);
    const bytes = await readFile(path);
    const changed = Buffer.from(bytes);
    changed[changed.length >> 1] = (changed[changed.length >> 1] ?? 0) ^ 1;
    await writeFile(path, changed);
    const env = { ECFLASH_CACHE_DIR: join(host.directory, "empty-cache") };
    const args = ["fetch", "--label", "EG25GGB-256-SGNS", "--index", url, "--key", key];
    const { exit, stdout, stderr } = await host.run(args, { env });
    await writeFile(path, bytes);
    expect(exit).toBe(5);
    expect(stdout + stderr).toContain("[package-hash]");
  });
});

async function planHashOf(revision: string): Promise<string> {
  return (await json<{ planHash: string }>("package", "show", join(site, `${revision}.tar`))).planHash;
}
