import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diagFrame, diagPayload, isDiagCommand } from "../../src/protocol/diag.js";
import { crc16, encodeFrame, type Frame, FrameReader } from "../../src/protocol/hdlc.js";
import { anyCuts, bytesOf, everyCut, readCut } from "./cuts.js";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const frame = (payload: Uint8Array): Frame => ({ kind: "frame", payload });
const read = (...parts: Uint8Array[]) => new FrameReader().push(joined(...parts));

function joined(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

describe("DIAG frames", () => {
  it.each([
    ["enterEdl", "4b650100540f7e"],
    ["download", "3aa16e7e"],
    ["buildId", "7c93497e"],
    ["version", "0078f07e"],
  ] as const)("%s is %s, computed (domain.md 4.1)", (command, wanted) => {
    expect(hex(diagFrame(command))).toBe(wanted);
  });

  it("know the echo of the switch to EDL, and nothing longer or shorter", () => {
    const payload = diagPayload("enterEdl");
    expect(isDiagCommand(payload, "enterEdl")).toBe(true);
    expect(isDiagCommand(payload, "buildId")).toBe(false);
    expect(isDiagCommand(payload.subarray(1), "enterEdl")).toBe(false);
    expect(isDiagCommand(joined(payload, payload), "enterEdl")).toBe(false);
  });

  it("use CRC-16/X-25, whose check value is 906e", () => {
    expect(crc16(bytesOf("123456789"))).toBe(0x906e);
  });
});

describe("FrameReader", () => {
  const payload = fc.uint8Array({ minLength: 1, maxLength: 200 });
  /** Rich in the two bytes that must be escaped. */
  const escaping = fc
    .array(fc.constantFrom(0x7d, 0x7e, 0x5d, 0x5e, 0x20), { minLength: 1, maxLength: 60 })
    .map((bytes) => Uint8Array.from(bytes));

  it("gives back what was framed, with no flag inside, however it is cut", () => {
    const cutFrames = fc
      .array(fc.oneof(payload, escaping), { minLength: 1, maxLength: 4 })
      .chain((payloads) => fc.tuple(fc.constant(payloads), anyCuts(200)));
    fc.assert(
      fc.property(cutFrames, ([payloads, cuts]) => {
        const frames = payloads.map(encodeFrame);
        for (const one of frames) expect(one.indexOf(0x7e)).toBe(one.length - 1);
        const bytes = joined(...frames);
        const places = cuts.filter((place) => place < bytes.length);
        expect(readCut(new FrameReader(), bytes, places)).toEqual(payloads.map(frame));
      }),
    );
  });

  it("says the same cut at every byte", () => {
    const bytes = joined(
      bytesOf("log"),
      Uint8Array.of(0x7e),
      encodeFrame(Uint8Array.of(0x7d, 0x7e, 1)),
      diagFrame("enterEdl"),
    );
    const { whole, cut } = everyCut(() => new FrameReader(), bytes);
    expect(whole.map(({ kind }) => kind)).toEqual(["junk", "frame", "frame"]);
    for (const frames of cut) expect(frames).toEqual(whole);
  });

  it("takes an opening flag and empty frames for nothing", () => {
    expect(read(Uint8Array.of(0x7e, 0x7e), diagFrame("buildId"), Uint8Array.of(0x7e))).toEqual([
      frame(diagPayload("buildId")),
    ]);
  });

  it("finds the echo behind half a frame and log noise", () => {
    const half = diagFrame("version").subarray(1);
    const found = read(half, bytesOf("noise\x7e"), diagFrame("enterEdl"));
    expect(found.map(({ kind }) => kind)).toEqual(["junk", "junk", "frame"]);
    expect(found.at(-1)).toEqual(frame(diagPayload("enterEdl")));
  });

  it("calls a frame with any one bit turned junk", () => {
    const good = diagFrame("enterEdl");
    for (let bit = 0; bit < (good.length - 1) * 8; bit += 1) {
      const bad = Uint8Array.from(good);
      bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(read(bad).every(({ kind }) => kind === "junk")).toBe(true);
    }
  });

  it("forgets a run without flags that is too long, and reads on", () => {
    const reader = new FrameReader();
    for (let chunks = 0; chunks < 100; chunks += 1)
      expect(reader.push(new Uint8Array(10_000).fill(1))).toEqual([]);
    const [junk, echo] = reader.push(joined(Uint8Array.of(0x7e), diagFrame("enterEdl")));
    expect(junk?.kind === "junk" && junk.bytes.length).toBe(16_384);
    expect(echo).toEqual(frame(diagPayload("enterEdl")));
  });
});
