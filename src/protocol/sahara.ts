/**
 * Sahara, the boot ROM's language: little-endian words, command and length first. Both sides are here, since the
 * virtual module answers in it too. Layouts: domain.md 4.2, 4.4b; qdl src/sahara.c.
 */

export type SaharaPacket =
  | {
      readonly kind: "hello";
      readonly version: number;
      readonly compatible: number;
      readonly maxBytes: number;
      readonly mode: number;
    }
  | {
      readonly kind: "hello-response";
      readonly version: number;
      readonly compatible: number;
      readonly status: number;
      readonly mode: number;
    }
  | {
      readonly kind: "read-data";
      readonly image: number;
      readonly offset: number;
      readonly lengthBytes: number;
    }
  | {
      readonly kind: "read-data-64";
      readonly image: number;
      readonly offset: number;
      readonly lengthBytes: number;
    }
  | { readonly kind: "end-image"; readonly image: number; readonly status: number }
  | { readonly kind: "done" }
  | { readonly kind: "done-response"; readonly status: number }
  | { readonly kind: "reset" }
  | { readonly kind: "reset-response" }
  | { readonly kind: "command-ready" }
  | { readonly kind: "switch-mode"; readonly mode: number }
  | { readonly kind: "execute"; readonly command: number }
  | { readonly kind: "execute-response"; readonly command: number; readonly lengthBytes: number }
  | { readonly kind: "execute-data"; readonly command: number };

export const SAHARA = {
  version: 2,
  compatible: 1,
  /** Mode word of HELLO and HELLO_RESP. */
  mode: { imagePending: 0, imageComplete: 1, memoryDebug: 2, command: 3 },
  /** Image the boot ROM of an MDM9x07 asks for (domain.md 4.2). */
  programmerImage: 13,
  /** Largest piece the boot ROM asks for at once (domain.md 4.2). */
  pieceBytes: 4096,
  execute: { serialNumber: 1, hardwareId: 2 },
} as const;

const IDS = {
  hello: 0x01,
  "hello-response": 0x02,
  "read-data": 0x03,
  "end-image": 0x04,
  done: 0x05,
  "done-response": 0x06,
  reset: 0x07,
  "reset-response": 0x08,
  "command-ready": 0x0b,
  "switch-mode": 0x0c,
  execute: 0x0d,
  "execute-response": 0x0e,
  "execute-data": 0x0f,
  "read-data-64": 0x12,
} as const;

const HELLO_RESERVED = [0, 0, 0, 0, 0, 0];

/** A packet as bytes. */
export function encodeSahara(packet: SaharaPacket): Uint8Array {
  const words = wordsOf(packet);
  const bytes = new Uint8Array(8 + words.length * 4);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, IDS[packet.kind], true);
  view.setUint32(4, bytes.length, true);
  words.forEach((word, at) => view.setUint32(8 + at * 4, word, true));
  return bytes;
}

function wordsOf(packet: SaharaPacket): readonly number[] {
  switch (packet.kind) {
    case "hello":
      return [packet.version, packet.compatible, packet.maxBytes, packet.mode, ...HELLO_RESERVED];
    case "hello-response":
      return [packet.version, packet.compatible, packet.status, packet.mode, ...HELLO_RESERVED];
    case "read-data":
      return [packet.image, packet.offset, packet.lengthBytes];
    case "read-data-64":
      return [packet.image, 0, packet.offset, 0, packet.lengthBytes, 0];
    case "end-image":
      return [packet.image, packet.status];
    case "done-response":
      return [packet.status];
    case "switch-mode":
      return [packet.mode];
    case "execute":
    case "execute-data":
      return [packet.command];
    case "execute-response":
      return [packet.command, packet.lengthBytes];
    case "done":
    case "reset":
    case "reset-response":
    case "command-ready":
      return [];
  }
}

/** Words behind command and length. A packet of another length is none: its missing words would read as success. */
const WORDS: Readonly<Record<keyof typeof IDS, number>> = {
  hello: 10,
  "hello-response": 10,
  "read-data": 3,
  "end-image": 2,
  done: 0,
  "done-response": 1,
  reset: 0,
  "reset-response": 0,
  "command-ready": 0,
  "switch-mode": 1,
  execute: 1,
  "execute-response": 2,
  "execute-data": 1,
  "read-data-64": 6,
};

/** A transfer as a packet, or null when it is not one: its length word and its kind's length must match what arrived. */
export function decodeSahara(bytes: Uint8Array): SaharaPacket | null {
  if (bytes.length < 8) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (at: number) => view.getUint32(8 + at * 4, true);
  const wide = (at: number) => word(at) + word(at + 1) * 2 ** 32;
  if (view.getUint32(4, true) !== bytes.length) return null;
  const kind = (Object.keys(IDS) as (keyof typeof IDS)[]).find(
    (name) => IDS[name] === view.getUint32(0, true),
  );
  if (kind !== undefined && bytes.length !== 8 + 4 * WORDS[kind]) return null;
  switch (kind) {
    case "hello":
      return { kind, version: word(0), compatible: word(1), maxBytes: word(2), mode: word(3) };
    case "hello-response":
      return { kind, version: word(0), compatible: word(1), status: word(2), mode: word(3) };
    case "read-data":
      return { kind, image: word(0), offset: word(1), lengthBytes: word(2) };
    case "read-data-64":
      return { kind, image: wide(0), offset: wide(2), lengthBytes: wide(4) };
    case "end-image":
      return { kind, image: word(0), status: word(1) };
    case "done-response":
      return { kind, status: word(0) };
    case "switch-mode":
      return { kind, mode: word(0) };
    case "execute":
    case "execute-data":
      return { kind, command: word(0) };
    case "execute-response":
      return { kind, command: word(0), lengthBytes: word(1) };
    case "done":
    case "reset":
    case "reset-response":
    case "command-ready":
      return { kind };
    case undefined:
      return null;
  }
}
