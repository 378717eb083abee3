import { describe, expect, it } from "vitest";
import { sectorsOf } from "../../src/core/maps.js";
import { FirehoseHost } from "../../src/flasher/builtin/firehose-host.js";
import { inspect, readCalibration } from "../../src/flasher/builtin/inspect.js";
import { buildMibib } from "../../src/protocol/mibib.js";
import { GEOMETRY, GGB_MAP } from "../core/nand.js";
import { ACK, FakeEndpoint, hostSays, logged, moduleSays, NAK, RAW_ACK, type Step } from "./fake-endpoint.js";
import { mapWith, PLAN } from "./small-plan.js";

function geometryIs(blocks = 2048, blockBytes = 131_072, pageBytes = 2048): Step[] {
  const info = { total_blocks: blocks, block_size: blockBytes, page_size: pageBytes };
  return [hostSays("getstorageinfo"), moduleSays(logged(JSON.stringify({ storage_info: info })), ACK)];
}

/** MIBIB starts at block 10; its first four pages hold the table. */
const asksForMap = hostSays("read", { start_sector: "640", num_partition_sectors: "4" });

function mapIs(map = GGB_MAP): Step[] {
  return [asksForMap, moduleSays(RAW_ACK), { module: buildMibib(map, GEOMETRY) }, moduleSays(ACK)];
}

const GEOMETRY_UNTOLD: Step[] = [hostSays("getstorageinfo"), moduleSays(NAK)];
const MAP_UNTOLD: Step[] = [asksForMap, moduleSays(logged("not supported"), NAK)];

/** `inspect` with this script; that nothing else was written is seen by the script's end. */
async function look(script: Step[], { unknownIsAllowed = false, plan = PLAN } = {}) {
  const endpoint = new FakeEndpoint(...script);
  const host = new FirehoseHost(endpoint, () => undefined);
  const result = await inspect(host, plan, { unknownIsAllowed }).then(
    (found) => ({ found, error: null }),
    (error: unknown) => ({ found: null, error }),
  );
  endpoint.expectDone();
  return result;
}

