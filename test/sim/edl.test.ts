import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { parseMibib } from "../../src/protocol/mibib.js";
import { parseStorageInfo } from "../../src/protocol/firehose/storage-info.js";
import { formatFirehose } from "../../src/protocol/firehose/xml.js";
import { diagFrame } from "../../src/protocol/diag.js";
import { FrameReader } from "../../src/protocol/hdlc.js";
import { fill } from "../../src/sim/vendor/content.js";
import { EC25_EFA_LAYOUT } from "../../src/sim/vendor/maps.js";
import { releaseTree } from "../../src/sim/images.js";
import {
  at,
  bootedPort,
  changed,
  DEADLINE_MS,
  edlHost,
  enterEdl,
  flashTree,
  isEdl,
  isNormal,
  moduleOf,
  PROGRAMMER,
  rangeOf,
  ready,
  scenarioNamed,
  waitFor,
  worldOf,
} from "./host.js";

const { geometry, map } = EC25_EFA_LAYOUT;
/** Whole partitions are compared by hash: element by element takes the test runner minutes. */
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("the way into EDL", () => {
  it("shows descriptors of both modes at one port path, with a new device number", async () => {
    const world = worldOf(await scenarioNamed("wrong-variant"));
    const before = await waitFor(world, isNormal);
    expect(
      before.interfaces.map(({ classCode, subclass, endpoints }) => [classCode, subclass, endpoints.length]),
    ).toEqual([
      [0xff, 0xff, 2],
      [0xff, 0, 3],
      [0xff, 0, 3],
      [0xff, 0, 3],
      [0xff, 0xff, 3],
    ]);
    expect(before.interfaces.map(({ tty }) => tty)).toEqual(
      [0, 1, 2, 3].map((n) => `/dev/ttyUSB${n}`).concat([null as never]),
    );
    const edl = await enterEdl(world);
    expect(edl).toMatchObject({ portPath: before.portPath, product: "QHSUSB__BULK", bcdDevice: 0 });
    expect(edl.interfaces).toHaveLength(1);
    expect(edl.deviceNumber).not.toBe(before.deviceNumber);
  });

  it("echoes the frame, then the port dies; the device of before cannot be opened again", async () => {
    const world = worldOf(await scenarioNamed("wrong-variant"));
    const device = await waitFor(world, isNormal);
    const port = await world.bus.openPort(device, 0);
    await port.write(diagFrame("enterEdl"));
    expect(await port.read(DEADLINE_MS)).toEqual(diagFrame("enterEdl"));
    await expect(port.read(DEADLINE_MS)).rejects.toMatchObject({ code: "module-gone" });
    await waitFor(world, isEdl);
    await expect(world.bus.openPort(device, 0)).rejects.toMatchObject({ code: "module-gone" });
    expect(moduleOf(world).recorder.acts).toEqual([{ kind: "diag", payload: "4b650100" }]);
    expect(moduleOf(world).recorder.wroteAnything()).toBe(true);
  });

  it("goes to EDL without an echo when the fault says so, and between log frames when it is chatty", async () => {
    const fault = { item: "edl-switch", partition: null, nth: 1, afterBytes: 0 } as const;
    const quiet = worldOf(
      await changed("healthy", () => ({
        faults: [{ name: "echo-missing", at: fault, times: 1, returnMs: null, revision: null }],
      })),
    );
    const port = await quiet.bus.openPort(await waitFor(quiet, isNormal), 0);
    await port.write(diagFrame("enterEdl"));
    await expect(port.read(DEADLINE_MS)).rejects.toMatchObject({ code: "module-gone" });

    const chatty = worldOf(
      await changed("healthy", ({ switches }) => ({ switches: { ...switches, diagChatty: true } })),
    );
    const noisy = await chatty.bus.openPort(await waitFor(chatty, isNormal), 0);
    await noisy.write(diagFrame("buildId"));
    const frames = new FrameReader();
    const payloads: Uint8Array[] = [];
    while (!payloads.some(([first]) => first === 0x7c)) {
      const bytes = await noisy.read(DEADLINE_MS);
      if (bytes === null) throw new Error("silence");
      for (const frame of frames.push(bytes)) if (frame.kind === "frame") payloads.push(frame.payload);
    }
    expect(payloads.some(([first]) => first === 0x10)).toBe(true);
    const answer = payloads.find(([first]) => first === 0x7c);
    expect(new TextDecoder().decode(answer)).toContain("EC25AFAR05A07M4G");
  });

  it("one host at a time holds an interface", async () => {
    const world = worldOf(await scenarioNamed("healthy"));
    const device = await waitFor(world, isNormal);
    const port = await world.bus.openPort(device, 2);
    await expect(world.bus.openPort(device, 2)).rejects.toMatchObject({ code: "port-held" });
    await port.close();
    expect(await at(await world.bus.openPort(device, 2), "AT")).toContain("OK");
  });
});

