import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { tryLock } from "../../src/package/fetch/host-lock.js";
import { lockOf } from "../../src/package/fetch/obtain.js";
import { ARCHIVE, CONTENT, expectWhole, fetchIn, serve } from "./fetching.js";
import { everythingIn, temporaryFolder } from "./world.js";

const PATIENT_MS = 60_000;

/** Numbers from 0 to 1, the same in each run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe("processes", () => {
  it.each([1, 2])(
    "killed 25 times at random points, in series %i, resume to the right bytes",
    async (seed) => {
      const random = seeded(seed);
      let cacheDir = await temporaryFolder();
      let kill: () => void = () => undefined;
      let limit = 0;
      const { url, seen } = await serve((bytes) => {
        if (bytes >= limit) kill();
      }, 0);
      for (let kills = 0; kills < 25; ) {
        limit = Math.ceil(random() * 250_000);
        const { child, ended } = fetchIn(cacheDir, url);
        kill = () => child.kill("SIGKILL");
        const { signal, exit } = await ended;
        if (signal === "SIGKILL") kills += 1;
        else {
          expect(exit).toBe(0);
          await expectWhole(cacheDir);
          cacheDir = await temporaryFolder();
        }
      }
      kill = () => undefined;
      const last = await fetchIn(cacheDir, url).ended;
      expect(last.exit).toBe(0);
      await expectWhole(cacheDir);
      expect(seen.ranges.length).toBeGreaterThan(10);
      // Each goes on at another place: none of them began again.
      expect(new Set(seen.ranges).size).toBeGreaterThan(10);
    },
    PATIENT_MS,
  );

  it("that fetch one package at once download it once", async () => {
    const cacheDir = await temporaryFolder();
    const { url, seen } = await serve(() => undefined, 15);
    const ends = await Promise.all([1, 2, 3].map(() => fetchIn(cacheDir, url).ended));
    expect(ends.map(({ exit }) => exit)).toEqual([0, 0, 0]);
    expect(seen.sentBytes).toBe(CONTENT.length);
    expect(ends.flatMap(({ words }) => words).sort()).toEqual([
      "fetched",
      "from cache",
      "from cache",
      "waits",
      "waits",
    ]);
    await expectWhole(cacheDir);
  }, 20_000);

  it("that wait for one that is killed go on at once with what it had", async () => {
    const cacheDir = await temporaryFolder();
    const { url, seen } = await serve((bytes) => {
      if (seen.requests === 1 && bytes > 400_000) first.child.kill("SIGKILL");
    }, 10);
    const first = fetchIn(cacheDir, url);
    while (seen.requests === 0) await new Promise((done) => setTimeout(done, 20));
    const second = await fetchIn(cacheDir, url).ended;
    expect((await first.ended).signal).toBe("SIGKILL");
    expect(second.words).toEqual(["waits", "fetched"]);
    expect(seen.ranges).toHaveLength(1);
    expect(seen.sentBytes).toBeLessThan(CONTENT.length * 1.5);
    await expectWhole(cacheDir);
  }, 20_000);
});

describe("a disk that fails", () => {
  it("is told when a file cannot grow, nothing is half there, and the next fetch works", async () => {
    const cacheDir = await temporaryFolder();
    const { url } = await serve(() => undefined, 0);
    // A limit of the shell's on the size of a file, in blocks of 1024 bytes; without its signal a write says EFBIG.
    const prefix = ["bash", "-c", 'trap "" XFSZ; ulimit -f 300; exec "$@"', "bash"];
    const full = await fetchIn(cacheDir, url, prefix).ended;
    expect(full.exit).toBe(6);
    expect(full.words.join()).toMatch(/"state-unwritable".*EFBIG/);
    expect(await everythingIn(join(cacheDir, "packages", ARCHIVE.sha256))).toEqual([]);
    expect((await fetchIn(cacheDir, url).ended).words).toEqual(["fetched"]);
    await expectWhole(cacheDir);
  }, 20_000);

  it("is told when the cache vanishes in the middle, and the next fetch works", async () => {
    const cacheDir = join(await temporaryFolder(), "cache");
    let isFirst = true;
    const { url } = await serve((bytes) => {
      if (isFirst && bytes > 300_000) {
        isFirst = false;
        void rm(cacheDir, { recursive: true });
      }
    }, 5);
    const cut = await fetchIn(cacheDir, url).ended;
    expect(cut.exit).toBe(6);
    expect(cut.words.join()).toMatch("state-unwritable");
    expect((await fetchIn(cacheDir, url).ended).exit).toBe(0);
    await expectWhole(cacheDir);
  }, 20_000);

  it("is told when the place of the cache is a file, or a folder that others can write", async () => {
    const box = await temporaryFolder();
    await writeFile(join(box, "file"), "x");
    const { url, seen } = await serve(() => undefined);
    expect((await fetchIn(join(box, "file", "cache"), url).ended).words.join()).toMatch("state-unwritable");
    expect((await fetchIn(join(box, "file"), url).ended).words.join()).toMatch(
      /state-unwritable|cache-unsafe/,
    );
    const open = join(box, "open");
    await mkdir(open);
    await chmod(open, 0o777);
    const told = await fetchIn(open, url).ended;
    if (process.getuid?.() === 0) expect(told.words.join()).toMatch(/cache-unsafe.*others can write/);
    else expect(told.exit).toBe(0);
    expect(seen.requests).toBe(process.getuid?.() === 0 ? 0 : 1);
  }, 20_000);
});

describe("a lock of this host", () => {
  it("has one owner among many that find a dead one's, again and again", async () => {
    const path = lockOf(await temporaryFolder(), "x");
    for (let round = 0; round < 10; round += 1) {
      await mkdir(join(path, ".."), { recursive: true });
      await writeFile(`${path}.${1 + round}.lock`, "999999999 1");
      const tries = await Promise.all(Array.from({ length: 12 }, () => tryLock(path)));
      const held = tries.flatMap((one) => (one.kind === "held" ? [one] : []));
      expect(held).toHaveLength(1);
      expect((await tryLock(path)).kind).toBe("owned");
      await held[0]?.release();
    }
    expect(await everythingIn(join(path, ".."))).toEqual([]);
  });

  it("of a process whose number another one has by now is free", async () => {
    const path = lockOf(await temporaryFolder(), "x");
    await mkdir(join(path, ".."), { recursive: true });
    await writeFile(`${path}.1.lock`, `${process.pid} 1`);
    expect((await tryLock(path)).kind).toBe("held");
  });
});
