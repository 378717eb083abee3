import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isEcflashError } from "../../src/core/errors.js";
import type { PartitionMap } from "../../src/core/maps.js";
import { buildMibib, checkMibibSum, parseMibib } from "../../src/protocol/mibib.js";
import { EC25_EFA_MAP, EC25_EUGA_MAP, EG25_GGB_MAP, withLongerEfs2 } from "../../src/sim/vendor/maps.js";

const PAGE = { pageSizeBytes: 2048 };

const anyMap: fc.Arbitrary<PartitionMap> = fc
  .uniqueArray(fc.stringMatching(/^[A-Za-z0-9_]{1,14}$/), { minLength: 1, maxLength: 32 })
  .chain((names) =>
    fc.tuple(
      fc.constant(names),
      fc.array(fc.tuple(fc.nat(50), fc.integer({ min: 1, max: 5000 })), {
        minLength: names.length,
        maxLength: names.length,
      }),
    ),
  )
  .map(([names, sizes]) => {
    let next = 0;
    return {
      partitions: names.map((name, index) => {
        const [gap, blockCount] = sizes[index] ?? [0, 1];
        const startBlock = next + gap;
        next = startBlock + blockCount;
        return { name, startBlock, blockCount };
      }),
    };
  });

function reasonOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (isEcflashError(error, "map-unreadable")) return error.facts.reason;
    throw error;
  }
  throw new Error("it was accepted");
}

/** A good MIBIB with one 32-bit word of the table changed. */
function withWord(at: number, value: number, map: PartitionMap = EG25_GGB_MAP): Uint8Array {
  const bytes = buildMibib(map, PAGE);
  new DataView(bytes.buffer).setUint32(at, value, true);
  return bytes;
}

const ENTRY = (index: number) => 2048 + 16 + index * 28;

