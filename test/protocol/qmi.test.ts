import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { qmiErrorName } from "../../src/protocol/qmi/errors.js";
import { decodeQmi, encodeQmi, FRAME_LIMIT_BYTES, type QmiMessage } from "../../src/protocol/qmi/message.js";
import { QmiReader, type QmiFrame } from "../../src/protocol/qmi/reader.js";
import {
  i8,
  i16,
  list,
  readTlv,
  resultOf,
  resultTlv,
  shortText,
  text,
  tlv,
  u8,
  u16,
  u32,
  u64,
} from "../../src/protocol/qmi/tlv.js";
import { anyCuts, everyCut, readCut } from "./cuts.js";

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
const hex = (value: Uint8Array) => Buffer.from(value).toString("hex");
const joined = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const messages = (frames: readonly QmiFrame[]) =>
  frames.flatMap((frame) => (frame.kind === "message" ? [frame.message] : []));
const junk = (frames: readonly QmiFrame[]) =>
  joined(...frames.flatMap((frame) => (frame.kind === "junk" ? [frame.bytes] : [])));

/** By hand from the layout: CTL asks for a client of DMS; the module answers 1; DMS asks for the mode. */
const ALLOCATE = bytes("01 0f00 00 00 00  00 05 2200 0400  01 0100 02");
const ALLOCATED = bytes("01 1700 80 00 00  01 05 2200 0c00  02 0400 0000 0000  01 0200 02 01");
const GET_MODE = bytes("01 0c00 00 02 01  00 0100 2d00 0000");

describe("a QMI message", () => {
  it.each<[string, Uint8Array, QmiMessage]>([
    [
      "CTL with a transaction of one byte",
      ALLOCATE,
      {
        service: 0,
        client: 0,
        transaction: 5,
        kind: "request",
        message: 0x22,
        tlvs: [tlv(1, u8(2))],
      },
    ],
    [
      "a response of CTL",
      ALLOCATED,
      {
        service: 0,
        client: 0,
        transaction: 5,
        kind: "response",
        message: 0x22,
        tlvs: [resultTlv("None"), tlv(1, u8(2), u8(1))],
      },
    ],
    [
      "DMS with a transaction of two",
      GET_MODE,
      { service: 2, client: 1, transaction: 1, kind: "request", message: 0x2d, tlvs: [] },
    ],
  ])("%s: bytes and values agree", (_, frame, message) => {
    expect(decodeQmi(frame)).toEqual(message);
    expect(hex(encodeQmi(message))).toBe(hex(frame));
  });

  const anyTlv = fc.record({ type: fc.nat(255), value: fc.uint8Array({ maxLength: 60 }) });
  const anyMessage: fc.Arbitrary<QmiMessage> = fc
    .record({
      service: fc.constantFrom(0, 1, 2, 3, 0x1a, 0xff),
      client: fc.nat(255),
      transaction: fc.nat(255),
      wide: fc.nat(255),
      kind: fc.constantFrom("request" as const, "response" as const, "indication" as const),
      message: fc.nat(0xffff),
      tlvs: fc.array(anyTlv, { maxLength: 8 }),
    })
    .map(({ wide, ...rest }) => ({
      ...rest,
      transaction: rest.service === 0 ? rest.transaction : rest.transaction + 256 * wide,
    }));

  it("comes back as it was sent, alone or merged, however it is cut", () => {
    fc.assert(
      fc.property(fc.array(anyMessage, { minLength: 1, maxLength: 4 }), anyCuts(400), (sent, cuts) => {
        const frames = sent.map(encodeQmi);
        expect(frames.map((frame) => decodeQmi(frame))).toEqual(sent);
        const all = joined(...frames);
        const places = cuts.filter((place) => place < all.length);
        expect(messages(readCut(new QmiReader(), all, places))).toEqual(sent);
      }),
    );
  });

  it("never throws on junk, and what it takes for a message says the same bytes again", () => {
    const frameLike = fc
      .tuple(fc.constantFrom(0, 0x80), fc.nat(3), fc.nat(3), fc.uint8Array({ maxLength: 40 }))
      .map(([flags, service, kind, rest]) =>
        Uint8Array.from([1, rest.length + 6, 0, flags, service, 1, kind, ...rest]),
      );
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 80 }), frameLike), (noise) => {
        const message = decodeQmi(noise);
        if (message !== null) expect(hex(encodeQmi(message))).toBe(hex(noise));
        for (const frame of messages(new QmiReader().push(noise)))
          expect(decodeQmi(encodeQmi(frame))).toEqual(frame);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["another marker", "02 0f00 00 00 00  00 05 2200 0400  01 0100 02"],
    ["a length that is too long", "01 1000 00 00 00  00 05 2200 0400  01 0100 02"],
    ["a length that is too short", "01 0e00 00 00 00  00 05 2200 0400  01 0100 02"],
    ["the host's flag on a response", "01 0f00 00 00 00  01 05 2200 0400  01 0100 02"],
    ["flags nobody uses", "01 0f00 00 00 00  08 05 2200 0400  01 0100 02"],
    ["TLVs longer than said", "01 0f00 00 00 00  00 05 2200 0300  01 0100 02"],
    ["a TLV that ends behind the frame", "01 0f00 00 00 00  00 05 2200 0400  01 0200 02"],
    ["half a TLV header", "01 0d00 00 00 00  00 05 2200 0200  01 01"],
    ["a header that is cut", "01 0b00 00 02 01  00 0100 2d00 00"],
    ["nothing", ""],
  ])("is not: %s", (_, frame) => {
    expect(decodeQmi(bytes(frame))).toBeNull();
  });

  it("refuses to be made of numbers that do not fit", () => {
    const good = { service: 0, client: 0, transaction: 1, kind: "request", message: 1, tlvs: [] } as const;
    expect(() => encodeQmi({ ...good, transaction: 256 })).toThrow(RangeError);
    expect(() => encodeQmi({ ...good, service: 256 })).toThrow(RangeError);
    expect(() => encodeQmi({ ...good, message: 0x10000 })).toThrow(RangeError);
    const big = { type: 1, value: new Uint8Array(FRAME_LIMIT_BYTES) };
    expect(() => encodeQmi({ ...good, tlvs: [big] })).toThrow(RangeError);
    expect(() => tlv(1, u8(256))).toThrow(RangeError);
    expect(() => tlv(1, i8(-129))).toThrow(RangeError);
    expect(() => tlv(1, u16(1.5))).toThrow(RangeError);
    expect(() => tlv(1, u64(1n << 64n))).toThrow(RangeError);
    expect(() => tlv(1, shortText("x".repeat(256)))).toThrow(RangeError);
    expect(() => tlv(1, text("€"))).toThrow(RangeError);
  });
});

