import { describe, expect, it } from "vitest";
import {
  calibrationDifferences,
  calibrationPartitions,
  contains,
  describeGeometry,
  overlaps,
  type PartitionMap,
  protectedPartitions,
  sameGeometry,
  sectorsOf,
  stepsOverCalibration,
} from "../../src/core/maps.js";
import type { VendorStep } from "../../src/core/steps.js";
import { EUGA_MAP, eraseOf, GEOMETRY, GGB_MAP, partitionOf, vendorOrder } from "./nand.js";

const names = (partitions: PartitionMap["partitions"]) => partitions.map(({ name }) => name);

function changed(
  map: PartitionMap,
  name: string,
  change: Partial<PartitionMap["partitions"][number]>,
): PartitionMap {
  return { partitions: map.partitions.map((row) => (row.name === name ? { ...row, ...change } : row)) };
}

describe("sectors", () => {
  it("of a partition are those of the package's rawprogram", () => {
    expect(sectorsOf(partitionOf("EFS2"), GEOMETRY)).toEqual({ start: 1280, end: 9984 });
    expect(sectorsOf(partitionOf("TZ"), GEOMETRY).start).toBe(13_184);
    expect(sectorsOf(partitionOf("system"), GEOMETRY)).toEqual({ start: 93_312, end: 131_072 });
  });

  it("ranges end before their end: neighbours do not overlap", () => {
    expect(overlaps({ start: 0, end: 640 }, { start: 640, end: 1280 })).toBe(false);
    expect(overlaps({ start: 0, end: 641 }, { start: 640, end: 1280 })).toBe(true);
    expect(contains({ start: 0, end: 640 }, { start: 0, end: 640 })).toBe(true);
    expect(contains({ start: 0, end: 640 }, { start: 0, end: 641 })).toBe(false);
  });
});

describe("geometry", () => {
  it("is said in words", () => {
    expect(describeGeometry(GEOMETRY)).toBe("2048-byte pages, 128 KiB blocks, 256 MiB");
    expect(describeGeometry({ pageSizeBytes: 4096, pagesPerBlock: 64, blockCount: null })).toBe(
      "4096-byte pages, 256 KiB blocks",
    );
  });

  it("is the same where one side does not know the number of blocks, and only there", () => {
    expect(sameGeometry({ ...GEOMETRY, blockCount: null }, GEOMETRY)).toBe(true);
    expect(sameGeometry({ ...GEOMETRY, blockCount: 4096 }, GEOMETRY)).toBe(false);
    expect(sameGeometry({ ...GEOMETRY, pageSizeBytes: 4096 }, GEOMETRY)).toBe(false);
    expect(sameGeometry({ ...GEOMETRY, pagesPerBlock: 128 }, GEOMETRY)).toBe(false);
  });
});

describe("what no update may touch", () => {
  it("on an EG25-G: calibration, cust_info and sec", () => {
    expect(names(protectedPartitions(GGB_MAP))).toEqual(["EFS2", "sys_rev", "RAWDATA", "cust_info", "sec"]);
  });

  it("on an EC25-EU: oemapp as well", () => {
    expect(names(protectedPartitions(EUGA_MAP))).toEqual([
      "EFS2",
      "sys_rev",
      "RAWDATA",
      "cust_info",
      "oemapp",
    ]);
  });

  it("a name nobody recorded", () => {
    const map = changed(GGB_MAP, "misc", { name: "persist_2" });
    expect(names(protectedPartitions(map))).toContain("persist_2");
  });

  it("what lies between MIBIB and TZ, even under the name of something that is written elsewhere", () => {
    const map = changed(GGB_MAP, "sys_rev", { name: "usr_data" });
    expect(protectedPartitions(map)).toContainEqual({ name: "usr_data", startBlock: 156, blockCount: 40 });
  });

  it("all behind MIBIB, where the map names no TZ that would end the calibration", () => {
    const map = changed(GGB_MAP, "TZ", { name: "tz_b" });
    expect(names(protectedPartitions(map))).toContain("system");
  });
});

describe("the calibration set of two maps", () => {
  it("is what is copied before a crossing", () => {
    expect(names(calibrationPartitions(GGB_MAP))).toEqual(["EFS2", "sys_rev", "RAWDATA", "cust_info"]);
  });

  it("differs between EG25-G and EC25-EU in every part, and each is said with its blocks", () => {
    expect(calibrationDifferences(GGB_MAP, EUGA_MAP)).toEqual([
      "EFS2: module has blocks 20-195, package expects blocks 20-155",
      "sys_rev: module has blocks 196-235, package expects blocks 156-195",
      "RAWDATA: module has blocks 236-259, package expects blocks 196-205",
      "cust_info: module has blocks 260-273, package expects blocks 227-242",
    ]);
  });

  it("of an EC25-EU is what a stock plan for EG25-G would run through, spotless as that plan is by its own map", () => {
    const ranges = (steps: VendorStep[]) => stepsOverCalibration(steps, EUGA_MAP, GEOMETRY);
    expect(stepsOverCalibration(vendorOrder(), GGB_MAP, GEOMETRY)).toEqual([]);
    expect(calibrationDifferences(GGB_MAP, EUGA_MAP)).not.toEqual([]);
    expect(ranges(vendorOrder().filter(({ kind }) => kind === "erase"))).toEqual([
      "erase 13952+576 would touch this module's sys_rev",
      "erase 15552+768 would touch this module's RAWDATA",
      "erase 16320+3968 would touch this module's RAWDATA",
      "erase 16320+3968 would touch this module's cust_info",
      "erase 13184+768 would touch this module's sys_rev",
    ]);
    expect(ranges([eraseOf("SBL"), eraseOf("modem")])).toEqual([]);
  });

  it("is the same where only what lies behind it moved, as between 30.004 and 30.006 of one code", () => {
    const older = changed(changed(GGB_MAP, "sec", { startBlock: 1466 }), "system", {
      startBlock: 1470,
      blockCount: 578,
    });
    expect(calibrationDifferences(GGB_MAP, older)).toEqual([]);
  });

  it("is the same under the other name of sys_rev", () => {
    expect(calibrationDifferences(GGB_MAP, changed(GGB_MAP, "sys_rev", { name: "cache_efs2" }))).toEqual([]);
  });

  it("differs by one block in length, and by a part that one side lacks", () => {
    expect(calibrationDifferences(GGB_MAP, changed(GGB_MAP, "EFS2", { blockCount: 137 }))).toEqual([
      "EFS2: module has blocks 20-156, package expects blocks 20-155",
    ]);
    expect(calibrationDifferences(GGB_MAP, changed(GGB_MAP, "RAWDATA", { name: "x" }))).toEqual([
      "RAWDATA: module has none, package expects blocks 196-205",
    ]);
  });
});
