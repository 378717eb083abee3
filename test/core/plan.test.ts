import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lintSteps } from "../../src/core/lint/steps.js";
import {
  canonicalPlan,
  describeStep,
  makePlan,
  type Plan,
  planBytes,
  type PlanStep,
  type VendorStep,
} from "../../src/core/plan.js";
import {
  eraseOf,
  fileOf,
  GEOMETRY,
  GGB_MAP,
  PROGRAMMER,
  programOf,
  smallVendorOrder,
  vendorOrder,
} from "./nand.js";
import { cutEverywhere } from "./nand-model.js";

function planOf(vendorSteps: readonly VendorStep[]): Plan {
  return makePlan({
    release: "EG25GGBR07A08M2G_30.006.30.006",
    hardwareCode: "EG25GGB",
    geometry: GEOMETRY,
    targetMap: GGB_MAP,
    programmer: PROGRAMMER,
    vendorSteps,
  });
}

/** What no plan may lack. */
const SBL = [eraseOf("SBL"), programOf("SBL", fileOf("sbl1.mbn", 2048))];

const shuffled = (steps: VendorStep[]) =>
  fc.shuffledSubarray(steps, { minLength: steps.length, maxLength: steps.length });

/** The vendor's lines in any order, some of them said twice, and SBL erased in one piece or in two. */
const anyOrder = fc.tuple(fc.boolean(), fc.subarray(smallVendorOrder())).chain(([inTwo, twice]) => {
  const halves = [
    { ...eraseOf("SBL", 90), sectorCount: 320 },
    { ...eraseOf("SBL", 91), startSector: 320, sectorCount: 320 },
  ];
  const isSblErase = (step: VendorStep) => step.kind === "erase" && step.startSector === 0;
  const once = [...smallVendorOrder(), ...twice];
  return shuffled(inTwo ? [...once.filter((step) => !isSblErase(step)), ...halves] : once);
});

const isSbl = ({ partition }: PlanStep) => partition === "SBL";

describe("makePlan", () => {
  it("puts the vendor's order right", () => {
    expect(planOf(vendorOrder()).steps.map(describeStep)).toEqual([
      "erase SBL",
      "erase RPM",
      "erase aboot",
      "erase boot",
      "erase recovery",
      "erase modem",
      "erase recoveryfs",
      "erase system",
      "erase TZ",
      "erase MIBIB",
      "program MIBIB (update/partition_complete_p2K_b128K.mbn)",
      "program TZ (update/tz.mbn)",
      "program RPM (update/rpm.mbn)",
      "program aboot (update/appsboot.mbn)",
      "program boot (update/mdm9607-boot.img)",
      "program recovery (update/mdm9607-recovery.img)",
      "program modem (update/NON-HLOS.ubi)",
      "program recoveryfs (update/mdm9607-recovery.ubi)",
      "program system (update/mdm9607-sysfs.ubi)",
      "program SBL (update/sbl1.mbn)",
    ]);
  });

  it("erases SBL before all else and programs it behind all else, whatever the vendor's order", () => {
    fc.assert(
      fc.property(anyOrder, (vendorSteps) => {
        const { steps } = planOf(vendorSteps);
        const kinds = steps.map((step) => `${step.kind} ${isSbl(step) ? "SBL" : "other"}`);
        const runs = kinds.filter((kind, index) => kind !== kinds[index - 1]);
        expect(runs).toEqual(["erase SBL", "erase other", "program other", "program SBL"]);
        expect(steps[0]?.startSector).toBe(0);
        expect(steps.filter((step) => step.kind === "program" && isSbl(step))).toHaveLength(1);
      }),
    );
  });

  it("does all of the vendor's work and no other, each once", () => {
    const work = (step: VendorStep | PlanStep) =>
      `${step.kind} ${step.startSector} ${step.kind === "erase" ? step.sectorCount : step.file.path}`;
    fc.assert(
      fc.property(anyOrder, (vendorSteps) => {
        const planned = planOf(vendorSteps).steps.map(work).sort();
        expect(planned).toEqual([...new Set(vendorSteps.map(work))].sort());
      }),
    );
  });

  it("cannot be had with a step over EFS2, or with anything else the lint refuses", () => {
    const over = [
      [...vendorOrder(), eraseOf("EFS2"), programOf("EFS2", fileOf("cefs.mbn", 2048))],
      [...vendorOrder(), programOf("TZ", fileOf("tz_other.mbn", 2048))],
      vendorOrder().filter((step) => step.startSector !== 0),
      [],
    ];
    for (const steps of over) expect(() => planOf(steps)).toThrow("plan-unsafe");
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8703 }), fc.integer({ min: 1, max: 2000 }), (from, count) => {
        const step = { kind: "erase", line: 1, startSector: 1280 + from, sectorCount: count } as const;
        expect(() => planOf([...vendorOrder(), step])).toThrow("plan-unsafe");
      }),
    );
  });

  it("takes the pages of a program from its file, rounded up, not from the room the vendor wrote", () => {
    const pagesOf = (sizeBytes: number) =>
      planOf([...SBL, eraseOf("TZ"), { ...programOf("TZ", fileOf("tz.mbn", sizeBytes)), sectorCount: 768 }])
        .steps.filter(({ kind, partition }) => kind === "program" && partition === "TZ")
        .map(({ sectorCount }) => sectorCount)[0];
    expect([pagesOf(1), pagesOf(2048), pagesOf(2049)]).toEqual([1, 1, 2]);
  });
});

