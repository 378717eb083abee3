import { describe, expect, it } from "vitest";
import * as firehose from "../../src/protocol/firehose/commands.js";
import { fill } from "../../src/sim/vendor/content.js";
import { EC25_EFA_LAYOUT } from "../../src/sim/vendor/maps.js";
import { edlHost, enterEdl, fault, faulty, moduleOf, PROGRAMMER, rangeOf, ready, switched } from "./host.js";

const { geometry, map } = EC25_EFA_LAYOUT;
const misc = rangeOf(map, geometry, "misc");
/** Three payloads, each of them whole packets. */
const image = fill(5, "image", 24_576);
const pieces = [0, 8192, 16_384].map((at) => image.subarray(at, at + 8192));

async function openProgram(world: Awaited<ReturnType<typeof faulty>>) {
  const host = await ready(world);
  await host.erase(geometry, misc);
  await host.command(firehose.programCommand(geometry, { start: misc.start, end: misc.start + 6 }, "image"));
  return host;
}

function written(world: Awaited<ReturnType<typeof faulty>>): boolean {
  return Buffer.compare(moduleOf(world).nandBytes("misc").subarray(0, image.length), image) === 0;
}

describe("a write that the module takes in part", () => {
  it("fails with what went, and the programmer waits for the rest", async () => {
    const world = await faulty(fault("short-write", { partition: "misc", afterBytes: 9000 }));
    const host = await openProgram(world);
    await host.send(pieces[0] ?? image);
    await expect(host.send(pieces[1] ?? image)).rejects.toMatchObject({
      code: "transfer-failed",
      facts: { what: expect.stringContaining("808 of 8192 bytes went") as string },
    });
    expect(await host.soon()).toBeNull();
    // Who knows how much went can go on there.
    await host.send(image.subarray(9000));
    expect((await host.response()).attributes).toMatchObject({ value: "ACK", rawmode: "false" });
    expect(written(world)).toBe(true);
  });

  it("happens to the programmer's image too, and the boot ROM waits", async () => {
    const world = await faulty(fault("short-write", { item: "sahara", afterBytes: 1000 }));
    const host = await edlHost(world, await enterEdl(world));
    await expect(host.upload(PROGRAMMER)).rejects.toMatchObject({ code: "transfer-failed" });
    expect(await host.soon()).toBeNull();
    await host.send(PROGRAMMER.subarray(1000, 84 + 4096));
    expect(await host.sahara()).toMatchObject({ kind: "read-data", offset: 84 + 4096 });
  });

  it("a place at the end of a transfer cuts nothing off", async () => {
    const world = await faulty(fault("short-write", { partition: "misc", afterBytes: 8192 }));
    const host = await openProgram(world);
    for (const piece of pieces) await host.send(piece);
    expect((await host.response()).attributes["value"]).toBe("ACK");
    expect(written(world)).toBe(true);
  });
});

describe("a programmer that waits for the empty packet", () => {
  const send = async (world: Awaited<ReturnType<typeof faulty>>, endWithZeroLength: boolean) => {
    const host = await openProgram(world);
    for (const piece of pieces) await host.send(piece, endWithZeroLength);
    return host;
  };

  it("gets none and waits, with nothing of it in the NAND", async () => {
    const world = await switched({ zlpAware: true });
    const host = await send(world, false);
    expect(await host.soon()).toBeNull();
    expect(moduleOf(world).nand.isErased(misc.start)).toBe(true);
    // Whatever ends the transfer at last ends all of it.
    await host.send(new Uint8Array());
    expect((await host.response()).attributes["value"]).toBe("ACK");
    expect(written(world)).toBe(true);
  });

  it("is content with an empty packet behind each", async () => {
    const world = await switched({ zlpAware: true });
    expect((await (await send(world, true)).response()).attributes["value"]).toBe("ACK");
    expect(written(world)).toBe(true);
  });

  it("that gets lost once is waited for, and the next one ends both", async () => {
    const lost = fault("zlp-lost", { partition: "misc", afterBytes: 16_385 });
    const world = await switched({ zlpAware: true }, lost);
    const host = await send(world, true);
    expect(await host.soon()).toBeNull();
    await host.send(new Uint8Array());
    expect((await host.response()).attributes["value"]).toBe("ACK");
    const early = await switched({ zlpAware: true }, fault("zlp-lost", { partition: "misc" }));
    expect((await (await send(early, true)).response()).attributes["value"]).toBe("ACK");
    expect(written(early)).toBe(true);
  });

  it("is not there without the switch: nothing is lost that anybody waits for", async () => {
    const world = await switched({ zlpAware: false }, fault("zlp-lost", {}, { times: null }));
    expect((await (await send(world, true)).response()).attributes["value"]).toBe("ACK");
    expect((await (await send(await switched({}), false)).response()).attributes["value"]).toBe("ACK");
  });
});
