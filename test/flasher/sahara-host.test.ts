import { describe, expect, it } from "vitest";
import { SaharaHost } from "../../src/flasher/builtin/sahara-host.js";
import type { SaharaPacket } from "../../src/protocol/sahara.js";
import { FakeEndpoint, GONE, hostBytes, hostHex, sahara, type Step } from "./fake-endpoint.js";

const HELLO = sahara({ kind: "hello", version: 2, compatible: 1, maxBytes: 1024, mode: 0 });
/** HELLO_RESP, 48 bytes: version 2, compatible 1, status 0, mode, six reserved words. */
const helloResponse = (mode: "00" | "03") =>
  hostHex(`02000000 30000000 02000000 01000000 00000000 ${mode}000000 ${"00000000".repeat(6)}`);
const DONE = hostHex("05000000 08000000");
const RESET = hostHex("07000000 08000000");
const PROGRAMMER = Uint8Array.from({ length: 10_000 }, (_, at) => at % 251);

const asks = (offset: number, lengthBytes: number, image = 13): SaharaPacket => ({
  kind: "read-data",
  image,
  offset,
  lengthBytes,
});

/** A host that has met the boot ROM, in front of the rest of the script. */
async function met(...script: Step[]) {
  const endpoint = new FakeEndpoint(HELLO, ...script);
  const host = new SaharaHost(endpoint);
  expect(await host.meet()).toBe(true);
  return { host, endpoint };
}

async function load(...script: Step[]) {
  const { host, endpoint } = await met(...script);
  const progress: number[] = [];
  const result = await host
    .loadProgrammer(PROGRAMMER, (done) => progress.push(done))
    .then(() => null)
    .catch((error: unknown) => error);
  endpoint.expectDone();
  return { error: result, progress };
}

describe("SaharaHost.meet", () => {
  it("writes nothing, and is false where no HELLO comes", async () => {
    expect(await new SaharaHost(new FakeEndpoint()).meet()).toBe(false);
    const other: Step = { module: new TextEncoder().encode("<?xml") };
    expect(await new SaharaHost(new FakeEndpoint(other)).meet()).toBe(false);
    expect(await new SaharaHost(new FakeEndpoint(sahara({ kind: "done" }))).meet()).toBe(false);
  });

  it("throws when the module left", async () => {
    await expect(new SaharaHost(new FakeEndpoint(GONE)).meet()).rejects.toMatchObject({
      code: "module-gone",
    });
  });

  it("comes before everything else", async () => {
    const host = new SaharaHost(new FakeEndpoint());
    await expect(host.readChipSerial()).rejects.toMatchObject({ code: "sahara-failed" });
    await expect(host.loadProgrammer(PROGRAMMER, () => undefined)).rejects.toMatchObject({
      code: "sahara-failed",
    });
  });
});

describe("SaharaHost.readChipSerial", () => {
  const toSerial: Step[] = [
    helloResponse("03"),
    sahara({ kind: "command-ready" }),
    hostHex("0d000000 0c000000 01000000"),
    sahara({ kind: "execute-response", command: 1, lengthBytes: 4 }),
    hostHex("0f000000 0c000000 01000000"),
  ];
  const back: Step[] = [hostHex("0c000000 0c000000 00000000"), HELLO];

  it("goes through command mode byte by byte, and ends at a fresh HELLO", async () => {
    const serial: Step = { module: Uint8Array.of(0x78, 0x56, 0x34, 0x02) };
    const piece = hostBytes(PROGRAMMER.subarray(0, 52));
    const { host, endpoint } = await met(
      ...toSerial,
      serial,
      ...back,
      helloResponse("00"),
      sahara(asks(0, 52)),
      piece,
      sahara({ kind: "end-image", image: 13, status: 0 }),
      DONE,
      sahara({ kind: "done-response", status: 0 }),
    );
    expect(await host.readChipSerial()).toBe("02345678");
    await host.loadProgrammer(PROGRAMMER, () => undefined);
    endpoint.expectDone();
  });

  it("keeps a serial above 2^31 and one of zeros whole", async () => {
    for (const [bytes, text] of [
      [[1, 0, 0, 0xf0], "f0000001"],
      [[0, 0, 0, 0], "00000000"],
    ] as const) {
      const { host } = await met(...toSerial, { module: Uint8Array.from(bytes) }, ...back);
      expect(await host.readChipSerial()).toBe(text);
    }
  });

  it.each([
    ["refuses command mode", [helloResponse("03"), sahara({ kind: "end-image", image: 0, status: 1 })]],
    ["announces another length", [...toSerial, { module: new Uint8Array(8) }]],
    ["sends too little", [...toSerial, { module: Uint8Array.of(1, 2) }]],
    ["talks something else", [helloResponse("03"), { module: new Uint8Array(20).fill(0x3c) }]],
  ] as const)("fails when the boot ROM %s", async (_name, script) => {
    const { host } = await met(...script);
    await expect(host.readChipSerial()).rejects.toMatchObject({ code: "sahara-failed" });
  });

  it("fails when the boot ROM stays silent", async () => {
    const { host } = await met(...toSerial);
    await expect(host.readChipSerial()).rejects.toMatchObject({ code: "transfer-timeout" });
  });
});