describe("inspect", () => {
  it("gives geometry and map of a module whose calibration lies as in the plan's map", async () => {
    const { found, error } = await look([...geometryIs(), ...mapIs()]);
    expect(error).toBeNull();
    expect(found?.geometry).toMatchObject(GEOMETRY);
    expect(found?.currentMap).toEqual(GGB_MAP);
  });

  it("lets partitions behind the calibration move, as ordinary updates do", async () => {
    const moved = mapWith({ sec: { blockCount: 3 }, system: { startBlock: 1457 } });
    expect((await look([...geometryIs(), ...mapIs(moved)])).error).toBeNull();
  });

  it.each([
    ["larger pages", geometryIs(2048, 262_144, 4096)],
    ["larger blocks", geometryIs(2048, 262_144, 2048)],
  ])("refuses %s before it reads anything", async (_name, script) => {
    for (const unknownIsAllowed of [false, true]) {
      const { error } = await look([...script], { unknownIsAllowed });
      expect(error).toMatchObject({ code: "geometry-differs" });
    }
  });

  it("refuses another number of blocks when the plan knows it", async () => {
    const plan = { ...PLAN, geometry: { ...PLAN.geometry, blockCount: 4096 } };
    expect((await look(geometryIs(), { plan })).error).toMatchObject({ code: "geometry-differs" });
  });

  it.each([
    [
      "a longer EFS2",
      mapWith({ EFS2: { blockCount: 137 }, sys_rev: { startBlock: 157, blockCount: 39 } }),
      "EFS2",
    ],
    [
      "a longer RAWDATA",
      mapWith({ RAWDATA: { blockCount: 11 }, TZ: { startBlock: 207, blockCount: 11 } }),
      "RAWDATA",
    ],
    ["no cust_info", mapWith({ cust_info: { name: "oemapp" } }), "cust_info"],
  ])("refuses a module with %s, also where the unknown is allowed", async (_name, map, partition) => {
    const { error } = await look([...geometryIs(), ...mapIs(map)], { unknownIsAllowed: true });
    expect(error).toMatchObject({
      code: "maps-differ",
      facts: { differences: expect.arrayContaining([expect.stringContaining(partition)]) as unknown },
    });
  });

  it("refuses a plan whose step would touch this module's calibration", async () => {
    const [, ...rest] = PLAN.steps;
    const { start } = sectorsOf({ name: "RAWDATA", startBlock: 196, blockCount: 10 }, GEOMETRY);
    const step = { kind: "erase", startSector: start + 639, sectorCount: 64, partition: "TZ" } as const;
    const { error } = await look([...geometryIs(), ...mapIs()], {
      plan: { ...PLAN, steps: [step, ...rest] },
    });
    expect(error).toMatchObject({
      code: "maps-differ",
      facts: { differences: [expect.stringContaining("RAWDATA") as unknown] },
    });
  });

  it("reads a last partition that reaches to the end of the NAND", async () => {
    const toTheEnd = mapWith({ system: { blockCount: 0xffffffff } });
    const { found } = await look([...geometryIs(), ...mapIs(toTheEnd)]);
    const system = found?.currentMap.partitions.at(-1);
    expect(system).toMatchObject({ name: "system" });
    expect((system?.startBlock ?? 0) + (system?.blockCount ?? 0)).toBe(2048);
  });

  it.each([
    ["its geometry", [...GEOMETRY_UNTOLD, ...mapIs()], /geometry/],
    ["its map", [...geometryIs(), ...MAP_UNTOLD], /read/],
    ["anything", [...GEOMETRY_UNTOLD, ...MAP_UNTOLD], /geometry/],
  ])(
    "refuses a programmer that does not tell %s, unless the unknown is allowed",
    async (_name, script, reason) => {
      expect((await look([...script])).error).toMatchObject({
        code: "map-unreadable",
        facts: { reason: expect.stringMatching(reason) as unknown },
      });
      expect(await look([...script], { unknownIsAllowed: true })).toEqual({ found: null, error: null });
    },
  );

  it("allows no difference that it saw, though the geometry stays unknown", async () => {
    const longer = mapWith({ EFS2: { blockCount: 137 }, sys_rev: { startBlock: 157, blockCount: 39 } });
    const { error } = await look([...GEOMETRY_UNTOLD, ...mapIs(longer)], { unknownIsAllowed: true });
    expect(error).toMatchObject({ code: "maps-differ" });
  });

  it("refuses a table that is none, also where the unknown is allowed", async () => {
    const erased: Step[] = [
      asksForMap,
      moduleSays(RAW_ACK),
      { module: new Uint8Array(8192).fill(0xff) },
      moduleSays(ACK),
    ];
    const { error } = await look([...geometryIs(), ...erased], { unknownIsAllowed: true });
    expect(error).toMatchObject({ code: "map-unreadable" });
  });

  it("takes silence for a failure, not for a refusal", async () => {
    const { error } = await look([hostSays("getstorageinfo")], { unknownIsAllowed: true });
    expect(error).toMatchObject({ code: "transfer-timeout" });
    const half = await look([...geometryIs(), asksForMap, moduleSays(RAW_ACK)], { unknownIsAllowed: true });
    expect(half.error).toMatchObject({ code: "transfer-timeout" });
  });
});

describe("readCalibration", () => {
  it("copies every calibration range whole, and measures all of them together", async () => {
    const small = mapWith({
      EFS2: { blockCount: 1 },
      sys_rev: { blockCount: 1 },
      RAWDATA: { blockCount: 1 },
      cust_info: { blockCount: 1 },
    });
    const block = GEOMETRY.pagesPerBlock * GEOMETRY.pageSizeBytes;
    const script = [20, 156, 196, 227].flatMap((startBlock, at): Step[] => [
      hostSays("read", { start_sector: String(startBlock * 64), num_partition_sectors: "64" }),
      moduleSays(RAW_ACK),
      { module: new Uint8Array(block / 2).fill(at) },
      { module: new Uint8Array(block / 2).fill(at) },
      moduleSays(ACK),
    ]);
    const endpoint = new FakeEndpoint(...script);
    const progress: number[] = [];
    const copies = await readCalibration(
      new FirehoseHost(endpoint, () => undefined),
      { geometry: GEOMETRY, currentMap: small },
      (done, total) => progress.push(done / total),
    );
    endpoint.expectDone();
    expect(copies.map(({ name }) => name)).toEqual(["EFS2", "sys_rev", "RAWDATA", "cust_info"]);
    for (const [at, { bytes }] of copies.entries()) expect(bytes).toEqual(new Uint8Array(block).fill(at));
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.at(-1)).toBe(1);
  });
});
