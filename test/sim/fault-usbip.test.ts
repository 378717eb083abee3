import { describe, expect, it, onTestFinished } from "vitest";
import { toLatin1 } from "../../src/protocol/at/lines.js";
import { diagFrame } from "../../src/protocol/diag.js";
import * as firehose from "../../src/protocol/firehose/commands.js";
import type { Fault } from "../../src/sim/faults.js";
import type { Switches } from "../../src/sim/scenario.js";
import { serveUsbip } from "../../src/sim/usbip/server.js";
import { fill } from "../../src/sim/vendor/content.js";
import { EC25_EFA_LAYOUT } from "../../src/sim/vendor/maps.js";
import { fault, moduleOf, rangeOf, ready, realClock, switched } from "./host.js";
import { UsbipClient } from "./usbip-client.js";

/** What a kernel sees of the faults: lengths and borders of URBs, and busids. */

const { geometry, map } = EC25_EFA_LAYOUT;
const misc = rangeOf(map, geometry, "misc");
const image = fill(4, "image", 8192);
const EDL = { in: 1, out: 1 };
const ZERO_PACKET = 0x40;

/** A module that waits for 8 KiB of an image, and the kernel that imported it. */
async function inRawmode(switches: Partial<Switches>, ...faults: Fault[]) {
  const world = await switched(switches, ...faults);
  const host = await ready(world);
  await host.erase(geometry, misc);
  await host.command(firehose.programCommand(geometry, { start: misc.start, end: misc.start + 2 }, "image"));
  await host.endpoint.close();
  const server = await serveUsbip(world, { host: "127.0.0.1", port: 0 });
  onTestFinished(() => server.close());
  const client = await UsbipClient.connect(server.port);
  onTestFinished(() => client.close());
  expect(await client.import("1-1.2")).toBe(0);
  const isWritten = () => !moduleOf(world).nand.isErased(misc.start + 1);
  return { client, isWritten };
}

describe("faults over USB/IP", () => {
  it("a short write completes with the bytes that were taken", async () => {
    const short = fault("short-write", { partition: "misc", afterBytes: 5000 });
    const { client, isWritten } = await inRawmode({}, short);
    expect(await client.out(EDL.out, image)).toMatchObject({ status: 0, actualBytes: 5000 });
    expect(isWritten()).toBe(false);
    expect(await client.out(EDL.out, image.subarray(5000))).toMatchObject({ actualBytes: 3192 });
    expect(isWritten()).toBe(true);
  });

  it.each([
    ["is not there: the programmer waits", 0, false],
    ["is a flag of the URB", ZERO_PACKET, true],
  ] as const)("the empty packet behind whole ones %s", async (_, flags, written) => {
    const { client, isWritten } = await inRawmode({ zlpAware: true });
    expect(await client.out(EDL.out, image, flags)).toMatchObject({ status: 0, actualBytes: 8192 });
    expect(isWritten()).toBe(written);
  });

  it("the empty packet is an URB of its own, or the flag changes nothing where nobody waits", async () => {
    const waiting = await inRawmode({ zlpAware: true });
    await waiting.client.out(EDL.out, image);
    expect(await waiting.client.out(EDL.out, new Uint8Array())).toMatchObject({ status: 0, actualBytes: 0 });
    expect(waiting.isWritten()).toBe(true);
    const plain = await inRawmode({ zlpAware: false });
    await plain.client.out(EDL.out, image, ZERO_PACKET);
    expect(plain.isWritten()).toBe(true);
    await plain.client.out(EDL.out, toLatin1(firehose.nopCommand()), ZERO_PACKET);
  });

  it("another port path is another busid, and the old one is gone", async () => {
    const moved = fault("other-port-path", { item: "edl-switch" }, { portPath: "1-1.4" });
    const world = await switched({}, moved);
    const server = await serveUsbip(world, { host: "127.0.0.1", port: 0 });
    onTestFinished(() => server.close());
    const client = await UsbipClient.connect(server.port);
    expect(await client.import("1-1.2")).toBe(0);
    await client.out(EDL.out, diagFrame("enterEdl"));
    expect(await client.ended).toBe("fin");
    client.close();
    let found: string[] = [];
    for (let tries = 0; tries < 500 && found.length === 0; tries += 1) {
      await realClock.sleep(5);
      found = await (await UsbipClient.connect(server.port)).list();
    }
    expect(found).toEqual(["1-1.4 5c6:9008 1"]);
    expect(await (await UsbipClient.connect(server.port)).import("1-1.2")).not.toBe(0);
    expect(await (await UsbipClient.connect(server.port)).import("1-1.4")).toBe(0);
  });
});