describe("Sahara", () => {
  it("says HELLO to whoever comes, gives the chip serial, and says HELLO again", async () => {
    const world = worldOf(await scenarioNamed("wrong-variant"));
    const host = await edlHost(world, await enterEdl(world));
    expect(await host.chipSerial()).toBe(305419896);
    expect(await host.sahara()).toMatchObject({ kind: "hello", version: 2, compatible: 1, mode: 0 });
  });

  it("fetches the programmer: header first, pieces of 4 KiB, then the programmer speaks first", async () => {
    const world = worldOf(await scenarioNamed("wrong-variant"));
    const host = await edlHost(world, await enterEdl(world));
    const said = await host.upload(PROGRAMMER);
    const asked = said.filter((packet) => packet.kind === "read-data");
    expect(asked.slice(0, 3).map(({ offset, lengthBytes }) => [offset, lengthBytes])).toEqual([
      [0, 0x34],
      [0x34, 32],
      [0x54, 4096],
    ]);
    expect(asked.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0)).toBe(PROGRAMMER.length);
    expect(said.at(-1)).toEqual({ kind: "end-image", image: 13, status: 0 });
    await host.sendSahara({ kind: "done" });
    expect(await host.sahara()).toEqual({ kind: "done-response", status: 0 });
    await host.greeting();
    expect(host.logs).toContain("Chip serial num: 305419896");
    expect(host.logs).toContain(
      "Supported Functions: program configure power benchmark read getstorageinfo erase nop ",
    );
    expect(moduleOf(world).programmer?.sha256).toBe(sha256(PROGRAMMER));
  });

  it("refuses what is no programmer, and a reset leads back to normal mode", async () => {
    const world = worldOf(await scenarioNamed("wrong-variant"));
    const host = await edlHost(world, await enterEdl(world));
    expect((await host.upload(new Uint8Array(4096))).at(-1)).toMatchObject({ kind: "end-image", status: 9 });
    await host.sendSahara({ kind: "reset" });
    await waitFor(world, isNormal);
    expect(moduleOf(world).programmer).toBeNull();
  });
});

