import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { EXIT, OUTCOME_EXIT } from "../../src/core/exits.js";
import { calibrationDifferences, sameGeometry } from "../../src/core/maps.js";
import { findScenario, listScenarios, loadScenario, parseScenario } from "../../src/manifest/scenarios.js";
import { geometryOf, mapOf, releaseTree } from "../../src/sim/images.js";
import type { Scenario } from "../../src/sim/scenario.js";
import { moduleOf, worldOf } from "./host.js";

const directory = fileURLToPath(new URL("../../manifests/scenarios", import.meta.url));
const names = await listScenarios(directory);

describe("shipped scenarios", () => {
  it("are these", () => {
    expect(names).toEqual([
      "calibration-lost",
      "clone",
      "compositions",
      "custom-firmware",
      "cut-in-flash",
      "diag-off",
      "dump",
      "ec20-ce",
      "ec21",
      "edl",
      "eg25-g",
      "fastboot",
      "foreign-edl",
      "geometry-differs",
      "healthy",
      "map-differs",
      "rndis",
      "silent",
      "two-modules",
      "wrong-variant",
    ]);
  });

  it.each(names)("%s loads, makes a world, and offers a package", async (name) => {
    const scenario: Scenario = await loadScenario(directory, name);
    const world = worldOf(scenario);
    expect(await world.bus.list()).toHaveLength(scenario.modules.length);
    expect(moduleOf(world).nand.errors).toEqual([]);
    const tree = releaseTree(scenario.release);
    const bytes = [...tree.values()].reduce((sum, file) => sum + file.length, 0);
    expect(bytes).toBeGreaterThan(3 * 1024 * 1024);
    expect(bytes).toBeLessThan(6 * 1024 * 1024);
    const { outcome, exit } = scenario.expect.flash;
    expect(exit).toBe(
      Object.hasOwn(OUTCOME_EXIT, outcome) ? OUTCOME_EXIT[outcome as "done"] : EXIT.hostNotReady,
    );
  });

  it("differ from their package in what their name says", async () => {
    const differences = async (name: string) => {
      const { modules, release } = await loadScenario(directory, name);
      const nand = modules[0]?.nand;
      if (nand === undefined) throw new Error(name);
      return {
        geometry: sameGeometry(geometryOf(nand), geometryOf(release)),
        maps: calibrationDifferences(mapOf(release), mapOf(nand)).length,
      };
    };
    expect(await differences("wrong-variant")).toEqual({ geometry: true, maps: 0 });
    expect(await differences("map-differs")).toEqual({ geometry: true, maps: 3 });
    expect((await differences("geometry-differs")).geometry).toBe(false);
  });
});

describe("the loader", () => {
  const text = readFileSync(`${directory}/healthy.json`, "utf8");
  const broken = (change: (scenario: { modules: Record<string, unknown>[] }) => void) => {
    const scenario = JSON.parse(text) as { modules: Record<string, unknown>[] };
    change(scenario);
    return () => parseScenario(JSON.stringify(scenario), "x.json");
  };
  const invalid = expect.objectContaining({ code: "manifest-invalid" }) as Error;

  it("refuses unknown keys, at every depth", () => {
    expect(broken((scenario) => Object.assign(scenario, { extra: 1 }))).toThrow(invalid);
    expect(broken(({ modules }) => Object.assign(modules[0] ?? {}, { switches: { fast: true } }))).toThrow(
      invalid,
    );
    expect(() => parseScenario("{", "x.json")).toThrow(invalid);
  });

  it("refuses an IMEI that could be somebody's", () => {
    const nv = { imei: `1${"0".repeat(14)}`, serial: "S", bandGw: "0x260", bandLte: "0x80a" };
    expect(broken(({ modules }) => Object.assign(modules[0] ?? {}, { nv }))).toThrow(invalid);
  });

  it("takes a site's own file by its path, and a shipped one by its name", async () => {
    const own = { ...(JSON.parse(text) as object), name: "rack-3" };
    const directoryOfSite = mkdtempSync(join(tmpdir(), "ecflash-site-"));
    try {
      const path = join(directoryOfSite, "rack.json");
      writeFileSync(path, JSON.stringify(own));
      expect((await findScenario(path)).name).toBe("rack-3");
      expect((await findScenario("healthy")).name).toBe("healthy");
      await expect(findScenario(join(directoryOfSite, "none.json"))).rejects.toMatchObject({
        code: "input-unreadable",
      });
    } finally {
      rmSync(directoryOfSite, { recursive: true });
    }
  });

  it("names the known scenarios when one is not", async () => {
    await expect(loadScenario(directory, "nothing")).rejects.toMatchObject({
      code: "scenario-unknown",
      facts: { known: names },
    });
  });
});
