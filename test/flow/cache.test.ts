import { rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { listCache, pruneCache } from "../../src/flow/cache.js";
import { everythingIn, temporaryFolder } from "../package/world.js";

const WISHES = { olderThanMs: null, partials: true, broken: false, dryRun: false, now: new Date() };

const ID = "3".repeat(64);

async function cacheOfOne() {
  const folder = await temporaryFolder();
  const places = { cacheDir: join(folder, "cache"), stateDir: join(folder, "state") };
  const home = join(places.cacheDir, "packages", ID);
  await mkdir(home, { recursive: true, mode: 0o700 });
  await writeFile(join(home, "archive.part"), "x");
  return { places, home };
}

describe("a package that another prune removes meanwhile", () => {
  it("is passed over by a prune that has it on its list", async () => {
    const { places, home } = await cacheOfOne();
    const signal = new AbortController().signal;
    // Asked between the listing and the lock.
    signal.throwIfAborted = () => rmSync(home, { recursive: true, force: true });
    expect(await pruneCache({ ...places, signal }, WISHES)).toEqual([]);
    expect(await everythingIn(join(places.cacheDir, "locks"))).toEqual([]);
  });

  it("is not in a list, and fails none", async () => {
    for (let round = 0; round < 20; round += 1) {
      const { places } = await cacheOfOne();
      const pruned = pruneCache(places, WISHES);
      const lists = await Promise.all([1, 2, 3, 4].map(() => listCache(places)));
      expect(await pruned).toMatchObject([{ id: ID, fate: "removed" }]);
      for (const rows of lists) expect(rows.length).toBeLessThanOrEqual(1);
      expect(await listCache(places)).toEqual([]);
    }
  });
});