describe("the programmer", () => {
  it("negotiates the payload", async () => {
    const world = worldOf(await scenarioNamed("wrong-variant"));
    const host = await ready(world);
    const no = await host.configure(1048576);
    expect(no.attributes).toMatchObject({ value: "NAK", MaxPayloadSizeToTargetInBytes: "8192" });
    expect((await host.configure(8192)).attributes).toMatchObject({
      value: "ACK",
      TargetName: "9x07",
      MemoryName: "NAND",
    });
  });

  it.each(["bytes", "pages"] as const)("tells the geometry, the block in %s", async (storageBlockSize) => {
    const world = worldOf(
      await changed("wrong-variant", ({ switches }) => ({ switches: { ...switches, storageBlockSize } })),
    );
    const host = await ready(world);
    expect((await host.command(formatFirehose("getstorageinfo", {}))).attributes["value"]).toBe("ACK");
    const info = host.logs.map(parseStorageInfo).find((found) => found !== null);
    expect(info).toMatchObject({ pageSizeBytes: 4096, pagesPerBlock: 64, blockCount: 2048 });
  });

  it("reads the MIBIB that is in the NAND", async () => {
    const host = await ready(worldOf(await scenarioNamed("map-differs")));
    const bytes = await host.read(geometry, { start: 640, end: 644 });
    const read = parseMibib(bytes, { pageSizeBytes: 4096, totalBlocks: 2048 });
    expect(read.partitions.find(({ name }) => name === "EFS2")).toEqual({
      name: "EFS2",
      startBlock: 20,
      blockCount: 104,
    });
  });

  it.each([8192, 1000, 512])(
    "erases, programs in transfers of %i bytes and reads back",
    async (transferBytes) => {
      const world = worldOf(await scenarioNamed("wrong-variant"));
      const host = await ready(world);
      const misc = rangeOf(map, geometry, "misc");
      const image = fill(9, "image", 30_000);
      expect((await host.erase(geometry, misc)).attributes["value"]).toBe("ACK");
      const done = await host.program(geometry, misc.start, image, transferBytes);
      expect(done.attributes).toMatchObject({ value: "ACK", rawmode: "false" });
      expect(host.logs).toContain(`Finished sector address ${misc.start + 8}`);
      const back = await host.read(geometry, { start: misc.start, end: misc.start + 9 });
      expect(sha256(back.subarray(0, image.length))).toBe(sha256(image));
      expect(back.subarray(8 * 4096).every((byte) => byte === 0xff)).toBe(true);
      expect(sha256(moduleOf(world).nandBytes("misc").subarray(0, image.length))).toBe(sha256(image));
      expect(moduleOf(world).nand.errors).toEqual([]);
    },
  );

  it("skips bad blocks and says so; what it wrote reads back behind them", async () => {
    const misc = rangeOf(map, geometry, "misc");
    const bad = misc.start / 64;
    const world = worldOf(
      await changed("wrong-variant", ({ nand }) => ({ nand: { ...nand, badBlocks: [bad] } })),
    );
    const host = await ready(world);
    await host.erase(geometry, misc);
    await host.program(geometry, misc.start, fill(9, "image", 4096));
    expect(host.logs.filter((line) => line === `Skipping: bad block 0x${bad.toString(16)}`)).toHaveLength(2);
    const written = moduleOf(world).nand.read({ start: misc.start + 64, end: misc.start + 65 });
    expect(written).toEqual(fill(9, "image", 4096));
  });

  const place = { PAGES_PER_BLOCK: 64, SECTOR_SIZE_IN_BYTES: 4096, physical_partition_number: 0 };
  const refusals = [
    [
      "an unaligned erase",
      "erase",
      { ...place, num_partition_sectors: 64, start_sector: 32 },
      "start_sector unaligned",
    ],
    [
      "half a block",
      "erase",
      { ...place, num_partition_sectors: 32, start_sector: 64 },
      "num_partition_sectors unaligned",
    ],
    [
      "another block size",
      "erase",
      { ...place, PAGES_PER_BLOCK: 32, num_partition_sectors: 64, start_sector: 0 },
      "'PAGES_PER_BLOCK'=32 must be equal",
    ],
    [
      "another page size",
      "program",
      { ...place, SECTOR_SIZE_IN_BYTES: 2048, num_partition_sectors: 1, start_sector: 0 },
      "'SECTOR_SIZE_IN_BYTES'=2048 must be equal",
    ],
    [
      "an erase beyond the end",
      "erase",
      { ...place, num_partition_sectors: 128, start_sector: 131008 },
      "exceeding total number of blocks",
    ],
    [
      "a read beyond the end",
      "read",
      { ...place, num_partition_sectors: 2, start_sector: 131071 },
      "beyond total sectors",
    ],
    [
      "a program that is unaligned",
      "program",
      { ...place, num_partition_sectors: 1, start_sector: 65 },
      "start_sector unaligned",
    ],
    ["a tag it does not have", "patch", { value: 0 }, "not a function"],
  ] as const;
  it.each(refusals)("refuses %s and changes nothing", async (_, name, attributes, words) => {
    const world = worldOf(await scenarioNamed("wrong-variant"));
    const before = moduleOf(world).nandHash();
    const host = await ready(world);
    expect((await host.command(formatFirehose(name, attributes))).attributes["value"]).toBe("NAK");
    expect(host.logs.join("\n")).toContain(words);
    expect(moduleOf(world).nandHash()).toBe(before);
  });

  it("an erase without a range takes the whole chip, calibration too", async () => {
    const world = worldOf(await scenarioNamed("wrong-variant"));
    const host = await ready(world);
    const xml = formatFirehose("erase", { PAGES_PER_BLOCK: 64, SECTOR_SIZE_IN_BYTES: 4096 });
    expect((await host.command(xml)).attributes["value"]).toBe("ACK");
    expect(host.logs).toContain("Erasing entire FLASH chip");
    expect(moduleOf(world).nand.hashBlocks(0, 2048)).toBe(sha256(new Uint8Array()));
  });

  it("puts one log behind a response when the switch says so, and refuses what switches refuse", async () => {
    const world = worldOf(
      await changed("wrong-variant", ({ switches }) => ({
        switches: {
          ...switches,
          lateLog: true,
          read: "refused",
          storageInfo: "refused",
          programmerSerial: "zero",
        },
      })),
    );
    const host = await ready(world);
    expect((await host.command(formatFirehose("getstorageinfo", {}))).attributes["value"]).toBe("NAK");
    expect(host.logs).toContain("INFO: a line that comes late");
    expect(host.logs).toContain("Chip serial num: 0");
    await expect(host.read(geometry, { start: 640, end: 644 })).rejects.toThrow("read refused");
  });
});

