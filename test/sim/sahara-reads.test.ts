import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { SaharaPacket } from "../../src/protocol/sahara.js";
import type { Switches } from "../../src/sim/scenario.js";
import {
  edlHost,
  enterEdl,
  fault,
  faulty,
  isNormal,
  moduleOf,
  PROGRAMMER,
  switched,
  waitFor,
} from "./host.js";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

async function uploaded(saharaReads: Switches["saharaReads"]) {
  const world = await switched({ saharaReads });
  const host = await edlHost(world, await enterEdl(world));
  return { world, host, said: await host.upload(PROGRAMMER) };
}

function offsetsOf(said: readonly SaharaPacket[]): number[] {
  return said.flatMap((packet) =>
    packet.kind === "read-data" || packet.kind === "read-data-64" ? [packet.offset] : [],
  );
}

describe("how the boot ROM fetches the programmer", () => {
  it.each(["in-order", "wide", "backwards", "twice"] as const)(
    "%s: it has all of it at the end",
    async (order) => {
      const { world, host, said } = await uploaded(order);
      expect(said.at(-1)).toEqual({ kind: "end-image", image: 13, status: 0 });
      await host.sendSahara({ kind: "done" });
      await host.greeting();
      expect(moduleOf(world).programmer?.sha256).toBe(sha256(PROGRAMMER));
    },
  );

  it("asks as the switch says", async () => {
    const usual = await uploaded("in-order");
    const offsets = offsetsOf(usual.said);
    const [header = 0, table = 0, ...body] = offsets;
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
    expect(usual.said.filter(({ kind }) => kind === "read-data-64")).toEqual([]);
    const wide = await uploaded("wide");
    expect(wide.said.filter(({ kind }) => kind === "read-data-64")).toHaveLength(offsets.length);
    expect(offsetsOf((await uploaded("backwards")).said)).toEqual([header, table, ...body.toReversed()]);
    expect(offsetsOf((await uploaded("twice")).said)).toEqual([
      header,
      table,
      ...body.flatMap((offset) => [offset, offset]),
    ]);
  });

  it("asks for an image that no package has", async () => {
    const { said } = await uploaded("other-image");
    expect(said.find((packet) => packet.kind === "read-data" && packet.image !== 13)).toMatchObject({
      image: 7,
    });
  });

  it("starts over in the middle, once; then it takes the whole image", async () => {
    const { world, host, said } = await uploaded("hello-again");
    expect(said.at(-1)).toMatchObject({ kind: "hello", mode: 0 });
    await host.hello(0);
    for (;;) {
      const packet = await host.sahara();
      if (packet.kind !== "read-data") {
        expect(packet).toMatchObject({ kind: "end-image", status: 0 });
        break;
      }
      await host.send(PROGRAMMER.subarray(packet.offset, packet.offset + packet.lengthBytes));
    }
    await host.sendSahara({ kind: "done" });
    expect(moduleOf(world).programmer?.sha256).toBe(sha256(PROGRAMMER));
  });

  it("an image that promises more than a programmer can be is none", async () => {
    const world = await switched({});
    const host = await edlHost(world, await enterEdl(world));
    const huge = PROGRAMMER.slice();
    new DataView(huge.buffer).setUint32(0x34 + 16, 0x7fffffff, true);
    expect((await host.upload(huge)).at(-1)).toMatchObject({ kind: "end-image", status: 9 });
  });
});

describe("a boot ROM without command mode", () => {
  it("says so, takes a programmer all the same, and can be reset", async () => {
    const world = await faulty(fault("chip-serial-refused", { item: "chip-serial" }, { times: null }));
    const host = await edlHost(world, await enterEdl(world));
    expect(await host.sahara()).toMatchObject({ kind: "hello" });
    await host.hello(3);
    expect(await host.sahara()).toMatchObject({ kind: "end-image", status: 1 });
    await host.hello(0);
    expect(await host.sahara()).toMatchObject({ kind: "read-data", offset: 0 });
    await host.sendSahara({ kind: "reset" });
    await waitFor(world, isNormal);
  });

  it("is not there without the fault", async () => {
    const world = await faulty();
    expect(await (await edlHost(world, await enterEdl(world))).chipSerial()).toBe(305419896);
  });

  it("may stall in it, or lose power", async () => {
    const mute = await faulty(fault("stall", { item: "chip-serial" }));
    const host = await edlHost(mute, await enterEdl(mute));
    await host.sahara();
    await host.hello(3);
    expect(await host.soon()).toBeNull();
    const gone = await faulty(fault("unplug", { item: "chip-serial" }));
    const other = await edlHost(gone, await enterEdl(gone));
    await other.sahara();
    await expect(other.hello(3)).rejects.toMatchObject({ code: "module-gone" });
  });
});
