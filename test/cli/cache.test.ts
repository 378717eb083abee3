import { mkdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadFacts } from "../../src/manifest/load.js";
import { SHIPPED_SCENARIOS } from "../../src/manifest/read.js";
import { loadScenario } from "../../src/manifest/scenarios.js";
import { tryLock } from "../../src/package/fetch/host-lock.js";
import { lockOf } from "../../src/package/fetch/obtain.js";
import { INDEX, makeSite } from "../flow/site.js";
import { everythingIn, temporaryFolder } from "../package/world.js";
import { shippedSchema } from "../schemas.js";
import { PATIENT_MS, TestHost } from "./binary.js";

interface Row {
  readonly id: string;
  readonly state: string;
  readonly revision: string | null;
  readonly neededBy: string | null;
  readonly fault?: { what: string; reason: string } | null;
  readonly fate?: string;
  readonly why?: string;
}

const facts = await loadFacts();
const schema = await shippedSchema("ecflash.cache-1");
const site = await makeSite(await loadScenario(SHIPPED_SCENARIOS, "wrong-variant"), facts, {
  index: (index) => ({ ...index, expires: "2099-01-01T00:00:00Z" }),
});
const { releases } = JSON.parse(Buffer.from(site.files.get(INDEX) ?? []).toString()) as {
  releases: [{ revision: string; archive: { sha256: string } }];
};
const { revision, archive } = releases[0];

/** A host that fetched the site's release by its name alone, from a stick. */
async function fetched() {
  const host = new TestHost();
  const stick = await temporaryFolder();
  for (const [name, bytes] of site.files) await writeFile(join(stick, name), bytes);
  const fetch = () =>
    host.run(["fetch", "--release", revision, "--index", join(stick, INDEX), "--key", site.publicKey]);
  const first = await fetch();
  const cache = async (...args: string[]) => {
    const finished = await host.run(["cache", ...args, "--format", "json"]);
    if (finished.exit === 2) return { exit: finished.exit, rows: [] };
    const document: unknown = JSON.parse(finished.stdout);
    expect(schema.safeParse(document).error).toBeUndefined();
    const rows = (document as { packages: Row[] }).packages;
    return { exit: finished.exit, rows };
  };
  const cacheDir = join(host.directory, "cache");
  const home = join(cacheDir, "packages", archive.sha256);
  return { host, fetch, first, cache, cacheDir, home, stick };
}

describe("ecflash fetch --release, without a label or a module", () => {
  it(
    "fetches what the revision names, and once more from the cache alone",
    async () => {
      const { first, fetch, host, stick } = await fetched();
      expect(first.exit, first.stdout + first.stderr).toBe(0);
      const archives = [...site.files.keys()].filter((name) => name.endsWith(".tar.gz"));
      for (const name of archives) await writeFile(join(stick, name), "gone");
      expect((await fetch()).exit).toBe(0);
      const args = ["--index", join(stick, INDEX), "--key", site.publicKey];
      expect((await host.run(["fetch", "--release", "R05", ...args])).exit).toBe(2);
      expect((await host.run(["fetch", ...args])).exit).toBe(2);
    },
    PATIENT_MS,
  );
});

