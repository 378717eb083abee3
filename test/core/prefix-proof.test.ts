import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Geometry, type PartitionMap, protectedPartitions, sectorsOf } from "../../src/core/maps.js";
import { makePlan, type Plan, type VendorStep } from "../../src/core/plan.js";
import { listScenarios, loadScenario } from "../../src/manifest/scenarios.js";
import { SHIPPED_SCENARIOS } from "../../src/manifest/read.js";
import { parseRawprogram } from "../../src/protocol/rawprogram.js";
import { geometryOf, mapOf, releaseTree } from "../../src/sim/images.js";
import { fileOf, GEOMETRY, GGB_MAP, PROGRAMMER, smallVendorOrder } from "./nand.js";
import { cutEverywhere } from "./nand-model.js";
import { type Boot, cutEverywhere as cutPageByPage, type EraseOrder } from "./nand-model-pages.js";

const ORDERS: readonly EraseOrder[] = ["ascending", "descending"];
/** What a module does with a torn SBL is a named assumption with a switch: nobody has seen it (design.md, "Prefix proof"). */
const TORN = ["falls to EDL", "hangs until BOOT pin"] as const;

function planOf(geometry: Geometry, targetMap: PartitionMap, vendorSteps: readonly VendorStep[]): Plan {
  const named = { release: "EC25AFAR05A07M4G", hardwareCode: "EC25AFA", programmer: PROGRAMMER };
  return makePlan({ ...named, geometry, targetMap, vendorSteps });
}

/** How a module ends after a cut, by the boot rules and the switch. */
function endOf(boot: Boot, torn: (typeof TORN)[number]): string {
  if (boot === "SBL absent") return "falls to EDL";
  return boot === "SBL torn" ? torn : `starts the ${boot}`;
}

/** The proof, for one plan: every cut, in both directions of an erase, with both settings of a torn SBL. */
function prove({ steps, targetMap, geometry }: Plan): void {
  const last = steps.length - 1;
  for (const order of ORDERS) {
    const { cuts, untouched } = cutEverywhere(steps, targetMap, order, geometry);
    for (const { step, boot } of cuts) {
      if (boot === "mixture") throw new Error(`a mixture after a cut in step ${step}`);
      const tornAllowed = step === last || (order === "descending" && step === 0);
      if (boot === "SBL torn" && !tornAllowed) throw new Error(`SBL torn in step ${step}`);
    }
    for (const torn of TORN) {
      const ends = new Set(cuts.map(({ boot }) => endOf(boot, torn)));
      const allowed = ["starts the old whole", "starts the new whole", "falls to EDL", torn];
      for (const end of ends) if (!allowed.includes(end)) throw new Error(`it ends as "${end}"`);
      if (!ends.has("starts the old whole") || !ends.has("starts the new whole") || !ends.has("falls to EDL"))
        throw new Error(`only ${[...ends].join(", ")}: the model saw no whole run`);
    }
    if (!protectedPartitions(targetMap).every(untouched)) throw new Error("a protected partition is touched");
  }
}

const names = await listScenarios(SHIPPED_SCENARIOS);

