import type { UsbEndpoint } from "../core/bus.js";

/** One alternate setting of an interface, as the device describes it. */
export interface InterfaceDescriptor {
  readonly number: number;
  readonly alternate: number;
  /** bNumEndpoints: as many as `endpoints` holds. */
  readonly announced: number;
  readonly classCode: number;
  readonly subclass: number;
  readonly protocol: number;
  readonly endpoints: readonly UsbEndpoint[];
}

export interface ConfigurationDescriptor {
  readonly value: number;
  readonly interfaces: readonly InterfaceDescriptor[];
}

export interface Descriptors {
  readonly vendorId: number;
  readonly productId: number;
  readonly bcdDevice: number;
  readonly configurations: readonly ConfigurationDescriptor[];
}

/** Descriptor types and lengths of USB 2.0, table 9-5 and sections 9.6.1 to 9.6.6. */
const TYPE = { device: 1, configuration: 2, interface: 4, endpoint: 5 } as const;
const LENGTH = { device: 18, configuration: 9, interface: 9, endpoint: 7 } as const;
const KINDS = ["control", "isochronous", "bulk", "interrupt"] as const;

/** The transfer kind in the two low bits of `bmAttributes` (USB 2.0, table 9-13). */
export function endpointKind(attributes: number): UsbEndpoint["kind"] {
  return KINDS[attributes & 3] ?? "control";
}

/**
 * Reads what Linux keeps in the `descriptors` file of a USB device: the device descriptor, then every configuration
 * with its interfaces and endpoints; class-specific descriptors between them are passed over.
 *
 * Returns null when the bytes are not whole: a length that runs over its end, fewer configurations or endpoints than
 * announced, an endpoint before any interface. Half a description is no ground for choosing the port that gets the EDL
 * frame.
 */
export function parseDescriptors(bytes: Uint8Array): Descriptors | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < LENGTH.device || view.getUint8(1) !== TYPE.device) return null;
  const configurations: ConfigurationDescriptor[] = [];
  for (let at: number = LENGTH.device; at < bytes.length; ) {
    if (bytes.length - at < LENGTH.configuration || view.getUint8(at + 1) !== TYPE.configuration) return null;
    const totalBytes = view.getUint16(at + 2, true);
    const interfaces = at + totalBytes > bytes.length ? null : parseInterfaces(view, at, at + totalBytes);
    if (interfaces === null) return null;
    configurations.push({ value: view.getUint8(at + 5), interfaces });
    at += totalBytes;
  }
  if (configurations.length !== view.getUint8(17)) return null;
  return {
    vendorId: view.getUint16(8, true),
    productId: view.getUint16(10, true),
    bcdDevice: view.getUint16(12, true),
    configurations,
  };
}

type Draft = InterfaceDescriptor & { endpoints: UsbEndpoint[] };

/** The interfaces of the configuration that lies from `start` to `end`, or null when it is not whole. */
function parseInterfaces(view: DataView, start: number, end: number): InterfaceDescriptor[] | null {
  const drafts: Draft[] = [];
  let at = start;
  while (at < end) {
    const length = end - at < 2 ? 0 : view.getUint8(at);
    if (length < 2 || at + length > end) return null;
    if (!take(new DataView(view.buffer, view.byteOffset + at, length), drafts)) return null;
    at += length;
  }
  if (at === start || drafts.some(({ announced, endpoints }) => announced !== endpoints.length)) return null;
  return drafts;
}

/** Adds one descriptor to the interfaces before it; false when it is too short or cannot stand there. */
function take(one: DataView, drafts: Draft[]): boolean {
  const type = one.getUint8(1);
  if (type === TYPE.interface) {
    if (one.byteLength < LENGTH.interface) return false;
    drafts.push({
      number: one.getUint8(2),
      alternate: one.getUint8(3),
      announced: one.getUint8(4),
      classCode: one.getUint8(5),
      subclass: one.getUint8(6),
      protocol: one.getUint8(7),
      endpoints: [],
    });
  }
  if (type === TYPE.endpoint) {
    const owner = drafts.at(-1);
    if (one.byteLength < LENGTH.endpoint || owner === undefined) return false;
    owner.endpoints.push({ address: one.getUint8(2), kind: endpointKind(one.getUint8(3)) });
  }
  return true;
}
