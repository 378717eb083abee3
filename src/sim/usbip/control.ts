import type { FunctionInterface } from "../composition.js";
import type { EncapsulatedPort } from "../encapsulated-port.js";
import { isRunning, type VirtualDevice } from "../usb.js";
import { CONFIGURATION_VALUE, type DescriptorSet } from "./descriptors.js";
import { networkIn, networkTakes } from "./network-requests.js";

/** A request on endpoint 0: the eight bytes of its setup stage (USB 2.0, table 9-2). */
export interface Setup {
  readonly requestType: number;
  readonly request: number;
  readonly value: number;
  readonly index: number;
  readonly length: number;
}

export function readSetup(bytes: Uint8Array): Setup {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    requestType: view.getUint8(0),
    request: view.getUint8(1),
    value: view.getUint16(2, true),
    index: view.getUint16(4, true),
    length: view.getUint16(6, true),
  };
}

export interface ControlParts {
  readonly device: VirtualDevice;
  readonly descriptors: DescriptorSet;
  /** The function behind an interface that takes encapsulated commands; null where there is none. */
  encapsulated(interfaceNumber: number): EncapsulatedPort | null;
  /** The host raised or dropped DTR: it opened or closed the port. */
  lineState(interfaceNumber: number, dtr: boolean): void;
  /** Endpoint halts as the host sets and clears them, by address. */
  readonly halted: Set<number>;
}

/** What endpoint 0 answers: data for IN, empty for a taken OUT, null for a stall. */
export type ControlAnswer = Uint8Array | null;

const STANDARD = {
  getStatus: 0,
  clearFeature: 1,
  setFeature: 3,
  getDescriptor: 6,
  getConfiguration: 8,
  setConfiguration: 9,
  getInterface: 10,
  setInterface: 11,
} as const;
const DESCRIPTOR = { device: 1, configuration: 2, string: 3 } as const;
const ENDPOINT_HALT = 0;
/** Class requests of CDC (PSTN120, table 13; CDC120, table 19). */
const CLASS = {
  sendEncapsulated: 0x00,
  getEncapsulated: 0x01,
  setLineCoding: 0x20,
  getLineCoding: 0x21,
  setLineState: 0x22,
} as const;
const LINE_CODING_BYTES = 7;
const DONE = new Uint8Array();

/** Endpoint 0 of one plugged module. Requests nobody knows are stalled, as USB wants it. */
export class ControlEndpoint {
  readonly #parts: ControlParts;
  #configuration = 0;
  /** Interfaces in alternate setting 1. */
  readonly #alternates = new Set<number>();
  /** 115200 baud, one stop bit, no parity, eight bits: what a gadget serial port begins with. */
  readonly #lineCoding = new Map<number, Uint8Array>();

  constructor(parts: ControlParts) {
    this.#parts = parts;
  }

  answer(setup: Setup, data: Uint8Array): ControlAnswer {
    const kind = (setup.requestType >> 5) & 3;
    const answer = kind === 0 ? this.#standard(setup) : kind === 1 ? this.#class(setup, data) : null;
    return answer?.subarray(0, setup.length) ?? null;
  }

  #standard({ requestType, request, value, index }: Setup): ControlAnswer {
    const { halted } = this.#parts;
    const recipient = requestType & 0x1f;
    const toEndpoint = recipient === 2 && value === ENDPOINT_HALT;
    switch (request) {
      case STANDARD.getDescriptor:
        return this.#descriptor(value >>> 8, value & 0xff);
      case STANDARD.getConfiguration:
        return Uint8Array.of(this.#configuration);
      case STANDARD.setConfiguration:
        if (value > CONFIGURATION_VALUE) return null;
        this.#configuration = value;
        this.#alternates.clear();
        halted.clear();
        return DONE;
      case STANDARD.getStatus:
        return Uint8Array.of(recipient === 2 && halted.has(index) ? 1 : 0, 0);
      case STANDARD.getInterface:
        return this.#interface(index) === null ? null : Uint8Array.of(this.#alternates.has(index) ? 1 : 0);
      case STANDARD.setInterface:
        return this.#setInterface(index, value);
      case STANDARD.clearFeature:
        if (toEndpoint) halted.delete(index);
        return DONE;
      case STANDARD.setFeature:
        if (toEndpoint) halted.add(index);
        return DONE;
      default:
        return null;
    }
  }

  #setInterface(number: number, setting: number): ControlAnswer {
    const one = this.#interface(number);
    if (one === null || setting > (one.alternate === null ? 0 : 1)) return null;
    if (setting === 0) this.#alternates.delete(number);
    else this.#alternates.add(number);
    return DONE;
  }

  #descriptor(type: number, index: number): ControlAnswer {
    const { device, configuration, strings } = this.#parts.descriptors;
    if (type === DESCRIPTOR.device) return device;
    if (type === DESCRIPTOR.configuration) return index === 0 ? configuration : null;
    return type === DESCRIPTOR.string ? (strings[index] ?? null) : null;
  }

  #class({ requestType, request, value, index }: Setup, data: Uint8Array): ControlAnswer {
    // Interfaces of a running firmware only: the boot ROM knows no CDC.
    const one = (requestType & 0x1f) === 1 ? this.#interface(index) : null;
    if (one === null || !isRunning(this.#parts.device)) return null;
    if ((requestType & 0x80) !== 0) return networkIn(one.role, request) ?? this.#classIn(request, index);
    return networkTakes(one.role, request) ? DONE : this.#classOut(request, value, index, data);
  }

  #classIn(request: number, index: number): ControlAnswer {
    if (request === CLASS.getLineCoding)
      return this.#lineCoding.get(index) ?? Uint8Array.of(0, 0xc2, 1, 0, 0, 0, 8);
    if (request !== CLASS.getEncapsulated) return null;
    const port = this.#parts.encapsulated(index);
    return port === null ? null : (port.take() ?? DONE);
  }

  #classOut(request: number, value: number, index: number, data: Uint8Array): ControlAnswer {
    if (request === CLASS.setLineState) {
      this.#parts.lineState(index, (value & 1) !== 0);
      return DONE;
    }
    if (request === CLASS.setLineCoding) {
      if (data.length !== LINE_CODING_BYTES) return null;
      this.#lineCoding.set(index, data.slice());
      return DONE;
    }
    if (request !== CLASS.sendEncapsulated) return null;
    const port = this.#parts.encapsulated(index);
    port?.send(data.slice());
    return port === null ? null : DONE;
  }

  #interface(number: number): FunctionInterface | null {
    return this.#parts.device.interfaces.find((one) => one.number === number) ?? null;
  }
}
