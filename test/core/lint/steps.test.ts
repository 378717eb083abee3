import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Finding, LintRule } from "../../../src/core/lint/rules.js";
import { lintSteps } from "../../../src/core/lint/steps.js";
import { type PartitionMap, protectedPartitions, sectorsOf } from "../../../src/core/maps.js";
import type { VendorStep } from "../../../src/core/plan.js";
import { eraseOf, fileOf, GEOMETRY, GGB_MAP, partitionOf, programOf, vendorOrder } from "../nand.js";

const BLOCK_BYTES = GEOMETRY.pageSizeBytes * GEOMETRY.pagesPerBlock;

const lint = (vendorSteps: readonly VendorStep[], targetMap: PartitionMap = GGB_MAP): Finding[] =>
  lintSteps({ geometry: GEOMETRY, targetMap, vendorSteps });
const errorsOf = (findings: readonly Finding[]): LintRule[] => [
  ...new Set(findings.filter(({ severity }) => severity === "error").map(({ rule }) => rule)),
];

/** The smallest plan that is whole: SBL, and one image beside it. */
const SBL = [programOf("SBL", fileOf("sbl1.mbn", 223_176), 1), eraseOf("SBL", 2)];
const TZ = fileOf("tz.mbn", 526_844);
const withTz = (...steps: VendorStep[]): VendorStep[] => [...SBL, ...steps];
const raw = (kind: "erase", startSector: number, sectorCount: number): VendorStep => ({
  kind,
  line: 9,
  startSector,
  sectorCount,
});

/** `rows` blocks of aboot (12 blocks), erased and programmed. */
const aboot = (blocks: number) =>
  withTz(eraseOf("aboot"), programOf("aboot", fileOf("appsboot.mbn", blocks * BLOCK_BYTES)));
const modem = (blocks: number) =>
  withTz(eraseOf("modem"), programOf("modem", fileOf("NON-HLOS.ubi", blocks * BLOCK_BYTES)));

describe("a stock tree", () => {
  it("lints clean: the vendor's order is worth notes only, one for each image that a later erase would undo", () => {
    const findings = lint(vendorOrder());
    expect(errorsOf(findings)).toEqual([]);
    expect(findings.map(({ rule, says }) => `${rule}: ${says}`)).toEqual([
      "vendor-order: line 8: program update/sbl1.mbn 0+109 comes before the erase of its own range; the plan puts it behind",
      "vendor-order: line 9: program update/partition_complete_p2K_b128K.mbn 640+4 comes before the erase of its own range; the plan puts it behind",
      "vendor-order: line 10: program update/tz.mbn 13184+258 comes before the erase of its own range; the plan puts it behind",
    ]);
  });

  it("has no notes in the safe order", () => {
    const erasesFirst = vendorOrder().sort((a, b) => a.kind.localeCompare(b.kind));
    expect(lint(erasesFirst)).toEqual([]);
  });
});

