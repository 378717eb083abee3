import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { vendorFolder } from "../../src/flow/demo/vendor-folder.js";
import { loadFacts } from "../../src/manifest/load.js";
import { findScenario } from "../../src/manifest/scenarios.js";

const facts = await loadFacts();
const scenario = await findScenario("wrong-variant");
const DAY_MS = 86_400_000;
const START = new Date("2026-03-01T00:00:00Z");
const days = (count: number) => new Date(START.getTime() + count * DAY_MS);
let directory = "";
let stateDir = "";

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "ecflash-vendor-"));
  stateDir = join(directory, "state");
  await mkdir(join(stateDir, "indexes"), { recursive: true });
  await writeFile(join(stateDir, "indexes", "virtual.json"), "what the bench remembers");
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const vendor = (now: Date) => vendorFolder({ directory, stateDir }, scenario, facts, now);
const archivesOf = async (url: string) =>
  (JSON.parse(await readFile(url, "utf8")) as { releases: { archive: { sha256: string } }[] }).releases.map(
    ({ archive }) => archive.sha256,
  );

it("stays while its index is in force", async () => {
  const first = await vendor(days(0));
  await mkdir(join(stateDir, "indexes"), { recursive: true });
  await writeFile(join(stateDir, "indexes", "virtual.json"), "what the bench remembers");
  expect(await vendor(days(29))).toEqual(first);
  expect(await readFile(join(stateDir, "indexes", "virtual.json"), "utf8")).toBe("what the bench remembers");
});

it("is made anew when the index expired, with the same packages, and the bench forgets the old one", async () => {
  const first = await vendor(days(0));
  const before = await archivesOf(first.url);
  await mkdir(join(stateDir, "indexes"), { recursive: true });
  const later = await vendor(days(31));
  expect(later.url).toBe(first.url);
  expect(later.publicKeys).not.toEqual(first.publicKeys);
  expect(await archivesOf(later.url)).toEqual(before);
  await expect(readFile(join(stateDir, "indexes", "virtual.json"))).rejects.toThrow("ENOENT");
});

it("is made anew when an earlier version of ecflash made it", async () => {
  const { url } = await vendor(days(0));
  const index = JSON.parse(await readFile(url, "utf8")) as Record<string, unknown>;
  await writeFile(url, JSON.stringify({ ...index, name: undefined }));
  expect(await archivesOf((await vendor(days(1))).url)).toHaveLength(1);
});