describe("QmiReader", () => {
  const stream = joined(bytes("ff00"), ALLOCATE, ALLOCATED, bytes("01ffff00"), GET_MODE);

  it("finds the same messages cut at every byte, and loses no junk", () => {
    const { whole, cut } = everyCut(() => new QmiReader(), stream);
    expect(messages(whole).map(({ service, kind }) => [service, kind])).toEqual([
      [0, "request"],
      [0, "response"],
      [2, "request"],
    ]);
    expect(hex(junk(whole))).toBe("ff0001ffff00");
    for (const frames of cut) {
      expect(messages(frames)).toEqual(messages(whole));
      expect(hex(junk(frames))).toBe("ff0001ffff00");
    }
  });

  it("calls a whole frame that contradicts itself junk, and reads on", () => {
    const bad = bytes("01 0f00 00 00 00  00 05 2200 0400  01 0200 02");
    const frames = new QmiReader().push(joined(bad, GET_MODE));
    expect(frames.map(({ kind }) => kind)).toEqual(["junk", "message"]);
  });

  it("holds less than one frame, however much comes", () => {
    const reader = new QmiReader();
    for (let round = 0; round < 50; round += 1) reader.push(new Uint8Array(4000).fill(1));
    expect(reader.pending).toBe(true);
    reader.reset();
    expect(messages(reader.push(GET_MODE))).toHaveLength(1);
  });
});

describe("TLV values", () => {
  it("are little-endian, and read back in order", () => {
    const value = tlv(
      0x10,
      u8(1),
      u16(0x0203),
      u32(0x87654321),
      u64(0x8000_0000_0000_0001n),
      i8(-53),
      i16(-80),
      shortText("EC25"),
      list(u16, [u8(7), u8(8)]),
      text("rest"),
    );
    expect(hex(value.value)).toBe(
      "01 0302 21436587 0100000000000080 cb b0ff 0445433235 0200 0708 72657374".replaceAll(" ", ""),
    );
    const read = readTlv([value], 0x10, (reader) => [
      reader.u8(),
      reader.u16(),
      reader.u32(),
      reader.u64(),
      reader.i8(),
      reader.i16(),
      reader.shortText(),
      reader.u16(),
      [...reader.bytes(2)],
      reader.text(),
    ]);
    expect(read).toEqual([
      1,
      0x0203,
      0x87654321,
      0x8000_0000_0000_0001n,
      -53,
      -80,
      "EC25",
      2,
      [7, 8],
      "rest",
    ]);
  });

  it("are null when absent or too short, and may have more behind", () => {
    const one = [tlv(1, u8(9))];
    expect(readTlv(one, 2, (reader) => reader.u8())).toBeNull();
    expect(readTlv(one, 1, (reader) => reader.u16())).toBeNull();
    expect(readTlv([tlv(1, u8(9), u8(8))], 1, (reader) => reader.u8())).toBe(9);
    expect(readTlv([tlv(1, u8(200))], 1, (reader) => reader.shortText())).toBeNull();
    expect(() =>
      readTlv(one, 1, () => {
        throw new TypeError("a fault of the reader, not of the bytes");
      }),
    ).toThrow(TypeError);
  });

  it("say how a request ended", () => {
    expect(hex(resultTlv("DeviceNotReady").value)).toBe("01003400");
    expect(resultOf([resultTlv("DeviceNotReady")])).toBe(52);
    expect(resultOf([resultTlv("None")])).toBe(0);
    expect(resultOf([])).toBeNull();
    expect([52, 71, 14, 94, 9999].map(qmiErrorName)).toEqual([
      "DeviceNotReady",
      "InvalidQmiCommand",
      "CallFailed",
      "NotSupported",
      null,
    ]);
  });
});
