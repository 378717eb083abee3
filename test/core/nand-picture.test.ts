import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pictureOf } from "../../src/core/nand-picture.js";
import type { VendorStep } from "../../src/core/steps.js";
import { eraseOf, fileOf, GEOMETRY, GGB_MAP, programOf, vendorOrder } from "./nand.js";

const draw = (steps: readonly VendorStep[], map = GGB_MAP) => pictureOf(map, GEOMETRY, steps);
const stateOf = (name: string | null, steps: readonly VendorStep[]) =>
  draw(steps).find((place) => place.name === name)?.state;

describe("the picture of a NAND", () => {
  it("of a stock package: images written, calibration protected, the rest untouched", () => {
    const places = draw(vendorOrder());
    const named = (wanted: string) => places.filter(({ state }) => state === wanted).map(({ name }) => name);
    expect(named("protected")).toEqual(["EFS2", "sys_rev", "RAWDATA", "cust_info", "sec"]);
    expect(named("untouched")).toEqual(["misc", "usr_data"]);
    expect(named("written")).toHaveLength(10);
    expect(places).toHaveLength(17);
  });

  it("tells an erase alone, and a step where none may be: a protected partition, a gap, behind the map", () => {
    expect(stateOf("usr_data", [eraseOf("usr_data")])).toBe("erased");
    expect(stateOf("EFS2", [eraseOf("EFS2")])).toBe("trespass");
    const beyond: VendorStep = { kind: "erase", line: 1, startSector: 2048 * 64, sectorCount: 64 };
    expect(draw([beyond]).at(-1)).toMatchObject({
      name: null,
      startBlock: 2048,
      blockCount: 1,
      state: "trespass",
    });
    const gapped = { partitions: GGB_MAP.partitions.filter(({ name }) => name !== "TZ") };
    expect(draw([], gapped).find(({ name }) => name === null)).toMatchObject({
      startBlock: 206,
      blockCount: 12,
      state: "untouched",
    });
  });

  it("says how much of a partition its image fills, once for the same image twice", () => {
    const half = programOf("TZ", fileOf("tz.mbn", 6 * 64 * 2048));
    expect(draw([half, half]).find(({ name }) => name === "TZ")).toMatchObject({
      fill: 0.5,
      writtenBytes: 6 * 64 * 2048,
    });
  });

  it("has every block in one place, whatever the steps", () => {
    const step = fc.record({ startSector: fc.nat(140_000), sectorCount: fc.integer({ min: 1, max: 9000 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 5 }), (ranges) => {
        const places = draw(ranges.map((range): VendorStep => ({ kind: "erase", line: 1, ...range })));
        let next = 0;
        for (const { startBlock, blockCount } of places) {
          expect(startBlock).toBe(next);
          next += blockCount;
        }
        expect(next).toBeGreaterThanOrEqual(2048);
      }),
    );
  });
});
