import { ByteQueue } from "./byte-queue.js";
import { readText, viewOf, writeText } from "./fields.js";
import {
  type Broken,
  LAYOUT,
  type SubmitRequest,
  type UnlinkRequest,
  USBIP,
  type UsbipRequest,
} from "./values.js";

/** @throws RangeError when a busid is longer than 31 bytes, or a submit's sizes contradict each other */
export function encodeRequest(request: UsbipRequest): Uint8Array {
  switch (request.kind) {
    case "list":
      return operation(USBIP.operation.listRequest, 0);
    case "import": {
      const bytes = operation(USBIP.operation.importRequest, LAYOUT.busidBytes);
      writeText(bytes, LAYOUT.operationBytes, LAYOUT.busidBytes, request.busid);
      return bytes;
    }
    case "submit":
      return encodeSubmit(request);
    case "unlink": {
      const bytes = command(USBIP.command.unlink, request, 0);
      viewOf(bytes).setUint32(0x14, request.target);
      return bytes;
    }
  }
}

function operation(code: number, bodyBytes: number): Uint8Array {
  const bytes = new Uint8Array(LAYOUT.operationBytes + bodyBytes);
  viewOf(bytes).setUint16(0, USBIP.version);
  viewOf(bytes).setUint16(2, code);
  return bytes;
}

function command(code: number, request: SubmitRequest | UnlinkRequest, dataBytes: number): Uint8Array {
  const bytes = new Uint8Array(LAYOUT.headerBytes + dataBytes);
  const view = viewOf(bytes);
  view.setUint32(0, code);
  view.setUint32(4, request.sequence);
  view.setUint32(8, request.deviceId);
  return bytes;
}

function encodeSubmit(request: SubmitRequest): Uint8Array {
  const { data, setup, lengthBytes, direction } = request;
  if (setup.length !== LAYOUT.setupBytes) throw new RangeError("a setup has eight bytes");
  if (data.length !== (direction === "out" ? lengthBytes : 0)) throw new RangeError("data and length differ");
  const bytes = command(USBIP.command.submit, request, data.length);
  const view = viewOf(bytes);
  view.setUint32(0x0c, direction === "in" ? 1 : 0);
  view.setUint32(0x10, request.endpoint);
  view.setUint32(0x14, request.flags);
  view.setUint32(0x18, lengthBytes);
  view.setUint32(0x24, request.interval);
  bytes.set(setup, 0x28);
  bytes.set(data, LAYOUT.headerBytes);
  return bytes;
}

/**
 * The server's ear: chunks in, requests out, however the chunks are cut. Holds at most one header and one transfer of
 * `maxTransferBytes`. After a `broken` it says nothing more.
 */
export class RequestReader {
  readonly #maxTransferBytes: number;
  readonly #queue = new ByteQueue();
  #broken = false;

  constructor(maxTransferBytes: number) {
    this.#maxTransferBytes = maxTransferBytes;
  }

  push(bytes: Uint8Array): (UsbipRequest | Broken)[] {
    if (this.#broken) return [];
    this.#queue.push(bytes);
    const requests: (UsbipRequest | Broken)[] = [];
    for (let next = this.#next(); next !== null; next = this.#next()) {
      requests.push(next);
      if (next.kind !== "broken") continue;
      this.#broken = true;
      this.#queue.clear();
      break;
    }
    return requests;
  }

  #next(): UsbipRequest | Broken | null {
    const start = this.#queue.peek(4);
    if (start === null) return null;
    const word = viewOf(start).getUint32(0);
    if (word === USBIP.command.submit) return this.#submit();
    if (word === USBIP.command.unlink) return this.#unlink();
    if (word >>> 16 !== USBIP.version) return broken(`0x${word.toString(16)} begins nothing known`);
    return this.#operation(word & 0xffff);
  }

  #operation(code: number): UsbipRequest | Broken | null {
    const { listRequest, importRequest } = USBIP.operation;
    if (code !== listRequest && code !== importRequest) return broken(`operation 0x${code.toString(16)}`);
    const size = LAYOUT.operationBytes + (code === importRequest ? LAYOUT.busidBytes : 0);
    if (this.#queue.length < size) return null;
    const bytes = this.#queue.take(size);
    if (code === listRequest) return { kind: "list" };
    return { kind: "import", busid: readText(bytes.subarray(LAYOUT.operationBytes)) };
  }

  #submit(): UsbipRequest | Broken | null {
    const head = this.#queue.peek(LAYOUT.headerBytes);
    if (head === null) return null;
    const view = viewOf(head);
    const direction = view.getUint32(0x0c);
    const endpoint = view.getUint32(0x10);
    const lengthBytes = view.getUint32(0x18);
    const packets = view.getUint32(0x20);
    if (direction > 1) return broken(`direction ${direction}`);
    if (endpoint > 15) return broken(`endpoint ${endpoint}`);
    if (lengthBytes > this.#maxTransferBytes) return broken(`a transfer of ${lengthBytes} bytes`);
    // Both are in use for "not isochronous": the document names all ones, its own example has 0.
    if (packets !== 0 && packets !== 0xffffffff) return broken(`${packets} isochronous packets`);
    const dataBytes = direction === 0 ? lengthBytes : 0;
    if (this.#queue.length < LAYOUT.headerBytes + dataBytes) return null;
    const bytes = this.#queue.take(LAYOUT.headerBytes + dataBytes);
    return {
      kind: "submit",
      sequence: view.getUint32(4),
      deviceId: view.getUint32(8),
      direction: direction === 1 ? "in" : "out",
      endpoint,
      flags: view.getUint32(0x14),
      lengthBytes,
      interval: view.getUint32(0x24),
      setup: bytes.slice(0x28, 0x28 + LAYOUT.setupBytes),
      data: bytes.subarray(LAYOUT.headerBytes),
    };
  }

  #unlink(): UsbipRequest | null {
    if (this.#queue.length < LAYOUT.headerBytes) return null;
    const view = viewOf(this.#queue.take(LAYOUT.headerBytes));
    return {
      kind: "unlink",
      sequence: view.getUint32(4),
      deviceId: view.getUint32(8),
      target: view.getUint32(0x14),
    };
  }
}

function broken(reason: string): Broken {
  return { kind: "broken", reason };
}