it("the vendor's own order cannot even run on a NAND: SBL is programmed where nothing was erased", () => {
  const asWritten = smallVendorOrder().map((step): PlanStep => ({ ...step, partition: "" }));
  expect(() => cutEverywhere(asWritten, GGB_MAP, "ascending", GEOMETRY)).toThrow(
    "page 0 is programmed without an erase",
  );
});

it("a plan in any order of the vendor's lints", () => {
  fc.assert(
    fc.property(anyOrder, (vendorSteps) => {
      const findings = lintSteps({ geometry: GEOMETRY, targetMap: GGB_MAP, vendorSteps });
      expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
    }),
    { numRuns: 20 },
  );
});

describe("the measure and the name of a plan", () => {
  const plan = planOf(vendorOrder());

  it("is measured in bytes that are sent: whole pages of each image, and nothing for erases", () => {
    const tz = programOf("TZ", fileOf("tz.mbn", 2049));
    expect(planBytes(planOf([...SBL, eraseOf("TZ"), tz]))).toBe(2048 + 4096);
    expect(planBytes(planOf([...SBL, eraseOf("TZ")]))).toBe(2048);
  });

  it("is one text for one plan, also from a package that lies elsewhere", () => {
    const elsewhere = vendorOrder().map((step) =>
      step.kind === "erase" ? step : { ...step, file: { ...step.file, path: `other/${step.file.path}` } },
    );
    expect(canonicalPlan(planOf(elsewhere))).toBe(canonicalPlan(plan));
  });

  it.each<[string, Plan]>([
    ["release", { ...plan, release: "EG25GGBR07A08M2G_30.004.30.004" }],
    ["hardware code", { ...plan, hardwareCode: "EG25GGC" }],
    ["geometry", { ...plan, geometry: { ...GEOMETRY, pageSizeBytes: 4096 } }],
    ["programmer", { ...plan, programmer: { ...PROGRAMMER, sha256: "another" } }],
    ["map", { ...plan, targetMap: { partitions: GGB_MAP.partitions.slice(0, -1) } }],
    ["order", { ...plan, steps: plan.steps.toReversed() }],
    [
      "content of an image",
      planOf([
        ...vendorOrder().slice(0, 7),
        programOf("SBL", fileOf("x", 223_176)),
        ...vendorOrder().slice(8),
      ]),
    ],
    [
      "size of an erase",
      planOf(
        vendorOrder().map((step) =>
          step.kind === "erase" && step.line === 1 ? { ...step, sectorCount: 128 } : step,
        ),
      ),
    ],
  ])("is another text when the %s is another", (_, other) => {
    expect(canonicalPlan(other)).not.toBe(canonicalPlan(plan));
  });
});
