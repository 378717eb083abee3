import { ByteQueue } from "./byte-queue.js";
import { readText, viewOf, writeText } from "./fields.js";
import {
  type Broken,
  LAYOUT,
  type ListedDevice,
  USBIP,
  type UsbipDevice,
  type UsbipReply,
} from "./values.js";

/** @throws RangeError when a path or busid is too long for its field */
export function encodeReply(reply: UsbipReply): Uint8Array {
  switch (reply.kind) {
    case "list":
      return encodeList(reply.status, reply.devices);
    case "import": {
      const bodyBytes = reply.device === null ? 0 : LAYOUT.deviceBytes;
      const bytes = operation(USBIP.operation.importReply, reply.status, bodyBytes);
      if (reply.device !== null) writeDevice(bytes, LAYOUT.operationBytes, reply.device);
      return bytes;
    }
    case "submitted": {
      const bytes = command(USBIP.command.submitted, reply.sequence, reply.status, reply.data.length);
      // The other words stay 0, as in the document's example and in what the kernel's own server sends.
      viewOf(bytes).setUint32(0x18, reply.actualBytes);
      bytes.set(reply.data, LAYOUT.headerBytes);
      return bytes;
    }
    case "unlinked":
      return command(USBIP.command.unlinked, reply.sequence, reply.status, 0);
  }
}

function operation(code: number, status: number, bodyBytes: number): Uint8Array {
  const bytes = new Uint8Array(LAYOUT.operationBytes + bodyBytes);
  const view = viewOf(bytes);
  view.setUint16(0, USBIP.version);
  view.setUint16(2, code);
  view.setUint32(4, status);
  return bytes;
}

function command(code: number, sequence: number, status: number, dataBytes: number): Uint8Array {
  const bytes = new Uint8Array(LAYOUT.headerBytes + dataBytes);
  const view = viewOf(bytes);
  view.setUint32(0, code);
  view.setUint32(4, sequence);
  view.setInt32(0x14, status);
  return bytes;
}

function encodeList(status: number, devices: readonly ListedDevice[]): Uint8Array {
  const sizes = devices.map(
    ({ interfaces }) => LAYOUT.deviceBytes + interfaces.length * LAYOUT.interfaceBytes,
  );
  const bytes = operation(USBIP.operation.listReply, status, 4 + sizes.reduce((sum, size) => sum + size, 0));
  viewOf(bytes).setUint32(LAYOUT.operationBytes, devices.length);
  let at = LAYOUT.operationBytes + 4;
  for (const device of devices) {
    writeDevice(bytes, at, device);
    at += LAYOUT.deviceBytes;
    for (const { classCode, subclass, protocol } of device.interfaces) {
      bytes.set([classCode, subclass, protocol, 0], at);
      at += LAYOUT.interfaceBytes;
    }
  }
  return bytes;
}

/** Offsets behind path and busid: busnum, devnum, speed, ids, class triple, configuration, counts. */
function writeDevice(bytes: Uint8Array, at: number, device: UsbipDevice): void {
  writeText(bytes, at, LAYOUT.pathBytes, device.path);
  writeText(bytes, at + LAYOUT.pathBytes, LAYOUT.busidBytes, device.busid);
  const view = new DataView(bytes.buffer, bytes.byteOffset + at + LAYOUT.pathBytes + LAYOUT.busidBytes);
  view.setUint32(0, device.busNumber);
  view.setUint32(4, device.deviceNumber);
  view.setUint32(8, device.speed);
  view.setUint16(12, device.vendorId);
  view.setUint16(14, device.productId);
  view.setUint16(16, device.bcdDevice);
  view.setUint8(18, device.classCode);
  view.setUint8(19, device.subclass);
  view.setUint8(20, device.protocol);
  view.setUint8(21, device.configurationValue);
  view.setUint8(22, device.configurationCount);
  view.setUint8(23, device.interfaceCount);
}

function readDevice(bytes: Uint8Array): UsbipDevice {
  const numbers = LAYOUT.pathBytes + LAYOUT.busidBytes;
  const view = viewOf(bytes.subarray(numbers));
  return {
    path: readText(bytes.subarray(0, LAYOUT.pathBytes)),
    busid: readText(bytes.subarray(LAYOUT.pathBytes, numbers)),
    busNumber: view.getUint32(0),
    deviceNumber: view.getUint32(4),
    speed: view.getUint32(8),
    vendorId: view.getUint16(12),
    productId: view.getUint16(14),
    bcdDevice: view.getUint16(16),
    classCode: view.getUint8(18),
    subclass: view.getUint8(19),
    protocol: view.getUint8(20),
    configurationValue: view.getUint8(21),
    configurationCount: view.getUint8(22),
    interfaceCount: view.getUint8(23),
  };
}