describe("SaharaHost.loadProgrammer", () => {
  it("sends the pieces that are asked for, wherever they lie", async () => {
    const { error, progress } = await load(
      helloResponse("00"),
      sahara(asks(0, 52)),
      hostBytes(PROGRAMMER.subarray(0, 52)),
      sahara(asks(4096, 4096)),
      hostBytes(PROGRAMMER.subarray(4096, 8192)),
      sahara({ kind: "read-data-64", image: 13, offset: 8192, lengthBytes: 1808 }),
      hostBytes(PROGRAMMER.subarray(8192)),
      sahara({ kind: "end-image", image: 13, status: 0 }),
      DONE,
      sahara({ kind: "done-response", status: 0 }),
    );
    expect(error).toBeNull();
    expect(progress).toEqual([52, 8192, 10_000]);
  });

  it.each([
    ["another image", sahara(asks(0, 52, 7)), /image 7/],
    ["bytes behind the end", sahara(asks(9_000, 4_096)), /9000 to 13096 of 10000/],
    ["nothing", sahara(asks(0, 0)), /0 to 0/],
    ["a refusal", sahara({ kind: "end-image", image: 13, status: 0x1a }), /status 26/],
    ["a packet out of place", sahara({ kind: "command-ready" }), /command-ready/],
    ["bytes that are no packet", { module: new Uint8Array(9) }, /9 bytes/],
  ] as const)("fails on %s and sends no more", async (_name, step, reason) => {
    const { error } = await load(helloResponse("00"), step);
    expect(error).toMatchObject({
      code: "sahara-failed",
      facts: { step: "programmer", reason: expect.stringMatching(reason) as unknown },
    });
  });

  it("fails when the boot ROM stops asking", async () => {
    expect((await load(helloResponse("00"))).error).toMatchObject({ code: "transfer-timeout" });
  });

  it("fails when the programmer is not started", async () => {
    const end = sahara({ kind: "end-image", image: 13, status: 0 });
    const { error } = await load(helloResponse("00"), end, DONE, sahara({ kind: "reset-response" }));
    expect(error).toMatchObject({ code: "sahara-failed", facts: { step: "start of the programmer" } });
  });

  it("ends with a boot ROM that asks for the same piece for ever", async () => {
    const piece = [sahara(asks(0, 1)), hostBytes(PROGRAMMER.subarray(0, 1))];
    const script = Array.from({ length: 4_096 }, () => piece).flat();
    expect((await load(helloResponse("00"), ...script)).error).toMatchObject({ code: "sahara-failed" });
  });
});

describe("SaharaHost.reset", () => {
  it.each([
    ["answers", [sahara({ kind: "reset-response" })]],
    ["had said something before", [sahara(asks(0, 52)), sahara({ kind: "reset-response" })]],
    ["says nothing", []],
    ["is gone at once", [GONE]],
  ] as const)("is sent to a boot ROM that %s", async (_name, script) => {
    const endpoint = new FakeEndpoint(RESET, ...script);
    await new SaharaHost(endpoint).reset();
    endpoint.expectDone();
  });

  it("fails with a boot ROM that goes on talking", async () => {
    const talk = Array.from({ length: 20 }, () => HELLO);
    const host = new SaharaHost(new FakeEndpoint(RESET, ...talk));
    await expect(host.reset()).rejects.toMatchObject({ code: "sahara-failed" });
  });
});