describe("a whole flash", () => {
  it("leaves the package in the NAND and calibration untouched; the module comes back with the new revision", async () => {
    const scenario = await scenarioNamed("wrong-variant");
    const world = worldOf(scenario);
    const module = moduleOf(world);
    const calibration = () => ["EFS2", "sys_rev", "RAWDATA"].map((name) => sha256(module.nandBytes(name)));
    const before = calibration();
    const host = await ready(world);
    const tree = releaseTree(scenario.release);
    await flashTree(host, scenario.release.revision, tree);
    expect((await host.reset()).attributes["value"]).toBe("ACK");
    const port = await bootedPort(world);
    expect(await at(port, "AT+QGMR")).toContain(scenario.release.revision);
    expect(await at(port, "AT+CFUN?")).toContain("+CFUN: 1");
    expect(await at(port, "AT+GSN")).toContain("000000000000018");
    expect(calibration()).toEqual(before);
    const image = tree.get(`${scenario.release.revision}/update/NON-HLOS.ubi`) ?? new Uint8Array();
    expect(image.length).toBeGreaterThan(100_000);
    expect(sha256(module.nandBytes("modem").subarray(0, image.length))).toBe(sha256(image));
    expect(module.nand.errors).toEqual([]);
  });

  it("any calibration byte that changes costs the IMEI", async () => {
    const world = worldOf(await scenarioNamed("healthy"));
    const host = await ready(world);
    const raw = rangeOf(map, geometry, "RAWDATA");
    await host.program(geometry, raw.end - 64, Uint8Array.of(0xfe));
    await host.reset(0);
    const port = await bootedPort(world);
    expect(await at(port, "AT+CFUN?")).toContain("+CFUN: 5");
    expect(await at(port, "AT+GSN")).toBe("\r\nOK\r\n");
  });
});