/** More than one server exports; a count beyond it is no list. */
const MAX_DEVICES = 1024;

/**
 * The client's ear: chunks in, replies out. A reply to a submit does not say whether data follows, so `isIn` must: it is
 * given the sequence number and answers null for one that was never sent. After a `broken` it says nothing more.
 */
export class ReplyReader {
  readonly #maxTransferBytes: number;
  readonly #isIn: (sequence: number) => boolean | null;
  readonly #queue = new ByteQueue();
  #broken = false;

  constructor(maxTransferBytes: number, isIn: (sequence: number) => boolean | null) {
    this.#maxTransferBytes = maxTransferBytes;
    this.#isIn = isIn;
  }

  push(bytes: Uint8Array): (UsbipReply | Broken)[] {
    if (this.#broken) return [];
    this.#queue.push(bytes);
    const replies: (UsbipReply | Broken)[] = [];
    for (let next = this.#next(); next !== null; next = this.#next()) {
      replies.push(next);
      if (next.kind !== "broken") continue;
      this.#broken = true;
      this.#queue.clear();
      break;
    }
    return replies;
  }

  #next(): UsbipReply | Broken | null {
    const start = this.#queue.peek(LAYOUT.operationBytes);
    if (start === null) return null;
    const word = viewOf(start).getUint32(0);
    if (word === USBIP.command.submitted || word === USBIP.command.unlinked) return this.#completion(word);
    if (word >>> 16 !== USBIP.version) return broken(`0x${word.toString(16)} begins nothing known`);
    const status = viewOf(start).getUint32(4);
    const code = word & 0xffff;
    if (code === USBIP.operation.importReply) return this.#import(status);
    if (code === USBIP.operation.listReply) return this.#list(status);
    return broken(`operation 0x${code.toString(16)}`);
  }

  #completion(word: number): UsbipReply | Broken | null {
    const head = this.#queue.peek(LAYOUT.headerBytes);
    if (head === null) return null;
    const view = viewOf(head);
    const [sequence, status, actualBytes] = [view.getUint32(4), view.getInt32(0x14), view.getUint32(0x18)];
    if (word === USBIP.command.unlinked) {
      this.#queue.take(LAYOUT.headerBytes);
      return { kind: "unlinked", sequence, status };
    }
    const isIn = this.#isIn(sequence);
    if (isIn === null) return broken(`an answer to ${sequence}, which was never asked`);
    if (actualBytes > this.#maxTransferBytes) return broken(`a transfer of ${actualBytes} bytes`);
    const size = LAYOUT.headerBytes + (isIn ? actualBytes : 0);
    if (this.#queue.length < size) return null;
    const data = this.#queue.take(size).subarray(LAYOUT.headerBytes);
    return { kind: "submitted", sequence, status, actualBytes, data };
  }

  #import(status: number): UsbipReply | null {
    const size = LAYOUT.operationBytes + (status === USBIP.status.ok ? LAYOUT.deviceBytes : 0);
    if (this.#queue.length < size) return null;
    const body = this.#queue.take(size).subarray(LAYOUT.operationBytes);
    return { kind: "import", status, device: body.length === 0 ? null : readDevice(body) };
  }

  #list(status: number): UsbipReply | Broken | null {
    const head = this.#queue.peek(LAYOUT.operationBytes + 4);
    if (head === null) return null;
    const count = viewOf(head).getUint32(LAYOUT.operationBytes);
    if (count > MAX_DEVICES) return broken(`a list of ${count} devices`);
    const devices: ListedDevice[] = [];
    let at = head.length;
    for (let index = 0; index < count; index += 1) {
      const bytes = this.#queue.peek(at + LAYOUT.deviceBytes)?.subarray(at);
      if (bytes === undefined) return null;
      const device = readDevice(bytes);
      at += LAYOUT.deviceBytes;
      const end = at + device.interfaceCount * LAYOUT.interfaceBytes;
      const rest = this.#queue.peek(end)?.subarray(at);
      if (rest === undefined) return null;
      const interfaces = Array.from({ length: device.interfaceCount }, (_, number) => {
        const [classCode = 0, subclass = 0, protocol = 0] = rest.subarray(number * LAYOUT.interfaceBytes);
        return { classCode, subclass, protocol };
      });
      devices.push({ ...device, interfaces });
      at = end;
    }
    this.#queue.take(at);
    return { kind: "list", status, devices };
  }
}

function broken(reason: string): Broken {
  return { kind: "broken", reason };
}
