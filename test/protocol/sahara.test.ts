import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeSahara, encodeSahara, type SaharaPacket } from "../../src/protocol/sahara.js";

/** Every kind of packet with its identifier and length in bytes (qdl src/sahara.c). */
const PACKETS: readonly (readonly [packet: SaharaPacket, id: number, length: number])[] = [
  [{ kind: "hello", version: 2, compatible: 1, maxBytes: 1024, mode: 0 }, 0x01, 48],
  [{ kind: "hello-response", version: 2, compatible: 1, status: 0, mode: 3 }, 0x02, 48],
  [{ kind: "read-data", image: 13, offset: 0x34, lengthBytes: 4096 }, 0x03, 20],
  [{ kind: "end-image", image: 13, status: 0 }, 0x04, 16],
  [{ kind: "done" }, 0x05, 8],
  [{ kind: "done-response", status: 1 }, 0x06, 12],
  [{ kind: "reset" }, 0x07, 8],
  [{ kind: "reset-response" }, 0x08, 8],
  [{ kind: "command-ready" }, 0x0b, 8],
  [{ kind: "switch-mode", mode: 0 }, 0x0c, 12],
  [{ kind: "execute", command: 1 }, 0x0d, 12],
  [{ kind: "execute-response", command: 1, lengthBytes: 4 }, 0x0e, 16],
  [{ kind: "execute-data", command: 1 }, 0x0f, 12],
  [{ kind: "read-data-64", image: 13, offset: 0x34, lengthBytes: 4096 }, 0x12, 32],
];

function withWord(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  new DataView(copy.buffer).setUint32(at, value, true);
  return copy;
}

describe("Sahara", () => {
  it.each(PACKETS)("$0.kind is there and back, $2 bytes", (packet, id, length) => {
    const bytes = encodeSahara(packet);
    const view = new DataView(bytes.buffer);
    expect([view.getUint32(0, true), view.getUint32(4, true), bytes.length]).toEqual([id, length, length]);
    expect(decodeSahara(bytes)).toEqual(packet);
    // A view into a larger buffer, as a transfer is.
    expect(decodeSahara(new Uint8Array([9, 9, 9, ...bytes]).subarray(3))).toEqual(packet);
  });

  it.each(PACKETS)("$0.kind of a wrong length is none", (packet) => {
    const bytes = encodeSahara(packet);
    const longer = new Uint8Array([...bytes, 0, 0, 0, 0]);
    expect(decodeSahara(withWord(bytes, 4, bytes.length + 4))).toBeNull();
    expect(decodeSahara(bytes.subarray(0, -1))).toBeNull();
    expect(decodeSahara(longer)).toBeNull();
    expect(decodeSahara(withWord(longer, 4, longer.length))).toBeNull();
  });

  it("takes no end of image whose status is missing for a good one", () => {
    const short = encodeSahara({ kind: "end-image", image: 13, status: 0 }).slice(0, 8);
    expect(decodeSahara(withWord(short, 4, 8))).toBeNull();
  });

  it("keeps the high half of a 64-bit offset", () => {
    const bytes = encodeSahara({ kind: "read-data-64", image: 13, offset: 0, lengthBytes: 16 });
    expect(decodeSahara(withWord(bytes, 20, 1))).toMatchObject({ offset: 2 ** 32 });
  });

  it("keeps every word", () => {
    const word = fc.nat(0xffffffff);
    fc.assert(
      fc.property(word, word, word, word, (version, compatible, maxBytes, mode) => {
        const hello: SaharaPacket = { kind: "hello", version, compatible, maxBytes, mode };
        expect(decodeSahara(encodeSahara(hello))).toEqual(hello);
        const piece: SaharaPacket = {
          kind: "read-data",
          image: version,
          offset: maxBytes,
          lengthBytes: mode,
        };
        expect(decodeSahara(encodeSahara(piece))).toEqual(piece);
      }),
    );
  });

  it("never throws, and whatever it makes of bytes encodes to their length", () => {
    const framed = fc
      .tuple(fc.nat(0x14), fc.uint8Array({ maxLength: 60 }))
      .map(([id, rest]) => Uint8Array.of(id, 0, 0, 0, rest.length + 8, 0, 0, 0, ...rest));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), framed), (bytes) => {
        const packet = decodeSahara(bytes);
        if (packet !== null) expect(encodeSahara(packet).length).toBe(bytes.length);
      }),
      { numRuns: 1_000 },
    );
  });
});