describe("ecflash cache", () => {
  it(
    "lists and verifies what is there, and finds a flipped bit in the archive and in each file of the tree",
    async () => {
      const { cache, home } = await fetched();
      const row = { id: archive.sha256, revision, state: "complete", neededBy: null };
      expect(await cache("list")).toMatchObject({ exit: 0, rows: [row] });
      expect(await cache("verify")).toMatchObject({ exit: 0, rows: [{ ...row, fault: null }] });
      for (const [name, what] of [
        ["archive.tar.gz", "archive"],
        [join("tree", revision, "update/sbl1.mbn"), "tree"],
      ] as const) {
        const path = join(home, name);
        const bytes = await readFile(path);
        bytes[100] = (bytes[100] ?? 0) ^ 1;
        await writeFile(path, bytes);
        expect(await cache("verify")).toMatchObject({ exit: 5, rows: [{ fault: { what } }] });
        bytes[100] ^= 1;
        await writeFile(path, bytes);
      }
      expect((await cache("verify")).exit).toBe(0);
    },
    PATIENT_MS,
  );

  it(
    "of an empty host has nothing, and verifies nothing",
    async () => {
      const host = new TestHost();
      const list = await host.run(["cache", "list"]);
      expect(list).toMatchObject({ exit: 0, stdout: `no package in ${join(host.directory, "cache")}\n` });
      expect((await host.run(["cache", "verify"])).exit).toBe(11);
      expect((await host.run(["cache", "prune", "--partials"])).exit).toBe(0);
      expect((await host.run(["cache", "prune"])).exit).toBe(2);
    },
    PATIENT_MS,
  );

  it(
    "prunes by age, what is broken and what is partial, but not what a run needs or another is at work on",
    async () => {
      const { cache, home, host, cacheDir } = await fetched();
      const removed = { rows: [{ id: archive.sha256, fate: "removed" }] };
      expect((await cache("prune", "--older-than", "90d")).rows).toEqual([]);
      const minutesAgo = new Date(Date.now() - 600_000);
      await utimes(home, minutesAgo, minutesAgo);
      const inUse = {
        rows: [{ fate: "kept", why: expect.stringMatching("within the last hour") as unknown }],
      };
      expect(await cache("prune", "--older-than", "5m")).toMatchObject(inUse);
      await utimes(home, new Date(0), new Date(0));
      expect(await cache("prune", "--older-than", "90d", "--dry-run")).toMatchObject(removed);
      expect((await cache("list")).rows).toHaveLength(1);

      const lock = await tryLock(lockOf(cacheDir, archive.sha256));
      const busy = await cache("prune", "--older-than", "90d");
      expect(busy.rows).toMatchObject([{ fate: "kept", why: `process ${process.pid} is at work on it` }]);
      if (lock.kind === "held") await lock.release();

      const journal = join(host.directory, "state", "journal", "1-1.2.json");
      await mkdir(join(journal, ".."), { recursive: true });
      await writeFile(journal, "{");
      expect((await host.run(["cache", "prune", "--older-than", "90d"])).exit).toBe(6);
      await writeFile(journal, JSON.stringify(unfinished()));
      expect((await cache("list")).rows).toMatchObject([{ neededBy: "1-1.2" }]);
      const needed = await cache("prune", "--older-than", "90d");
      expect(needed.rows).toMatchObject([{ fate: "kept" }]);
      await writeFile(journal.replace("1-1.2", "2-1"), JSON.stringify(unfinished("2-1", "0".repeat(64))));
      await writeFile(journal, JSON.stringify(unfinished("1-1.2", "0".repeat(64))));

      await writeFile(join(home, "tree", "more"), "x");
      const partial = join(cacheDir, "packages", "1".repeat(64));
      await mkdir(partial);
      await writeFile(join(partial, "archive.part"), "x");
      expect(await cache("prune", "--broken")).toMatchObject(removed);
      expect(await cache("prune", "--partials")).toMatchObject({
        rows: [{ state: "partial", fate: "removed" }],
      });
      expect(await everythingIn(join(cacheDir, "packages"))).toEqual([]);
    },
    PATIENT_MS,
  );
});

function unfinished(portPath = "1-1.2", archiveSha256 = archive.sha256) {
  return {
    schema: "ecflash.journal/1",
    portPath,
    startedAt: new Date(0).toISOString(),
    bootId: "b",
    identity: { imei: null, serial: null, revision: null },
    declared: { hardwareCode: "EC25AFA", text: "EC25AFA-512-STD" },
    release: revision,
    archiveSha256,
    planHash: "0".repeat(64),
    chipSerial: null,
    edlDeviceNumber: null,
    eraseSent: true,
    written: false,
  };
}
