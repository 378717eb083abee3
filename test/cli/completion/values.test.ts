import { Option } from "commander";
import { describe, expect, it } from "vitest";
import { valuesOf } from "../../../src/cli/completion/values.js";
import { readDeclarations } from "../../../src/core/declaration.js";
import { parseRevision } from "../../../src/core/revision.js";
import { loadFacts } from "../../../src/manifest/load.js";
import { findScenario } from "../../../src/manifest/scenarios.js";

const facts = await loadFacts();
const listOf = async (flags: string) => {
  const values = await valuesOf(new Option(flags, ""));
  return values === "files" ? [] : values.map(({ value }) => value);
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
      expect(await valuesOf(new Option(flags, ""))).toBe("files");
    expect(await valuesOf(new Option("--index <url>", ""))).toEqual([]);
  });

  it("port paths are those of modules on this host, whatever is plugged", async () => {
    for (const path of await listOf("--port <path>")) expect(path).toMatch(/^\d+-\d+(\.\d+)*$/);
  });
});
