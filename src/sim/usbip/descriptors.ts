import type { UsbDevice, UsbEndpoint, UsbInterface } from "../../core/bus.js";
import { isRunning } from "../usb.js";

/** What a device says about itself, as the bytes of USB 2.0, chapter 9. */
export interface DescriptorSet {
  readonly device: Uint8Array;
  readonly configuration: Uint8Array;
  /** By index; 0 is the list of languages. */
  readonly strings: readonly Uint8Array[];
  readonly classTriple: readonly [number, number, number];
}

export const CONFIGURATION_VALUE = 1;
/** English (United States), the only language. */
const LANGUAGE = 0x0409;
const BULK_PACKET_BYTES = 512;
/** In 125 microsecond frames, 2 to the power of 8 of them. Not seen in a capture: as in the fixture default-qmi. */
const INTERRUPT_INTERVAL = 9;
const KIND = { control: 0, isochronous: 1, bulk: 2, interrupt: 3 } as const;

/** The descriptors of a module in the mode it is in (domain.md 3.1, 3.2). */
export function describe(device: UsbDevice): DescriptorSet {
  const running = isRunning(device);
  const classTriple = running ? ([0xef, 2, 1] as const) : ([0, 0, 0] as const);
  const manufacturer = manufacturerOf(device);
  const strings = [languages(), textDescriptor(manufacturer), textDescriptor(device.product ?? "")];
  return {
    classTriple,
    strings,
    device: Uint8Array.from([
      ...[18, 1, ...word(0x0200), ...classTriple, 64],
      ...[...word(device.vendorId), ...word(device.productId), ...word(device.bcdDevice)],
      ...[1, 2, 0, 1],
    ]),
    configuration: configuration(device, running),
  };
}

/** The strings go in pairs: `Android` twice in older firmware, the boot ROM's own in EDL (domain.md 3.1, 3.2). */
function manufacturerOf(device: UsbDevice): string {
  if (!isRunning(device)) return "Qualcomm CDMA Technologies MSM";
  return device.product === "Android" ? "Android" : "Quectel";
}

/** Remote wake-up and 500 mA when running; the boot ROM's attributes as in the fixture edl. */
function configuration({ interfaces }: UsbDevice, running: boolean): Uint8Array {
  const body = interfaces.flatMap(interfaceBytes);
  const [attributes, twoMilliamperes] = running ? [0xa0, 250] : [0x80, 1];
  return Uint8Array.from([
    ...[9, 2, ...word(9 + body.length), interfaces.length, CONFIGURATION_VALUE, 0],
    ...[attributes, twoMilliamperes],
    ...body,
  ]);
}

function interfaceBytes(one: UsbInterface): number[] {
  const { number, classCode, subclass, protocol, endpoints } = one;
  const serial = isSerial(one);
  return [
    ...[9, 4, number, 0, endpoints.length, classCode, subclass, protocol, 0],
    ...(serial ? FUNCTIONAL : []),
    ...endpoints.flatMap((endpoint) => endpointBytes(endpoint, serial)),
  ];
}

/** The NMEA, AT and modem functions are CDC ACM under a vendor class. */
function isSerial({ classCode, subclass, protocol }: UsbInterface): boolean {
  return classCode === 0xff && subclass === 0 && protocol === 0;
}

/** CDC functional descriptors: header 1.10, call management, abstract control with line coding, union. */
const FUNCTIONAL = [
  ...[5, 0x24, 0, 0x10, 0x01],
  ...[5, 0x24, 1, 0, 0],
  ...[4, 0x24, 2, 2],
  ...[5, 0x24, 6, 0, 0],
];

function endpointBytes({ address, kind }: UsbEndpoint, serial: boolean): number[] {
  const interruptBytes = serial ? 10 : 8;
  const packetBytes = kind === "interrupt" ? interruptBytes : BULK_PACKET_BYTES;
  return [7, 5, address, KIND[kind], ...word(packetBytes), kind === "interrupt" ? INTERRUPT_INTERVAL : 0];
}

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
