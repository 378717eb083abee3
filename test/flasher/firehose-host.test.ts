import { describe, expect, it } from "vitest";
import { FirehoseHost } from "../../src/flasher/builtin/firehose-host.js";
import {
  ACK,
  FakeEndpoint,
  GONE,
  hostBytes,
  hostSays,
  logged,
  moduleSays,
  NAK,
  RAW_ACK,
  type Step,
} from "./fake-endpoint.js";

const GEOMETRY = { pageSizeBytes: 2048, pagesPerBlock: 64, blockCount: 2048 };
const STORAGE = logged(
  '{"storage_info": {"total_blocks":2048, "block_size":131072, "page_size":2048, "prod_name":"MT29F4G08"}}',
);

function hostWith(...script: Step[]) {
  const endpoint = new FakeEndpoint(...script);
  const lines: string[] = [];
  return { endpoint, lines, host: new FirehoseHost(endpoint, (text) => lines.push(text)) };
}

describe("FirehoseHost.greet", () => {
  it("writes nothing, and hears all until the programmer is quiet", async () => {
    const { host, lines, endpoint } = hostWith(
      moduleSays(logged("Supported Functions: program read")),
      moduleSays(logged("Chip serial num: 7"), logged("ready")),
    );
    const said = ["Supported Functions: program read", "Chip serial num: 7", "ready"];
    expect(await host.greet()).toEqual(said);
    expect(lines).toEqual(said);
    expect(endpoint.silences).toEqual([1_000]);
  });

  it("waits longer for the first word than for the next", async () => {
    const { host, endpoint } = hostWith();
    expect(await host.greet()).toEqual([]);
    expect(endpoint.silences).toEqual([3_000]);
  });

  it("ends with a programmer that does not", async () => {
    const endless = Array.from({ length: 200 }, () =>
      moduleSays(...Array.from({ length: 60 }, () => logged("again"))),
    );
    await expect(hostWith(...endless).host.greet()).rejects.toMatchObject({ code: "firehose-failed" });
  });
});

describe("FirehoseHost.isListening", () => {
  it("is true for an answer, false for silence", async () => {
    expect(await hostWith(hostSays("nop"), moduleSays(ACK)).host.isListening()).toBe(true);
    expect(await hostWith(hostSays("nop"), moduleSays(NAK)).host.isListening()).toBe(true);
    expect(await hostWith(hostSays("nop")).host.isListening()).toBe(false);
  });

  it("takes no old response for its own", async () => {
    const old = [moduleSays(logged("Finished sector address 640")), moduleSays(ACK)];
    expect(await hostWith(...old, hostSays("nop")).host.isListening()).toBe(false);
    const { host, endpoint } = hostWith(
      ...old,
      hostSays("nop"),
      moduleSays(ACK),
      hostSays("configure"),
      moduleSays(NAK),
    );
    expect(await host.isListening()).toBe(true);
    await expect(host.configure()).rejects.toMatchObject({ code: "firehose-failed" });
    endpoint.expectDone();
  });

  it("leaves no answer behind that the nop set free", async () => {
    const { host, lines, endpoint } = hostWith(
      hostSays("nop"),
      moduleSays(logged("Finished sector address 640"), ACK),
      moduleSays(ACK),
      hostSays("configure"),
      moduleSays(NAK),
    );
    expect(await host.isListening()).toBe(true);
    await expect(host.configure()).rejects.toMatchObject({ code: "firehose-failed" });
    expect(lines).toContain("Finished sector address 640");
    endpoint.expectDone();
  });

  it("throws when the module left", async () => {
    await expect(hostWith(GONE).host.isListening()).rejects.toMatchObject({ code: "module-gone" });
  });
});

