import { spawnSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { expectWhole, fetchIn, serve } from "./fetching.js";
import { temporaryFolder } from "./world.js";

const PATIENT_MS = 60_000;

/** Root of its own mounts, which end with the process: as root by itself, else in a user namespace. */
const UNSHARE = process.getuid?.() === 0 ? ["unshare", "-m"] : ["unshare", "-rm"];
const MAY_MOUNT =
  spawnSync(UNSHARE[0] ?? "", [...UNSHARE.slice(1), "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;
if (!MAY_MOUNT) console.log("skipped: nothing can be mounted here");

const withMount = (script: string, cacheDir: string) => [...UNSHARE, "bash", "-c", script, cacheDir];

describe.skipIf(!MAY_MOUNT && process.env["ECFLASH_REQUIRE_TOOLS"] !== "1")("a disk of its own", () => {
  it.each([
    ["while the archive arrives", 500],
    ["while it is unpacked", 1200],
  ])(
    "that is full %s: told with the path, all room given back, and the next fetch works",
    async (_when, sizeKb) => {
      const cacheDir = join(await temporaryFolder(), "cache");
      await mkdir(cacheDir);
      const { url } = await serve(() => undefined, 0);
      // Room is given back by a file that goes: a user namespace may mount, but not always remount.
      const script = `mount -t tmpfs -o size=4096k,mode=700 tmpfs "$0" && head -c ${4096 - sizeKb}k /dev/zero > "$0/ballast"
        "$@"; got=$?; rm "$0/ballast"; find "$0" -type f ! -name archive.tar.gz; "$@" && exit $got`;
      const told = await fetchIn(cacheDir, url, withMount(script, cacheDir)).ended;
      const [full = "", ...rest] = told.words;
      expect(full).toMatch(/"state-unwritable".*ENOSPC/);
      expect(full).toContain(cacheDir);
      // Nothing is left between the two but what is proven; and the second is told as fetched or from the cache.
      expect(rest).toEqual([sizeKb < 900 ? "fetched" : "from cache"]);
      expect(told.exit).toBe(6);
    },
    PATIENT_MS,
  );

  it(
    "that is read-only: told with the path, and nothing is asked of the server",
    async () => {
      const cacheDir = join(await temporaryFolder(), "cache");
      await mkdir(cacheDir);
      const { url, seen } = await serve(() => undefined, 0);
      const script = 'mount -t tmpfs -o ro,mode=700 tmpfs "$0" && exec "$@"';
      const told = await fetchIn(cacheDir, url, withMount(script, cacheDir)).ended;
      expect(told.words.join()).toMatch(/"state-unwritable".*(?:EROFS|EACCES)/);
      expect(told.words.join()).toContain(cacheDir);
      expect(told.exit).toBe(6);
      expect(seen.requests).toBe(0);
      expect((await fetchIn(cacheDir, url).ended).words).toEqual(["fetched"]);
      await expectWhole(cacheDir);
    },
    PATIENT_MS,
  );
});
