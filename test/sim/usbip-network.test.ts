import { describe, expect, it, onTestFinished } from "vitest";
import { serveUsbip } from "../../src/sim/usbip/server.js";
import { changed, scenarioNamed, worldOf } from "./host.js";
import { UsbipClient } from "./usbip-client.js";

/** What stock drivers ask when they take the network functions (Linux cdc_ether.c, cdc_ncm.c, rndis_host.c), by hand. */

const STALLED = -32;
const IN = 0xa1;
const OUT = 0x21;
const MAC = [0x02, 0x00, 0x12, 0x34, 0x56, 0x78];

async function importedWith(usbnet: number): Promise<UsbipClient> {
  const world = worldOf(await changed("healthy", ({ nv }) => ({ nv: { ...nv, usbnet } })));
  const server = await serveUsbip(world, { host: "127.0.0.1", port: 0 });
  onTestFinished(() => server.close());
  const client = await UsbipClient.connect(server.port);
  onTestFinished(() => client.close());
  expect(await client.import("1-1.2")).toBe(0);
  return client;
}

function littleEndian(...values: number[]): Uint8Array {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32LE(value, index * 4));
  return Uint8Array.from(bytes);
}

describe("RNDIS", () => {
  const CONTROL = 0;
  const NOTE = 2;

  async function command(client: UsbipClient, ...values: number[]): Promise<Buffer> {
    expect((await client.control(OUT, 0, 0, CONTROL, littleEndian(...values))).status).toBe(0);
    return Buffer.from((await client.control(IN, 1, 0, CONTROL, 1025)).data);
  }

  it("is initialized, tells its address, and takes a packet filter", async () => {
    const client = await importedWith(3);
    const started = await command(client, 2, 24, 7, 1, 0, 0x4000);
    expect(started.length).toBe(52);
    expect([0, 4, 8, 12].map((at) => started.readUInt32LE(at))).toEqual([0x80000002, 52, 7, 0]);
    // A frame with its headers must fit, or the driver gives up.
    expect(started.readUInt32LE(36)).toBeGreaterThanOrEqual(1558);
    const address = await command(client, 4, 28, 8, 0x01010101, 48, 20, 0);
    const [length, offset] = [address.readUInt32LE(16), address.readUInt32LE(20)];
    expect(address.readUInt32LE(4)).toBe(address.length);
    expect([...address.subarray(8 + offset, 8 + offset + length)]).toEqual(MAC);
    const filter = await command(client, 5, 32, 9, 0x0001010e, 4, 20, 0, 0x0f);
    expect([0, 4, 8, 12].map((at) => filter.readUInt32LE(at))).toEqual([0x80000005, 16, 9, 0]);
    const unknown = await command(client, 4, 28, 10, 0x00fffffe, 0, 20, 0);
    expect([8, 12, 16].map((at) => unknown.readUInt32LE(at))).toEqual([10, 0xc00000bb, 0]);
    expect((await command(client, 8, 12, 11)).readUInt32LE(0)).toBe(0x80000008);
    expect((await command(client, 6, 12, 0)).readUInt32LE(0)).toBe(0x80000006);
  });

  it("tells of an answer in its own words, and has none to what is no message", async () => {
    const client = await importedWith(3);
    const note = client.in(NOTE, 8);
    expect(await command(client, 3, 12, 1)).toHaveLength(0);
    expect((await client.control(OUT, 0, 0, CONTROL, Uint8Array.of(2))).status).toBe(0);
    expect((await client.control(IN, 1, 0, CONTROL, 64)).data).toHaveLength(0);
    await command(client, 8, 12, 1);
    expect((await note.done).data).toEqual(Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0));
  });
});

describe("MBIM", () => {
  it("tells how large its transfer blocks are, and has endpoints in setting 1 only", async () => {
    const client = await importedWith(2);
    const parameters = Buffer.from((await client.control(IN, 0x80, 0, 4, 28)).data);
    expect(parameters).toHaveLength(28);
    expect([parameters.readUInt16LE(0), parameters.readUInt16LE(2)]).toEqual([28, 1]);
    const size = parameters.readUInt32LE(4);
    expect((await client.control(OUT, 0x86, 0, 4, littleEndian(size))).status).toBe(0);
    expect((await client.control(IN, 0x85, 0, 4, 4)).data).toEqual(littleEndian(size));
    expect((await client.control(OUT, 0x05, 0, 4, 0)).status).toBe(0);
    expect((await client.control(IN, 0x83, 0, 4, 2)).status).toBe(STALLED);
  });
});

describe("ECM", () => {
  it("takes a packet filter and knows nothing of transfer blocks", async () => {
    const client = await importedWith(1);
    expect((await client.control(OUT, 0x43, 0x0e, 4, 0)).status).toBe(0);
    expect((await client.control(OUT, 0x43, 0x0e, 2, 0)).status).toBe(STALLED);
    expect((await client.control(IN, 0x80, 0, 4, 28)).status).toBe(STALLED);
  });
});

describe("alternate settings", () => {
  it("are two where a data interface has two, and are forgotten with the configuration", async () => {
    const client = await importedWith(1);
    const setting = async (number: number) => [...(await client.control(0x81, 10, 0, number, 1)).data];
    expect(await setting(5)).toEqual([0]);
    expect((await client.control(0x01, 11, 1, 5, 0)).status).toBe(0);
    expect(await setting(5)).toEqual([1]);
    expect((await client.control(0x01, 11, 2, 5, 0)).status).toBe(STALLED);
    expect((await client.control(0x01, 11, 1, 4, 0)).status).toBe(STALLED);
    expect((await client.control(0x00, 9, 1, 0, 0)).status).toBe(0);
    expect(await setting(5)).toEqual([0]);
    expect((await client.control(0x01, 11, 1, 5, 0)).status).toBe(0);
    expect((await client.control(0x01, 11, 0, 5, 0)).status).toBe(0);
    expect(await setting(5)).toEqual([0]);
  });
});

describe("the default composition", () => {
  it("has no network control but QMI's", async () => {
    const client = await importedWith(0);
    expect((await client.control(OUT, 0x43, 0x0e, 4, 0)).status).toBe(STALLED);
    expect((await client.control(IN, 0x80, 0, 4, 28)).status).toBe(STALLED);
  });
});

describe("fastboot", () => {
  it("describes itself as the boot loader does and knows no class requests", async () => {
    const world = worldOf(await scenarioNamed("fastboot"));
    const server = await serveUsbip(world, { host: "127.0.0.1", port: 0 });
    onTestFinished(() => server.close());
    const client = await UsbipClient.connect(server.port);
    onTestFinished(() => client.close());
    expect(await client.import("1-1.2")).toBe(0);
    const configuration = Buffer.from((await client.control(0x80, 6, 0x0200, 0, 255)).data);
    expect(configuration.toString("hex")).toBe(
      ["090220000101008080", "0904000002ff420300", "07058102000200", "07050102000200"].join(""),
    );
    expect((await client.control(OUT, 0x22, 1, 0, 0)).status).toBe(STALLED);
    await client.out(1, Uint8Array.from(Buffer.from("getvar:product")));
    expect(Buffer.from((await client.in(1, 64).done).data).toString()).toBe("OKAYMDM9607");
  });
});
