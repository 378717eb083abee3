import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeReply, ReplyReader } from "../../src/protocol/usbip/replies.js";
import { encodeRequest, RequestReader } from "../../src/protocol/usbip/requests.js";
import type {
  ListedDevice,
  SubmitRequest,
  UsbipReply,
  UsbipRequest,
} from "../../src/protocol/usbip/values.js";
import { anyCuts, everyCut, readCut } from "./cuts.js";

const LIMIT = 4096;
const SETUP = new Uint8Array(8);

/** Words of the example in the kernel's Documentation/usb/usbip_protocol.rst, as it prints them. */
const words = (text: string) => Uint8Array.from(Buffer.from(text.replace(/\s+/g, ""), "hex"));
const HID_OUT = "ffffffff860008a784ce5ae2123763".padEnd(128, "0");
const EXAMPLE = {
  in: words(
    "00000001 00000d05 0001000f 00000001 00000001 00000200 00000040 ffffffff 00000000 00000004 00000000 00000000",
  ),
  out: words(
    `00000001 00000d06 0001000f 00000000 00000001 00000000 00000040 ffffffff 00000000 00000004 00000000 00000000 ${HID_OUT}`,
  ),
  outReply: words(
    "00000003 00000d06 00000000 00000000 00000000 00000000 00000040 ffffffff 00000000 00000000 00000000 00000000",
  ),
};

const submit = (change: Partial<SubmitRequest>): SubmitRequest => ({
  kind: "submit",
  sequence: 7,
  deviceId: 0x10004,
  direction: "in",
  endpoint: 4,
  flags: 0,
  lengthBytes: 512,
  interval: 0,
  setup: SETUP,
  data: new Uint8Array(),
  ...change,
});

const IMPORTED = {
  path: "/sys/devices/virtual/ecflash/1-1.2",
  busid: "1-1.2",
  busNumber: 1,
  deviceNumber: 4,
  speed: 3,
  vendorId: 0x2c7c,
  productId: 0x0125,
  bcdDevice: 0x0318,
  classCode: 0xef,
  subclass: 2,
  protocol: 1,
  configurationValue: 1,
  configurationCount: 1,
  interfaceCount: 2,
};
const LISTED: ListedDevice = {
  ...IMPORTED,
  interfaces: [
    { classCode: 0xff, subclass: 0xff, protocol: 0xff },
    { classCode: 0xff, subclass: 0, protocol: 0 },
  ],
};

const REQUESTS: UsbipRequest[] = [
  { kind: "list" },
  { kind: "import", busid: "1-1.2" },
  submit({}),
  submit({
    sequence: 8,
    direction: "out",
    endpoint: 3,
    flags: 0x40,
    lengthBytes: 4,
    data: Uint8Array.of(65, 84, 13, 0),
  }),
  submit({ sequence: 9, direction: "out", lengthBytes: 0 }),
  submit({ sequence: 10, endpoint: 0, lengthBytes: 18, setup: Uint8Array.of(0x80, 6, 0, 1, 0, 0, 18, 0) }),
  { kind: "unlink", sequence: 11, deviceId: 0x10004, target: 7 },
];

const REPLIES: UsbipReply[] = [
  {
    kind: "list",
    status: 0,
    devices: [LISTED, { ...LISTED, busid: "1-1.3", interfaceCount: 0, interfaces: [] }],
  },
  { kind: "list", status: 0, devices: [] },
  { kind: "import", status: 4, device: null },
  { kind: "import", status: 0, device: IMPORTED },
  { kind: "submitted", sequence: 7, status: 0, actualBytes: 3, data: Uint8Array.of(79, 75, 13) },
  { kind: "submitted", sequence: 8, status: 0, actualBytes: 4, data: new Uint8Array() },
  { kind: "submitted", sequence: 7, status: -71, actualBytes: 0, data: new Uint8Array() },
  { kind: "unlinked", sequence: 11, status: -104 },
];

