import type { EncapsulatedPort } from "./encapsulated-port.js";

/** Messages and OIDs of the Remote NDIS specification, those a host asks for when it starts. */
const MESSAGE = { initialize: 2, query: 4, set: 5, reset: 6, keepAlive: 8 } as const;
const COMPLETE = 0x80000000;
const OID = {
  maximumFrame: 0x10106,
  physicalMedium: 0x10202,
  permanentMac: 0x1010101,
  currentMac: 0x1010102,
};
const STATUS = { success: 0, notSupported: 0xc00000bb } as const;
const FRAME_BYTES = 1500;
/** A frame, its Ethernet header, the packet header, and the slack Linux's own gadget gives. */
const TRANSFER_BYTES = FRAME_BYTES + 14 + 44 + 22;

/** The control channel of RNDIS: enough that a host's driver starts; no packet is carried. */
export class RndisPort implements EncapsulatedPort {
  readonly #mac: Uint8Array;
  readonly #queue: Uint8Array[] = [];
  #told: () => void = () => undefined;

  constructor(mac: string) {
    this.#mac = Uint8Array.from(Buffer.from(mac, "hex"));
  }

  send(command: Uint8Array): void {
    const answer = this.#answer(command);
    if (answer === null) return;
    this.#queue.push(answer);
    this.#told();
  }

  take(): Uint8Array | null {
    return this.#queue.shift() ?? null;
  }

  available(callback: () => void): void {
    this.#told = callback;
  }

  /** Null for HALT, for what is no message, and for what nobody knows. */
  #answer(command: Uint8Array): Uint8Array | null {
    const view = new DataView(command.buffer, command.byteOffset, command.byteLength);
    const word = (index: number) => (command.length >= index * 4 + 4 ? view.getUint32(index * 4, true) : 0);
    const [type, request] = [word(0), word(2)];
    switch (type) {
      case MESSAGE.initialize:
        // Version 1.0, connectionless, 802.3, one packet a transfer, no alignment, no address families.
        return message(type, [request, STATUS.success, 1, 0, 1, 0, 1, TRANSFER_BYTES, 0, 0, 0]);
      case MESSAGE.query: {
        const value = this.#value(word(3));
        const status = value === null ? STATUS.notSupported : STATUS.success;
        // The value's offset counts from the request id.
        return message(type, [request, status, value?.length ?? 0, value === null ? 0 : 16], value);
      }
      case MESSAGE.set:
      case MESSAGE.keepAlive:
        return message(type, [request, STATUS.success]);
      case MESSAGE.reset:
        return message(type, [STATUS.success, 1]);
      default:
        return null;
    }
  }

  #value(oid: number): Uint8Array | null {
    switch (oid) {
      case OID.permanentMac:
      case OID.currentMac:
        return this.#mac;
      case OID.maximumFrame:
        return words([FRAME_BYTES]);
      case OID.physicalMedium:
        return words([0]);
      default:
        return null;
    }
  }
}

function message(type: number, rest: readonly number[], value: Uint8Array | null = null): Uint8Array {
  const head = words([COMPLETE + type, 8 + rest.length * 4 + (value?.length ?? 0), ...rest]);
  return Uint8Array.from([...head, ...(value ?? [])]);
}

/** Little-endian. */
function words(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => view.setUint32(index * 4, value, true));
  return bytes;
}
