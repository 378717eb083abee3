import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Argument, Option } from "commander";
import { describe, expect, it } from "vitest";
import { valuesOf } from "../../../src/cli/completion/values.js";
import { readDeclarations } from "../../../src/core/declaration.js";
import { parseRevision } from "../../../src/core/revision.js";
import { loadFacts } from "../../../src/manifest/load.js";
import { findScenario } from "../../../src/manifest/scenarios.js";
import { temporaryFolder } from "../../package/world.js";
import { fakeEnvironment } from "../fake-environment.js";

const facts = await loadFacts();
const { environment } = fakeEnvironment();
const listOf = async (flags: string) => {
  const { list } = await valuesOf(new Option(flags, ""), environment);
  return list.map(({ value }) => value);
};

describe("values at the tab key", () => {
  it("every label is one that check takes, and names its code", async () => {
    const labels = await listOf("--label <code>");
    expect(labels).toContain("EC25AFA");
    for (const label of labels) expect(readDeclarations({ label }, facts)[0]?.hardware?.code).toBe(label);
  });

  it("every variant, scenario and release is one that is known", async () => {
    const variants = await listOf("--variant <name>");
    expect(variants).toContain("EC25-A");
    for (const variant of variants) expect(readDeclarations({ variant }, facts)[0]?.variant).toBe(variant);
    const scenarios = await listOf("--sim <scenario[:name]>");
    expect(scenarios).toContain("wrong-variant");
    for (const name of scenarios) await findScenario(name);
    const revisions = await listOf("--require-release <revision>");
    expect(revisions).toContain("EC25EFAR06A11M4G_01.001.01.001");
    for (const text of revisions) expect(parseRevision(text, facts).kind).toBe("revision");
  });

  it("files where a file is wanted, nothing where nothing can be listed", async () => {
    for (const flags of ["--from <file...>", "--output <file>", "--pty [directory]"])
      expect(await valuesOf(new Option(flags, ""), environment)).toEqual({ list: [], files: true });
    expect(await valuesOf(new Option("--index <url>", ""), environment)).toEqual({ list: [], files: false });
  });

  it("a package is a file, or what the cache has by its id", async () => {
    const cacheDir = await temporaryFolder();
    const packages = new Argument("<path|id>", "");
    const there = { ...environment, variables: { ECFLASH_CACHE_DIR: cacheDir } };
    expect(await valuesOf(packages, there)).toEqual({ list: [], files: true });
    await mkdir(join(cacheDir, "packages", "3f".repeat(32), "tree", "EC25AFAR05A07M4G"), { recursive: true });
    const list = [{ value: "3f3f3f3f3f3f", description: "EC25AFAR05A07M4G" }];
    expect(await valuesOf(packages, there)).toEqual({ list, files: true });
  });

  it("port paths are those of modules on this host, whatever is plugged", async () => {
    for (const path of await listOf("--port <path>")) expect(path).toMatch(/^\d+-\d+(\.\d+)*$/);
  });
});