const joined = (parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const requestBytes = joined(REQUESTS.map(encodeRequest));
const replyBytes = joined(REPLIES.map(encodeReply));
const replyReader = () => new ReplyReader(LIMIT, (sequence) => (sequence > 11 ? null : sequence !== 8));

describe("USB/IP requests", () => {
  it("reads the document's example", () => {
    const [input, output] = new RequestReader(LIMIT).push(joined([EXAMPLE.in, EXAMPLE.out]));
    expect(input).toEqual(
      submit({ sequence: 0xd05, deviceId: 0x1000f, endpoint: 1, flags: 0x200, lengthBytes: 64, interval: 4 }),
    );
    expect(output).toMatchObject({ direction: "out", sequence: 0xd06, lengthBytes: 64 });
    expect((output as SubmitRequest).data).toEqual(EXAMPLE.out.subarray(48));
  });

  it("reads what it writes, cut at every byte", () => {
    const { whole, cut } = everyCut(() => new RequestReader(LIMIT), requestBytes);
    expect(whole).toEqual(REQUESTS);
    for (const one of cut) expect(one).toEqual(REQUESTS);
  });

  it("reads what it writes, cut anywhere", () => {
    fc.assert(
      fc.property(anyCuts(requestBytes.length), (places) => {
        expect(readCut(new RequestReader(LIMIT), requestBytes, places)).toEqual(REQUESTS);
      }),
    );
  });

  const at = (bytes: Uint8Array, offset: number, word: number) => {
    const changed = bytes.slice();
    new DataView(changed.buffer).setUint32(offset, word);
    return changed;
  };
  const plain = encodeRequest(submit({}));

  it.each([
    ["a transfer beyond the limit", at(plain, 0x18, LIMIT + 1), "a transfer of 4097 bytes"],
    ["the largest length there is", at(plain, 0x18, 0xffffffff), "a transfer of 4294967295 bytes"],
    ["an endpoint beyond 15", at(plain, 0x10, 16), "endpoint 16"],
    ["a direction that is none", at(plain, 0x0c, 2), "direction 2"],
    ["isochronous packets", at(plain, 0x20, 8), "8 isochronous packets"],
    ["a reply", encodeReply({ kind: "unlinked", sequence: 1, status: 0 }), "0x4 begins nothing known"],
    ["another version", Uint8Array.of(1, 0, 0x80, 5, 0, 0, 0, 0), "0x1008005 begins nothing known"],
    ["an unknown operation", Uint8Array.of(1, 0x11, 0x80, 6, 0, 0, 0, 0), "operation 0x8006"],
    ["text", new TextEncoder().encode("GET / HTTP/1.1\r\n"), "0x47455420 begins nothing known"],
  ])("ends the connection at %s, and stays silent", (_what, bytes, reason) => {
    const reader = new RequestReader(LIMIT);
    expect(reader.push(joined([plain, bytes, plain]))).toEqual([submit({}), { kind: "broken", reason }]);
    expect(reader.push(plain)).toEqual([]);
  });

  it("takes a transfer of exactly the limit", () => {
    const data = new Uint8Array(LIMIT).fill(7);
    const request = submit({ direction: "out", lengthBytes: LIMIT, data });
    expect(new RequestReader(LIMIT).push(encodeRequest(request))).toEqual([request]);
  });

  it("never throws, and holds no more than a transfer, whatever comes", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (chunks) => {
        const reader = new RequestReader(LIMIT);
        const values = chunks.flatMap((chunk) => reader.push(chunk));
        expect(values.slice(0, -1).filter(({ kind }) => kind === "broken")).toEqual([]);
      }),
    );
  });

  it("refuses to write what contradicts itself", () => {
    expect(() => encodeRequest({ kind: "import", busid: "1-".padEnd(32, "1") })).toThrow(RangeError);
    expect(() => encodeRequest(submit({ direction: "out", lengthBytes: 3 }))).toThrow(RangeError);
    expect(() => encodeRequest(submit({ setup: new Uint8Array(7) }))).toThrow(RangeError);
  });
});

describe("USB/IP replies", () => {
  it("reads what it writes, cut at every byte", () => {
    const { whole, cut } = everyCut(replyReader, replyBytes);
    expect(whole).toEqual(REPLIES);
    for (const one of cut) expect(one).toEqual(REPLIES);
  });

  it("lays a list out as the document says", () => {
    const bytes = Buffer.from(encodeReply({ kind: "list", status: 0, devices: [LISTED] }));
    expect(bytes.subarray(0, 12)).toEqual(Buffer.from("011100050000000000000001", "hex"));
    expect(bytes.toString("latin1", 0x10c, 0x10c + 5)).toBe("1-1.2");
    expect(bytes.subarray(0x12c).toString("hex")).toBe(
      "0000000100000004000000032c7c01250318ef0201010102" + "ffffff00" + "ff000000",
    );
  });

  it("lays an import out as the document says", () => {
    const bytes = Buffer.from(encodeReply({ kind: "import", status: 0, device: IMPORTED }));
    expect(bytes).toHaveLength(0x140);
    expect(bytes.subarray(0, 8)).toEqual(Buffer.from("0111000300000000", "hex"));
    expect(bytes.readUInt32BE(0x130)).toBe(3);
    expect(encodeReply({ kind: "import", status: 1, device: null })).toHaveLength(8);
  });

  it("reads the document's example of an OUT", () => {
    expect(new ReplyReader(LIMIT, () => false).push(EXAMPLE.outReply)).toEqual([
      { kind: "submitted", sequence: 0xd06, status: 0, actualBytes: 64, data: new Uint8Array() },
    ]);
  });

  it.each([
    [
      "an answer nobody asked for",
      encodeReply({ kind: "submitted", sequence: 99, status: 0, actualBytes: 0, data: SETUP }),
    ],
    [
      "a transfer beyond the limit",
      encodeReply({ kind: "submitted", sequence: 1, status: 0, actualBytes: 5000, data: SETUP }),
    ],
    ["a list without end", words("01110005 00000000 ffffffff")],
    ["a request", encodeRequest({ kind: "list" })],
    ["text", new TextEncoder().encode("SSH-2.0-x\r\n")],
  ])("ends the connection at %s", (_what, bytes) => {
    const reader = replyReader();
    expect(reader.push(bytes)).toEqual([{ kind: "broken", reason: expect.any(String) as string }]);
    expect(reader.push(replyBytes)).toEqual([]);
  });
});