describe("FirehoseHost.configure", () => {
  const asked = (bytes: number) =>
    hostSays("configure", {
      MemoryName: "nand",
      ZlpAwareHost: "1",
      MaxPayloadSizeToTargetInBytes: String(bytes),
    });
  const offers = (value: "ACK" | "NAK", bytes: string) =>
    moduleSays(["response", { value, MaxPayloadSizeToTargetInBytes: bytes }]);
  const erase = { geometry: GEOMETRY, range: { start: 0, end: 2 } };
  /** The size of the payloads afterwards. */
  const programs = (...pieces: number[]): Step[] => [
    hostSays("program"),
    moduleSays(RAW_ACK),
    ...pieces.map((size) => hostBytes(new Uint8Array(size), true)),
    moduleSays(ACK),
  ];
  const program = (host: FirehoseHost) =>
    host.program(erase.geometry, erase.range, "x", new Uint8Array(4096), () => undefined);

  it.each([
    ["agrees", [asked(8192), offers("ACK", "8192")], [4096]],
    ["agrees to a larger one", [asked(8192), offers("ACK", "1048576")], [4096]],
    ["agrees to a smaller one", [asked(8192), offers("ACK", "1024")], [1024, 1024, 1024, 1024]],
    [
      "refuses, and names a smaller one",
      [asked(8192), offers("NAK", "3000"), asked(3000), offers("ACK", "3000")],
      [3000, 1096],
    ],
    ["names nothing", [asked(8192), moduleSays(ACK)], [4096]],
    ["names no number", [asked(8192), offers("ACK", "much")], [4096]],
  ] as const)("uses the payload of a programmer that %s", async (_name, talk, pieces) => {
    const { host, endpoint } = hostWith(...talk, ...programs(...pieces));
    await host.configure();
    await program(host);
    endpoint.expectDone();
  });

  it("asks a second time only, and not again with the same size", async () => {
    const twice = hostWith(asked(8192), offers("NAK", "4096"), asked(4096), offers("NAK", "2048"));
    await expect(twice.host.configure()).rejects.toMatchObject({ code: "firehose-failed" });
    twice.endpoint.expectDone();
    const same = hostWith(asked(8192), offers("NAK", "8192"));
    await expect(same.host.configure()).rejects.toMatchObject({ facts: { reason: "NAK without a word" } });
    same.endpoint.expectDone();
  });

  it("tells the programmer's own last words", async () => {
    const { host } = hostWith(asked(8192), moduleSays(logged("first"), logged("no NAND found"), NAK));
    await expect(host.configure()).rejects.toMatchObject({
      code: "firehose-failed",
      facts: { step: "configure", reason: "no NAND found" },
    });
  });
});

describe("FirehoseHost.storageInfo", () => {
  it("reads the geometry from the log", async () => {
    const { host } = hostWith(hostSays("getstorageinfo"), moduleSays(logged("INFO"), STORAGE, ACK));
    expect(await host.storageInfo()).toEqual({ ...GEOMETRY, part: "MT29F4G08" });
  });

  it("is null when the programmer refuses, or says nothing of use", async () => {
    expect(await hostWith(hostSays("getstorageinfo"), moduleSays(NAK)).host.storageInfo()).toBeNull();
    expect(await hostWith(hostSays("getstorageinfo"), moduleSays(ACK)).host.storageInfo()).toBeNull();
  });

  it("does not take what was left of an earlier answer for its own", async () => {
    const { host, lines } = hostWith(
      hostSays("configure"),
      moduleSays(ACK, logged("late"), ACK),
      hostSays("getstorageinfo"),
      moduleSays(STORAGE, ACK),
    );
    await host.configure();
    expect(await host.storageInfo()).toMatchObject(GEOMETRY);
    expect(lines).toContain("late");
  });
});

describe("FirehoseHost.read", () => {
  const range = { start: 640, end: 642 };
  const asked = hostSays("read", { start_sector: "640", num_partition_sectors: "2" });
  const DATA = Uint8Array.from({ length: 4096 }, (_, at) => at % 253);

  it("puts the transfers together and waits for the end", async () => {
    const { host, endpoint } = hostWith(
      asked,
      moduleSays(RAW_ACK),
      { module: DATA.subarray(0, 1000) },
      { module: DATA.subarray(1000, 4096) },
      moduleSays(logged("done"), ACK),
    );
    const progress: number[] = [];
    expect(await host.read(GEOMETRY, range, (done) => progress.push(done))).toEqual(DATA);
    expect(progress).toEqual([1000, 4096]);
    endpoint.expectDone();
  });

  it.each([
    ["refuses", [moduleSays(logged("Trying to read beyond total sectors"), NAK)], /beyond total sectors/],
    ["does not send", [moduleSays(ACK)], /rawmode="false"/],
    ["fails at the end", [moduleSays(RAW_ACK), { module: DATA }, moduleSays(logged("ECC"), NAK)], /ECC/],
  ] as const)("fails when the programmer %s", async (_name, script, reason) => {
    const { host } = hostWith(asked, ...script);
    await expect(host.read(GEOMETRY, range)).rejects.toMatchObject({
      code: "firehose-failed",
      facts: { step: "read", reason: expect.stringMatching(reason) as unknown },
    });
  });

  it("fails when the data stop half-way", async () => {
    const { host } = hostWith(asked, moduleSays(RAW_ACK), { module: DATA.subarray(0, 2048) });
    await expect(host.read(GEOMETRY, range)).rejects.toMatchObject({ code: "transfer-timeout" });
  });
});

