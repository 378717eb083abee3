import type { UsbEndpoint } from "../../core/bus.js";
import type { FunctionInterface, Role } from "../composition.js";
import { BULK_PACKET_BYTES, type VirtualDevice } from "../usb.js";
import { associationBytes, functionalBytes, streamBytes } from "./functional.js";

/** What a device says about itself, as the bytes of USB 2.0, chapter 9. */
export interface DescriptorSet {
  readonly device: Uint8Array;
  readonly configuration: Uint8Array;
  /** By index; 0 is the list of languages. */
  readonly strings: readonly Uint8Array[];
}

export const CONFIGURATION_VALUE = 1;
/** English (United States), the only language. */
const LANGUAGE = 0x0409;
/** Index of the address of an ECM function, behind iManufacturer and iProduct. */
const MAC_STRING = 3;
/** In 125 microsecond frames, 2 to the power of 8 of them: the 32 ms of a captured `usb/devices`. */
const INTERRUPT_INTERVAL = 9;
const KIND = { control: 0, isochronous: 1, bulk: 2, interrupt: 3 } as const;

/** The descriptors of a module in the mode it is in (domain.md 3.1, 3.2). */
export function describe(device: VirtualDevice): DescriptorSet {
  const { manufacturer, product, mac, interfaces } = device;
  const texts = interfaces.some(({ role }) => role === "ecm")
    ? [manufacturer, product, mac]
    : [manufacturer, product];
  return {
    strings: [languages(), ...texts.map(textDescriptor)],
    device: Uint8Array.from([
      ...[18, 1, ...word(0x0200), ...device.classTriple, 64],
      ...[...word(device.vendorId), ...word(device.productId), ...word(device.bcdDevice)],
      ...[1, 2, 0, 1],
    ]),
    configuration: configuration(device),
  };
}

/** Attributes, and the current in units of 2 mA. */
const POWER: Readonly<Record<VirtualDevice["mode"], readonly [number, number]>> = {
  /** Remote wake-up and 500 mA (domain.md 3.1). */
  normal: [0xa0, 250],
  /** As in the fixtures edl and dump. */
  edl: [0x80, 1],
  dump: [0x80, 1],
  /** 256 mA, of the little kernel (expected). */
  fastboot: [0x80, 128],
};

function configuration({ interfaces, mode }: VirtualDevice): Uint8Array {
  const body = interfaces.flatMap((one) => [...associationBytes(one), ...interfaceBytes(one)]);
  return Uint8Array.from([
    ...[9, 2, ...word(9 + body.length), interfaces.length, CONFIGURATION_VALUE, 0],
    ...POWER[mode],
    ...body,
  ]);
}

function interfaceBytes(one: FunctionInterface): number[] {
  const { role, endpoints, alternate } = one;
  return [
    ...settingBytes(one, 0, endpoints, functionalBytes(one, MAC_STRING)),
    ...(alternate === null ? [] : settingBytes(one, 1, alternate, streamBytes(role))),
  ];
}

function settingBytes(
  { role, number, classCode, subclass, protocol }: FunctionInterface,
  setting: number,
  endpoints: readonly UsbEndpoint[],
  classSpecific: readonly number[],
): number[] {
  return [
    ...[9, 4, number, setting, endpoints.length, classCode, subclass, protocol, 0],
    ...classSpecific,
    ...endpoints.flatMap((endpoint) => endpointBytes(endpoint, role)),
  ];
}

function endpointBytes({ address, kind }: UsbEndpoint, role: Role): readonly number[] {
  if (kind === "interrupt") {
    const packetBytes = NOTE_BYTES[role] ?? SERIAL_NOTE_BYTES;
    return [7, 5, address, KIND.interrupt, ...word(packetBytes), INTERRUPT_INTERVAL];
  }
  if (kind !== "isochronous") return [7, 5, address, KIND[kind], ...word(BULK_PACKET_BYTES), 0];
  // Asynchronous IN, adaptive OUT, 16 bytes every millisecond, as captured; audio 1.0 adds two bytes and a descriptor.
  const attributes = KIND.isochronous | ((address & 0x80) === 0 ? 0x08 : 0x04);
  return [9, 5, address, attributes, ...word(16), 4, 0, 0, ...[7, 0x25, 1, 0, 0, 0, 0]];
}

/** Largest notification: 10 for serial ports and 8 for QMI as captured; the others as in Qualcomm's gadget drivers. */
const NOTE_BYTES: Readonly<Partial<Record<Role, number>>> = { qmi: 8, rndis: 8, ecm: 16, mbim: 64 };
const SERIAL_NOTE_BYTES = 10;

function languages(): Uint8Array {
  return Uint8Array.from([4, 3, ...word(LANGUAGE)]);
}

/** UTF-16, little-endian; at most 126 units fit into the length byte. */
function textDescriptor(text: string): Uint8Array {
  const units = Array.from({ length: Math.min(text.length, 126) }, (_, index) => text.charCodeAt(index));
  return Uint8Array.from([2 + units.length * 2, 3, ...units.flatMap(word)]);
}

function word(value: number): [number, number] {
  return [value & 0xff, value >>> 8];
}