describe("each rule: a plan that breaks it, and the nearest that does not", () => {
  const cases: readonly {
    rule: LintRule;
    why: string;
    bad: readonly VendorStep[];
    good: readonly VendorStep[];
  }[] = [
    {
      rule: "touches-protected",
      why: "an erase of TZ that begins one block early is in RAWDATA",
      bad: withTz(raw("erase", 13_184 - 64, 13 * 64)),
      good: withTz(raw("erase", 13_184, 12 * 64)),
    },
    {
      rule: "outside-partition",
      why: "behind the end of the NAND there is nothing",
      bad: withTz(raw("erase", 2048 * 64, 64)),
      good: withTz(raw("erase", 2047 * 64, 64)),
    },
    {
      rule: "spans-partitions",
      why: "an erase that runs over the end of TZ is in RPM",
      bad: withTz(raw("erase", 13_184, 13 * 64)),
      good: withTz(eraseOf("TZ"), eraseOf("RPM")),
    },
    {
      rule: "image-too-large",
      why: "an image one byte longer than TZ would end in RPM",
      bad: withTz(eraseOf("TZ"), eraseOf("RPM"), programOf("TZ", fileOf("tz.mbn", 12 * BLOCK_BYTES + 1))),
      good: withTz(eraseOf("TZ"), programOf("TZ", TZ)),
    },
    {
      rule: "no-room-for-bad-blocks",
      why: "two blocks at least stay spare in a small partition",
      bad: aboot(11),
      good: aboot(10),
    },
    {
      rule: "no-room-for-bad-blocks",
      why: "two in a hundred stay spare in a large one: 419 + 9 = 428",
      bad: modem(420),
      good: modem(419),
    },
    {
      rule: "unaligned",
      why: "an erase of half a block would be refused by the programmer after the first erase was done",
      bad: withTz(raw("erase", 13_184, 11 * 64 + 32)),
      good: withTz(raw("erase", 13_184, 11 * 64)),
    },
    {
      rule: "unaligned",
      why: "an image begins where a block begins",
      bad: withTz(eraseOf("TZ"), { ...programOf("TZ", TZ), startSector: 13_185 }),
      good: withTz(eraseOf("TZ"), { ...programOf("TZ", TZ), startSector: 13_184 + 64 }),
    },
    {
      rule: "empty-step",
      why: "an erase of nothing is a whole-chip erase to the programmer (domain.md 4.2b)",
      bad: withTz(raw("erase", 64, 0)),
      good: withTz(raw("erase", 64, 64)),
    },
    {
      rule: "empty-step",
      why: "an empty image would leave its partition erased",
      bad: [eraseOf("SBL"), programOf("SBL", fileOf("sbl1.mbn", 0))],
      good: [eraseOf("SBL"), programOf("SBL", fileOf("sbl1.mbn", 1))],
    },
    {
      rule: "not-erased-first",
      why: "NAND pages cannot be written twice; the erase stops one block short of the image",
      bad: withTz(raw("erase", 13_184, 4 * 64), programOf("TZ", TZ)),
      good: withTz(raw("erase", 13_184, 5 * 64), programOf("TZ", TZ)),
    },
    {
      rule: "programs-overlap",
      why: "two images in one place; the same image twice is the vendor saying it once",
      bad: withTz(eraseOf("TZ"), programOf("TZ", TZ), programOf("TZ", fileOf("tz_other.mbn", 1))),
      good: withTz(eraseOf("TZ"), programOf("TZ", TZ, 3), programOf("TZ", TZ, 4)),
    },
    {
      rule: "sbl-not-erased",
      why: "a run cut early must find no SBL at all; one block left over is not proven to fall into EDL",
      bad: [programOf("SBL", fileOf("sbl1.mbn", 223_176)), raw("erase", 0, 9 * 64)],
      good: [
        programOf("SBL", fileOf("sbl1.mbn", 223_176)),
        raw("erase", 0, 9 * 64),
        raw("erase", 9 * 64, 64),
      ],
    },
    {
      rule: "sbl-not-once",
      why: "a plan without SBL would leave a module that never starts again",
      bad: [eraseOf("SBL")],
      good: SBL,
    },
    {
      rule: "sbl-not-once",
      why: "SBL twice by the same file is once; by two files it is two",
      bad: [...SBL, { ...programOf("SBL", fileOf("other.mbn", 1), 3), startSector: 5 * 64 }],
      good: [...SBL, programOf("SBL", fileOf("sbl1.mbn", 223_176), 3)],
    },
    {
      rule: "sbl-not-once",
      why: "an SBL that does not begin at sector 0 would not be found by the boot ROM",
      bad: [eraseOf("SBL"), { ...programOf("SBL", fileOf("sbl1.mbn", 223_176)), startSector: 64 }],
      good: [eraseOf("SBL"), programOf("SBL", fileOf("sbl1.mbn", 223_176))],
    },
  ];

  it.each(cases)("$rule: $why", ({ rule, bad, good }) => {
    expect(errorsOf(lint(bad))).toContain(rule);
    expect(errorsOf(lint(good))).toEqual([]);
  });

  it("no-sbl-partition: a map that does not begin with SBL is not one to flash by", () => {
    const nameless = { partitions: GGB_MAP.partitions.filter(({ name }) => name !== "SBL") };
    const renamed = {
      partitions: GGB_MAP.partitions.map((row) => (row.startBlock === 0 ? { ...row, name: "MIBIB" } : row)),
    };
    for (const map of [nameless, renamed, { partitions: [] }])
      expect(errorsOf(lint(vendorOrder(), map))).toEqual(["no-sbl-partition"]);
  });

  it("vendor-order: noted where an erase comes behind its image, not where it comes before", () => {
    const rules = (steps: VendorStep[]) =>
      lint(withTz(...steps)).filter(({ says }) => says.includes("tz.mbn"));
    expect(rules([programOf("TZ", TZ), eraseOf("TZ")])).toMatchObject([
      { rule: "vendor-order", severity: "note" },
    ]);
    expect(rules([eraseOf("TZ"), programOf("TZ", TZ)])).toEqual([]);
  });
});

describe("calibration", () => {
  it("the vendor's factory rawprogram, which programs cefs.mbn over EFS2, is refused by name and range", () => {
    const factory = [...vendorOrder(), eraseOf("EFS2", 30), programOf("EFS2", fileOf("cefs.mbn", 2048), 31)];
    expect(
      lint(factory)
        .filter(({ severity }) => severity === "error")
        .map(({ says }) => says),
    ).toEqual([
      "line 30: erase 1280+8704 touches EFS2, which no update may touch",
      "line 31: program update/cefs.mbn 1280+1 touches EFS2, which no update may touch",
    ]);
  });

  it("no step that reaches one sector of a protected partition passes, wherever it begins", () => {
    const guarded = protectedPartitions(GGB_MAP).map((partition) => sectorsOf(partition, GEOMETRY));
    const sector = fc.integer({ min: 0, max: 131_071 });
    fc.assert(
      fc.property(sector, fc.integer({ min: 1, max: 20_000 }), fc.boolean(), (start, count, isErase) => {
        const step: VendorStep = isErase
          ? raw("erase", start, count)
          : { kind: "program", line: 9, startSector: start, sectorCount: 1, file: fileOf("x", count * 2048) };
        const hits = guarded.some((range) => start < range.end && start + count > range.start);
        expect(errorsOf(lint(withTz(step))).includes("touches-protected")).toBe(hits);
      }),
      { numRuns: 500 },
    );
  });

  it("the room a program names counts as well as its file, since an engine might fill it", () => {
    const step = { ...programOf("MIBIB", fileOf("partition.mbn", 8192)), sectorCount: 641 };
    expect(errorsOf(lint(withTz(eraseOf("MIBIB"), step)))).toContain("touches-protected");
    const modest = { ...step, sectorCount: partitionOf("MIBIB").blockCount * 64 };
    expect(errorsOf(lint(withTz(eraseOf("MIBIB"), modest)))).toEqual([]);
  });
});