describe("MIBIB", () => {
  it("gives back every map it was built from, whatever follows the four pages", () => {
    fc.assert(
      fc.property(anyMap, fc.constantFrom(2048, 4096), fc.uint8Array(), (map, pageSizeBytes, tail) => {
        const built = buildMibib(map, { pageSizeBytes });
        expect(built.length).toBe(4 * pageSizeBytes);
        const bytes = new Uint8Array([...built, ...tail]);
        expect(parseMibib(bytes, { pageSizeBytes })).toEqual(map);
        expect(checkMibibSum(bytes, { pageSizeBytes })).toBe("good");
      }),
      { numRuns: 40 },
    );
  });

  it("answers junk with map-unreadable and nothing else", () => {
    const junk = fc.uint8Array({ maxLength: 300 });
    const damaged = fc
      .tuple(anyMap, fc.array(fc.tuple(fc.nat(4 * 2048 - 1), fc.nat(255)), { minLength: 1, maxLength: 30 }))
      .map(([map, hits]) => {
        const bytes = buildMibib(map, PAGE);
        for (const [at, value] of hits) bytes[at] = value;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(junk, damaged), fc.nat(4 * 2048), (bytes, length) => {
        try {
          parseMibib(bytes.subarray(0, length), PAGE);
        } catch (error) {
          expect(isEcflashError(error, "map-unreadable")).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("has the words and the little-endian layout of domain.md 4.4b", () => {
    const hex = Buffer.from(buildMibib(EG25_GGB_MAP, PAGE)).toString("hex");
    expect(hex.slice(0, 24)).toBe("ac9f56fe7a127fcd04000000");
    expect(hex.slice(2048 * 2, 2048 * 2 + 32)).toBe("aa73ee55dbbd5ee30400000011000000");
    expect(hex.slice(ENTRY(2) * 2, (ENTRY(2) + 24) * 2)).toBe(
      `${Buffer.from("0:EFS2").toString("hex").padEnd(32, "0")}1400000088000000`,
    );
  });

  it("refuses what no proof can rest on", () => {
    const parse = (bytes: Uint8Array) => reasonOf(() => parseMibib(bytes, PAGE));
    const good = buildMibib(EG25_GGB_MAP, PAGE);
    expect(parse(good.subarray(0, 2100))).toMatch("cut off");
    expect(parse(withWord(0, 0))).toMatch("no MIBIB header");
    expect(parse(withWord(8, 3))).toMatch("no MIBIB header");
    expect(reasonOf(() => parseMibib(good, { pageSizeBytes: 4096 }))).toMatch("page size");
    expect(parse(withWord(2048 + 12, 0))).toMatch("counts 0");
    expect(parse(withWord(2048 + 12, 33))).toMatch("counts 33");
    expect(parse(withWord(ENTRY(0), 0x42533a31))).toMatch("name");
    expect(parse(withWord(ENTRY(1) + 16, 9))).toMatch("SBL and MIBIB overlap");
    expect(parse(withWord(ENTRY(3) + 20, 0))).toMatch("sys_rev is empty");
    expect(reasonOf(() => parseMibib(good, { ...PAGE, totalBlocks: 2047 }))).toMatch("beyond");
  });

  it("takes a last partition that reaches to the end only when the NAND's size is known", () => {
    const last = EG25_GGB_MAP.partitions.length - 1;
    const open = withWord(ENTRY(last) + 20, 0xffffffff);
    expect(reasonOf(() => parseMibib(open, PAGE))).toMatch("unknown");
    expect(parseMibib(open, { ...PAGE, totalBlocks: 2048 })).toEqual(EG25_GGB_MAP);
    const middle = withWord(ENTRY(2) + 20, 0xffffffff);
    expect(reasonOf(() => parseMibib(middle, { ...PAGE, totalBlocks: 2048 }))).toMatch("not the last");
  });

  it("tells a checksum that fits from one that does not and from none", () => {
    const bytes = buildMibib(EG25_GGB_MAP, PAGE);
    expect(checkMibibSum(bytes.subarray(0, 3 * 2048), PAGE)).toBe("absent");
    bytes[ENTRY(4) + 20] = 11;
    expect(checkMibibSum(bytes, PAGE)).toBe("differs");
  });
});

describe("maps of known projects", () => {
  it("fill their NAND without a gap", () => {
    for (const [map, total] of [
      [EC25_EFA_MAP, 2048],
      [EG25_GGB_MAP, 2048],
      [EC25_EUGA_MAP, 4096],
    ] as const) {
      expect(parseMibib(buildMibib(map, PAGE), { ...PAGE, totalBlocks: total })).toEqual(map);
      expect(map.partitions.reduce((sum, { blockCount }) => sum + blockCount, 0)).toBe(total);
    }
  });

  it("stand where domain.md 4.4 has them, in sectors", () => {
    const startsOf = (map: PartitionMap, names: readonly string[]) =>
      names.map(
        (name) => (map.partitions.find((partition) => partition.name === name)?.startBlock ?? -1) * 64,
      );
    expect(
      startsOf(EC25_EFA_MAP, [
        "MIBIB",
        "EFS2",
        "sys_rev",
        "RAWDATA",
        "TZ",
        "RPM",
        "aboot",
        "boot",
        "modem",
        "system",
      ]),
    ).toEqual([640, 1280, 6912, 8192, 8960, 9280, 9664, 9984, 24000, 77056]);
    expect(
      startsOf(EG25_GGB_MAP, [
        "sys_rev",
        "RAWDATA",
        "TZ",
        "RPM",
        "cust_info",
        "aboot",
        "boot",
        "usr_data",
        "sec",
        "system",
      ]),
    ).toEqual([9984, 12544, 13184, 13952, 14528, 15552, 16320, 62336, 93056, 93312]);
    expect(startsOf(EC25_EUGA_MAP, ["sys_rev", "RAWDATA", "cust_info", "oemapp", "TZ", "system"])).toEqual([
      12544, 15104, 16640, 17536, 19072, 152448,
    ]);
  });

  it("can have a longer EFS2 inside the same total", () => {
    const longer = withLongerEfs2(EC25_EFA_MAP, 4);
    const at = (name: string) => longer.partitions.find((partition) => partition.name === name);
    expect(at("EFS2")).toEqual({ name: "EFS2", startBlock: 20, blockCount: 92 });
    expect(at("TZ")).toEqual({ name: "TZ", startBlock: 144, blockCount: 5 });
    expect(at("system")).toEqual({ name: "system", startBlock: 1208, blockCount: 840 });
    expect(() => withLongerEfs2(EC25_EFA_MAP, 844)).toThrow(RangeError);
  });
});
