import { SERVICE } from "./services.js";
import type { Tlv } from "./tlv.js";

export type QmiKind = "request" | "response" | "indication";

/**
 * One QMI message in its QMUX frame, as it travels in an encapsulated command. Layout: libqmi, qmi-message.c: marker 1;
 * length of all behind the marker (2), flags (1: 0x80 from the module), service (1), client (1); then QMI flags (1),
 * transaction (1 byte for CTL, 2 for others), message (2), length of the TLVs (2); then TLVs of type (1), length (2), value.
 */
export interface QmiMessage {
  readonly service: number;
  /** 0 for CTL; 0xff is everyone. */
  readonly client: number;
  readonly transaction: number;
  readonly kind: QmiKind;
  readonly message: number;
  readonly tlvs: readonly Tlv[];
}

/** What qmi_wwan takes in one encapsulated command or response (drivers/net/usb/qmi_wwan.c: 4096). */
export const FRAME_LIMIT_BYTES = 4096;
export const MARKER = 0x01;
/** Marker and QMUX header. */
export const QMUX_BYTES = 6;
const FROM_HOST = 0x00;
const FROM_MODULE = 0x80;
/** QMI flags by kind; CTL's are one bit lower, because its messages cannot be compound. */
const KIND_FLAGS: Readonly<Record<QmiKind, number>> = { request: 0, response: 2, indication: 4 };
const KINDS = Object.keys(KIND_FLAGS) as QmiKind[];

const headerBytes = (service: number) => (service === SERVICE.ctl ? 6 : 7);

function flagsOf(kind: QmiKind, service: number): number {
  return service === SERVICE.ctl ? KIND_FLAGS[kind] >> 1 : KIND_FLAGS[kind];
}

/** @throws RangeError for a number that does not fit its field, or a frame beyond FRAME_LIMIT_BYTES */
export function encodeQmi(message: QmiMessage): Uint8Array {
  const { service, client, transaction, kind, tlvs } = message;
  const ctl = service === SERVICE.ctl;
  const fits = (value: number, limit: number) => Number.isInteger(value) && value >= 0 && value <= limit;
  if (!fits(service, 0xff) || !fits(client, 0xff) || !fits(message.message, 0xffff))
    throw new RangeError("a service, client or message number is out of range");
  if (!fits(transaction, ctl ? 0xff : 0xffff))
    throw new RangeError(`transaction ${transaction} is out of range`);
  const head = QMUX_BYTES + headerBytes(service);
  const size = tlvs.reduce((sum, { value }) => sum + 3 + value.length, head);
  if (size > FRAME_LIMIT_BYTES) throw new RangeError(`a QMI frame cannot hold ${size} bytes`);
  const bytes = new Uint8Array(size);
  const view = viewOf(bytes);
  bytes.set([MARKER, 0, 0, kind === "request" ? FROM_HOST : FROM_MODULE, service, client]);
  view.setUint16(1, size - 1, true);
  view.setUint8(QMUX_BYTES, flagsOf(kind, service));
  if (ctl) view.setUint8(QMUX_BYTES + 1, transaction);
  else view.setUint16(QMUX_BYTES + 1, transaction, true);
  view.setUint16(head - 4, message.message, true);
  view.setUint16(head - 2, size - head, true);
  let at = head;
  for (const { type, value } of tlvs) {
    view.setUint8(at, type);
    view.setUint16(at + 1, value.length, true);
    bytes.set(value, at + 3);
    at += 3 + value.length;
  }
  return bytes;
}

/** The frame that these bytes are, whole and nothing more; null for anything else. Never throws. */
export function decodeQmi(bytes: Uint8Array): QmiMessage | null {
  if (bytes.length < QMUX_BYTES || bytes.length > FRAME_LIMIT_BYTES || bytes[0] !== MARKER) return null;
  const view = viewOf(bytes);
  const service = view.getUint8(4);
  const head = QMUX_BYTES + headerBytes(service);
  if (view.getUint16(1, true) !== bytes.length - 1 || bytes.length < head) return null;
  const flags = view.getUint8(QMUX_BYTES);
  const kind = KINDS.find((candidate) => flagsOf(candidate, service) === flags);
  if (kind === undefined || view.getUint8(3) !== (kind === "request" ? FROM_HOST : FROM_MODULE)) return null;
  if (view.getUint16(head - 2, true) !== bytes.length - head) return null;
  const tlvs = tlvsOf(bytes.subarray(head));
  if (tlvs === null) return null;
  return {
    service,
    client: view.getUint8(5),
    transaction:
      service === SERVICE.ctl ? view.getUint8(QMUX_BYTES + 1) : view.getUint16(QMUX_BYTES + 1, true),
    kind,
    message: view.getUint16(head - 4, true),
    tlvs,
  };
}

function tlvsOf(bytes: Uint8Array): Tlv[] | null {
  const view = viewOf(bytes);
  const tlvs: Tlv[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + 3 > bytes.length) return null;
    const end = at + 3 + view.getUint16(at + 1, true);
    if (end > bytes.length) return null;
    tlvs.push({ type: view.getUint8(at), value: bytes.slice(at + 3, end) });
    at = end;
  }
  return tlvs;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
