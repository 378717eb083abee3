import { describe, expect, it } from "vitest";
import type { CacheRow } from "../../src/core/cache-report.js";
import { cacheJson, cacheText, type CacheTold } from "../../src/ui/cache.js";
import { shippedSchema } from "../schemas.js";
import { HOSTILE } from "./judgements.js";

const ID = "3f".repeat(32);
const ROW: CacheRow = {
  id: ID,
  revision: "EC25AFAR05A07M4G_30.005.30.005",
  state: "complete",
  sizeBytes: 41_943_040,
  lastUsed: "2026-05-01T12:34:56.000Z",
  neededBy: null,
};
const told = (rows: readonly CacheRow[], rest: Partial<CacheTold> = {}): CacheTold => ({
  cacheDir: "/var/cache/ecflash",
  rows,
  pruned: false,
  dryRun: false,
  ...rest,
});

const ROWS: readonly CacheRow[] = [
  { ...ROW, neededBy: "1-1.2" },
  { ...ROW, state: "partial", revision: null, fault: null },
  { ...ROW, fault: { what: "tree", reason: "its files are not those of the archive" } },
  { ...ROW, fate: "removed", why: "it is only partly there" },
  { ...ROW, fate: "kept", why: "process 7 is at work on it" },
];

describe("the cache as text", () => {
  it("is a line a package, with what was found or done", () => {
    const lines = cacheText(told(ROWS)).trimEnd().split("\n");
    expect(lines).toHaveLength(ROWS.length);
    for (const line of lines) expect(line).toMatch(/^3f3f3f3f3f3f {2}.* 40\.0 MiB {2}2026-05-01 12:34 {2}/);
    expect(lines[0]).toMatch(/needed by the run at 1-1\.2$/);
    expect(lines[1]).toMatch(/partial .*\(not unpacked\) {2}good$/);
    expect(lines[2]).toMatch(/BROKEN, tree: its files/);
    expect(lines[3]).toMatch(/removed: it is only partly there$/);
    expect(lines[4]).toMatch(/kept: process 7/);
  });

  it("says of a dry run that nothing was done, and of what is empty where it looked", () => {
    expect(cacheText(told(ROWS.slice(3), { dryRun: true, pruned: true }))).toMatch("would be removed: it is");
    expect(cacheText(told([]))).toBe("no package in /var/cache/ecflash\n");
    expect(cacheText(told([], { pruned: true }))).toBe("nothing to remove in /var/cache/ecflash\n");
  });

  it("lets no name of a folder write on the terminal", () => {
    const text = cacheText(told([{ ...ROW, revision: HOSTILE }]));
    expect(text.trimEnd()).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  });
});

describe("the cache as JSON", () => {
  it("is what the shipped schema says", async () => {
    const schema = await shippedSchema("ecflash.cache-1");
    for (const rows of [ROWS, []])
      expect(schema.safeParse(JSON.parse(cacheJson(told(rows)))).error).toBeUndefined();
    expect(schema.safeParse({ ...JSON.parse(cacheJson(told([]))), more: 1 }).success).toBe(false);
  });
});
