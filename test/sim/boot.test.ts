import { describe, expect, it } from "vitest";
import { type BootInput, bootOutcome, hardwareCodeOf } from "../../src/sim/boot.js";
import { EC25_EFA_LAYOUT } from "../../src/sim/vendor/maps.js";
import {
  changed,
  isEdl,
  isNormal,
  moduleOf,
  rangeOf,
  ready,
  scenarioNamed,
  waitFor,
  worldOf,
} from "./host.js";
import { fill, sblHeader } from "../../src/sim/vendor/content.js";

const { geometry, map } = EC25_EFA_LAYOUT;
const GOOD = "EC25AFAR05A07M4G_30.005.30.005";
const healthy: BootInput = {
  sbl: "loadable",
  map,
  systemRevision: GOOD,
  modemRevision: GOOD,
  hardwareCode: "EC25AFA",
  calibrationIntact: true,
  switches: { tornSbl: "edl", missingImage: "dump" },
};

describe("boot rules", () => {
  const cases: readonly (readonly [string, Partial<BootInput>, object])[] = [
    ["all is well", {}, { kind: "normal", revision: GOOD, cfun: 1, imeiReadable: true }],
    [
      "firmware of another variant",
      { systemRevision: "EC25EFAR06A11M4G" },
      { kind: "normal", cfun: 7, imeiReadable: true },
    ],
    ["firmware of EC25-AF on EC25-A", { systemRevision: "EC25AFFAR07A08M4G" }, { kind: "normal", cfun: 7 }],
    ["calibration lost", { calibrationIntact: false }, { kind: "normal", cfun: 5, imeiReadable: false }],
    [
      "calibration lost, foreign firmware",
      { calibrationIntact: false, systemRevision: "EC25EFAR06A11M4G" },
      { cfun: 5 },
    ],
    ["no SBL", { sbl: "absent" }, { kind: "edl" }],
    ["no SBL and nothing else", { sbl: "absent", map: null, systemRevision: null }, { kind: "edl" }],
    ["torn SBL falls to EDL", { sbl: "torn" }, { kind: "edl" }],
    [
      "torn SBL hangs",
      { sbl: "torn", switches: { ...healthy.switches, tornSbl: "hangs" } },
      { kind: "hangs" },
    ],
    ["no partition map", { map: null }, { kind: "dump" }],
    ["no system", { systemRevision: null }, { kind: "dump" }],
    ["no modem", { modemRevision: null }, { kind: "dump" }],
    [
      "no modem, hanging",
      { modemRevision: null, switches: { ...healthy.switches, missingImage: "hangs" } },
      { kind: "hangs" },
    ],
  ];
  it.each(cases)("%s", (_, change, outcome) => {
    expect(bootOutcome({ ...healthy, ...change })).toMatchObject(outcome);
  });

  it("takes the hardware code whole", () => {
    expect(
      ["EC25AFAR05A07M4G_30.005.30.005", "EC25AFFAR07A08M4G", "EG25GGBR07A08M2G", "0.5.1"].map(
        hardwareCodeOf,
      ),
    ).toEqual(["EC25AFA", "EC25AFFA", "EG25GGB", null]);
  });
});

describe("boot from what is in the NAND", () => {
  const sbl = rangeOf(map, geometry, "SBL");

  it("an erased SBL falls into EDL", async () => {
    const world = worldOf(await scenarioNamed("wrong-variant"));
    const host = await ready(world);
    await host.erase(geometry, sbl);
    await host.endpoint.close();
    moduleOf(world).powerCycle();
    const edl = await waitFor(world, isEdl);
    expect(edl.deviceNumber).toBeGreaterThan(5);
  });

  it.each(["edl", "hangs"] as const)("an SBL written only in part: %s", async (tornSbl) => {
    const world = worldOf(
      await changed("wrong-variant", ({ switches }) => ({
        switches: { ...switches, tornSbl },
        faults: [
          {
            name: "unplug",
            at: { item: "program", partition: "SBL", nth: 1, afterBytes: 8192 },
            times: 1,
            returnMs: null,
            revision: null,
          },
        ],
      })),
    );
    const host = await ready(world);
    await host.erase(geometry, sbl);
    const image = fill(1, "sbl", 40_960, sblHeader());
    await expect(host.program(geometry, 0, image)).rejects.toMatchObject({ code: "module-gone" });
    moduleOf(world).powerCycle();
    if (tornSbl === "edl") await waitFor(world, isEdl);
    else expect(await world.bus.list()).toEqual([]);
  });

  it("an erased modem image is a dump mode under Quectel's ids, with one interface", async () => {
    const world = worldOf(await scenarioNamed("wrong-variant"));
    const host = await ready(world);
    await host.erase(geometry, rangeOf(map, geometry, "modem"));
    await host.reset(0);
    const dump = await waitFor(
      world,
      ({ vendorId, interfaces }) => vendorId === 0x2c7c && interfaces.length === 1,
    );
    expect(dump).toMatchObject({ productId: 0x0125, bcdDevice: 0, product: "QHSUSB__BULK" });
    await expect(world.bus.openEndpoint(dump, 0)).rejects.toMatchObject({ code: "port-unavailable" });
  });

  it("a module that starts in EDL holds its old image and starts after a power cycle", async () => {
    const world = worldOf(await scenarioNamed("edl"));
    expect((await world.bus.list()).every(isEdl)).toBe(true);
    moduleOf(world).powerCycle();
    await waitFor(world, isNormal);
  });
});