describe("FirehoseHost.program", () => {
  const range = { start: 0, end: 5 };
  const FILE = Uint8Array.from({ length: 8_200 }, (_, at) => (at % 250) + 1);
  const unheard = () => undefined;
  const asked = hostSays("program", { start_sector: "0", num_partition_sectors: "5", filename: "sbl1.mbn" });

  it("pads to whole pages, and ends each payload with an empty packet", async () => {
    const last = new Uint8Array(2048);
    last.set(FILE.subarray(8192));
    const { host, endpoint } = hostWith(
      asked,
      moduleSays(logged("opened"), RAW_ACK),
      hostBytes(FILE.subarray(0, 8192), true),
      hostBytes(last, true),
      moduleSays(logged("Finished sector address 5")),
      moduleSays(ACK),
    );
    const sent: number[] = [];
    const reply = await host.program(GEOMETRY, range, "sbl1.mbn", FILE, (bytes) => sent.push(bytes));
    expect(sent).toEqual([8192, 2048]);
    expect(reply).toMatchObject({ ack: true, logs: ["opened", "Finished sector address 5"] });
    endpoint.expectDone();
  });

  it("sends nothing at all for a file that does not fit", async () => {
    const { host } = hostWith();
    await expect(host.program(GEOMETRY, range, "x", new Uint8Array(10_241), unheard)).rejects.toThrow(
      RangeError,
    );
  });

  it("sends no payload to a programmer that does not take it", async () => {
    for (const answer of [NAK, ACK]) {
      const { host, endpoint } = hostWith(asked, moduleSays(answer));
      await expect(host.program(GEOMETRY, range, "sbl1.mbn", FILE, unheard)).rejects.toMatchObject({
        code: "firehose-failed",
      });
      endpoint.expectDone();
    }
  });

  it("is not done while the programmer stays in raw mode", async () => {
    const page = new Uint8Array(2048);
    const { host } = hostWith(
      hostSays("program"),
      moduleSays(RAW_ACK),
      hostBytes(page, true),
      moduleSays(RAW_ACK),
    );
    await expect(host.program(GEOMETRY, { start: 0, end: 1 }, "x", page, unheard)).rejects.toMatchObject({
      facts: { reason: 'ACK with rawmode="true"' },
    });
  });
});

describe("FirehoseHost.erase and reset", () => {
  it("name the range, and take a NAK for a failure", async () => {
    const erase = hostSays("erase", {
      start_sector: "13952",
      num_partition_sectors: "576",
      PAGES_PER_BLOCK: "64",
    });
    const range = { start: 13_952, end: 14_528 };
    const { host } = hostWith(
      erase,
      moduleSays(ACK),
      erase,
      moduleSays(logged("start_sector unaligned"), NAK),
    );
    expect(await host.erase(GEOMETRY, range)).toMatchObject({ ack: true });
    await expect(host.erase(GEOMETRY, range)).rejects.toMatchObject({
      facts: { step: "erase", reason: "start_sector unaligned" },
    });
  });

  it("never send an erase without sectors", async () => {
    await expect(hostWith().host.erase(GEOMETRY, { start: 0, end: 0 })).rejects.toThrow(RangeError);
  });

  it("ask for a restart in ten seconds", async () => {
    const power = hostSays("power", { value: "reset", DelayInSeconds: "10" });
    await hostWith(power, moduleSays(ACK)).host.reset();
    await expect(hostWith(power, moduleSays(NAK)).host.reset()).rejects.toMatchObject({
      facts: { step: "reset" },
    });
  });
});