describe("the prefix proof", () => {
  it.each(names)("holds for the release of the scenario %s", async (name) => {
    const { release } = await loadScenario(SHIPPED_SCENARIOS, name);
    const tree = releaseTree(release);
    const [path, xml] = [...tree].find(([file]) => file.endsWith("_update.xml")) ?? ["", new Uint8Array()];
    const { elements } = parseRawprogram(new TextDecoder().decode(xml), path);
    const steps = elements.map((element): VendorStep => {
      const { kind, line, startSector, sectorCount } = element;
      if (kind === "erase") return { kind, line, startSector, sectorCount };
      const sizeBytes = tree.get(`${release.revision}/${element.path}`)?.length ?? 0;
      return {
        kind,
        line,
        startSector,
        sectorCount,
        file: { path: element.path, sizeBytes, sha256: element.path },
      };
    });
    const geometry = geometryOf(release);
    prove(planOf(geometry, mapOf(release), steps));
  });

  it("holds for a thousand generated packages: maps, sizes, orders, geometries, erases in pieces", () => {
    fc.assert(
      fc.property(generated, ({ geometry, map, steps }) => prove(planOf(geometry, map, steps))),
      { numRuns: 1000 },
    );
  });

  it("is by runs what it is page by page", () => {
    const orders = fc.shuffledSubarray(smallVendorOrder(), { minLength: smallVendorOrder().length });
    fc.assert(
      fc.property(orders, fc.constantFrom(...ORDERS), (vendorSteps, order) => {
        const { steps } = planOf(GEOMETRY, GGB_MAP, vendorSteps);
        const said = (cuts: readonly { step: number; boot: Boot }[]) => [
          ...new Set(cuts.map(({ step, boot }) => `${step} ${boot}`)),
        ];
        const byRuns = cutEverywhere(steps, GGB_MAP, order, GEOMETRY).cuts;
        expect(said(byRuns)).toEqual(said(cutPageByPage(steps, GGB_MAP, order).cuts));
      }),
      { numRuns: 8 },
    );
  });

  it("fails for the orders of other tools", () => {
    const plan = planOf(GEOMETRY, GGB_MAP, smallVendorOrder());
    const sblFirst = {
      ...plan,
      steps: plan.steps.toSorted(
        (a, b) =>
          Number(a.kind === "program") - Number(b.kind === "program") || a.startSector - b.startSector,
      ),
    };
    expect(() => prove(sblFirst)).toThrow("SBL torn in step 10");
    const states = cutEverywhere(sblFirst.steps, GGB_MAP, "ascending", GEOMETRY).cuts.map(({ boot }) => boot);
    expect(states).toContain("mixture");
    const sblErasedLast = {
      ...plan,
      steps: [...plan.steps.slice(1, 10), ...plan.steps.slice(0, 1), ...plan.steps.slice(10)],
    };
    expect(() => prove(sblErasedLast)).toThrow("mixture");
  });
});

/** A map of this family's kind with lengths of its own, and a vendor's steps for some of its partitions in any order. */
const generated = fc
  .record({
    pageSizeBytes: fc.constantFrom(2048, 4096),
    lengths: fc.array(fc.integer({ min: 4, max: 400 }), { minLength: 16, maxLength: 16 }),
    fills: fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 16, maxLength: 16 }),
    written: fc.subarray(["TZ", "RPM", "aboot", "boot", "recovery", "modem", "recoveryfs", "system"]),
    pieces: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 16, maxLength: 16 }),
    seed: fc.array(fc.nat(1000), { minLength: 80, maxLength: 80 }),
    twice: fc.boolean(),
  })
  .map(({ pageSizeBytes, lengths, fills, written, pieces, seed, twice }) => {
    const all = [
      "SBL",
      "MIBIB",
      "EFS2",
      "sys_rev",
      "RAWDATA",
      "TZ",
      "RPM",
      "cust_info",
      "aboot",
      "boot",
      "recovery",
      "modem",
      "misc",
      "recoveryfs",
      "sec",
      "system",
    ];
    let startBlock = 0;
    const partitions = all.map((name, at) => {
      const partition = { name, startBlock, blockCount: lengths[at] ?? 4 };
      startBlock += partition.blockCount;
      return partition;
    });
    const geometry: Geometry = { pageSizeBytes, pagesPerBlock: 64, blockCount: null };
    const steps = partitions
      .filter(({ name }) => ["SBL", "MIBIB", ...written].includes(name))
      .flatMap((partition, at): VendorStep[] => {
        const { start, end } = sectorsOf(partition, geometry);
        const blocks = Math.max(
          1,
          partition.blockCount - Math.max(2, Math.ceil(partition.blockCount * 0.03)),
        );
        const sizeBytes = Math.ceil((fills[at] ?? 1) * blocks * 64 * pageSizeBytes);
        const file = fileOf(partition.name, sizeBytes);
        const program: VendorStep = {
          kind: "program",
          line: at,
          startSector: start,
          sectorCount: end - start,
          file,
        };
        return [program, ...(twice ? [program] : []), ...erasesOf(start, end, pieces[at] ?? 1, at)];
      });
    const order = steps.map((step, at) => ({ step, key: seed[at % seed.length] ?? 0 }));
    return {
      geometry,
      map: { partitions },
      steps: order.sort((a, b) => a.key - b.key).map(({ step }) => step),
    };
  });

function erasesOf(start: number, end: number, pieces: number, line: number): VendorStep[] {
  const blocks = (end - start) / 64;
  const bounds = Array.from(
    { length: pieces + 1 },
    (_, at) => start + Math.floor((blocks * at) / pieces) * 64,
  );
  return bounds.slice(0, -1).map((from, at) => ({
    kind: "erase",
    line,
    startSector: from,
    sectorCount: (bounds[at + 1] ?? end) - from,
  }));
}
