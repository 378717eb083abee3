import { type SubmitRequest, USBIP } from "../../protocol/usbip/values.js";
import type { FunctionInterface, Role } from "../composition.js";
import type { EncapsulatedPort } from "../encapsulated-port.js";
import type { Taken } from "../pipe.js";
import type { PipeEnd, UsbModule } from "../usb-module.js";
import { BULK_PACKET_BYTES, type VirtualDevice } from "../usb.js";
import { type Complete, Holder, InChannel } from "./channel.js";
import { ControlEndpoint, readSetup } from "./control.js";
import { describe } from "./descriptors.js";

export interface PluggedParts {
  readonly module: UsbModule;
  /** The plugging that was imported; another device number is another one. */
  readonly device: VirtualDevice;
  encapsulated(interfaceNumber: number): EncapsulatedPort | null;
  readonly complete: Complete;
}

const NOTHING = new Uint8Array();

interface OutEndpoint {
  readonly pipe: PipeEnd | null;
  /** URBs that the module never takes, and those behind them. */
  stuck: number[];
}

/**
 * One module from an import to its end: transfers of a host's kernel carried to the module's pipes and back. Every URB
 * is completed once, by data, by an unlink, or by -EPROTO when the module leaves the bus.
 */
export class Plugged {
  readonly #parts: PluggedParts;
  readonly #control: ControlEndpoint;
  readonly #in = new Map<number, InChannel>();
  readonly #out = new Map<number, OutEndpoint>();
  readonly #holders = new Map<number, Holder>();
  /** Interface by the number of its bulk IN endpoint. */
  readonly #holderOf = new Map<number, Holder>();
  readonly #halted = new Set<number>();
  #gone = false;

  constructor(parts: PluggedParts) {
    this.#parts = parts;
    const { device } = parts;
    this.#control = new ControlEndpoint({
      device,
      descriptors: describe(device),
      encapsulated: (interfaceNumber) => parts.encapsulated(interfaceNumber),
      lineState: (interfaceNumber, dtr) => this.#holders.get(interfaceNumber)?.dtr(dtr),
      halted: this.#halted,
    });
    for (const one of device.interfaces) this.#open(one);
  }

  /** The module left the bus, or came back as another device, since it was imported. */
  get gone(): boolean {
    return this.#gone;
  }

  /** URBs that wait now. */
  get pending(): number {
    const waiting = [...this.#in.values()].reduce((sum, channel) => sum + channel.waiting, 0);
    return [...this.#out.values()].reduce((sum, { stuck }) => sum + stuck.length, waiting);
  }

  submit(urb: SubmitRequest): void {
    const { complete } = this.#parts;
    this.look();
    if (this.#gone) complete(urb.sequence, USBIP.errno.protocol, 0, NOTHING);
    else if (urb.endpoint === 0) this.#onControl(urb);
    else if (this.#halted.has(urb.endpoint | (urb.direction === "in" ? 0x80 : 0)))
      complete(urb.sequence, USBIP.errno.stalled, 0, NOTHING);
    else if (urb.direction === "in") this.#onIn(urb);
    else this.#onOut(urb);
    this.look();
  }

  /** @returns whether the URB was still waiting; it is then never completed */
  unlink(sequence: number): boolean {
    for (const channel of this.#in.values()) if (channel.unlink(sequence)) return true;
    for (const endpoint of this.#out.values()) {
      const left = endpoint.stuck.filter((waiting) => waiting !== sequence);
      if (left.length === endpoint.stuck.length) continue;
      endpoint.stuck = left;
      return true;
    }
    return false;
  }

  /** Moves what can be moved. What the module said before it left still goes out; then everything fails. */
  look(): void {
    if (this.#gone) return;
    const { module, device, complete } = this.#parts;
    let moved = true;
    while (moved) {
      moved = false;
      for (const channel of this.#in.values()) moved = channel.pump(complete) || moved;
    }
    if (module.device?.deviceNumber !== device.deviceNumber) this.fail();
  }

  /** Ends it from this side, as a pulled cable does: every URB that waits fails, and so do those that still come. */
  fail(): void {
    if (this.#gone) return;
    this.#gone = true;
    const { complete } = this.#parts;
    for (const channel of this.#in.values()) channel.fail(USBIP.errno.protocol, complete);
    for (const endpoint of this.#out.values()) {
      const { stuck } = endpoint;
      endpoint.stuck = [];
      for (const sequence of stuck) complete(sequence, USBIP.errno.protocol, 0, NOTHING);
    }
  }

  /** The host let go. The module stays as it is. */
  release(): void {
    this.#gone = true;
    for (const holder of this.#holders.values()) holder.release();
  }

  #open(one: FunctionInterface): void {
    const pipe = this.#parts.module.pipe(one.number);
    const notes = this.#notes(one);
    const holder = pipe === null ? null : new Holder(pipe);
    if (holder !== null) this.#holders.set(one.number, holder);
    for (const { address, kind } of [...one.endpoints, ...(one.alternate ?? [])]) {
      const number = address & 0x0f;
      if ((address & 0x80) === 0) this.#out.set(number, { pipe, stuck: [] });
      else if (kind === "interrupt") this.#in.set(number, new InChannel(() => notes.shift() ?? null));
      else {
        // Without a pipe nothing ever comes: the host's URBs wait, as on a quiet network interface.
        this.#in.set(number, new InChannel((maxBytes) => pipe?.take(maxBytes) ?? null));
        if (holder !== null) this.#holderOf.set(number, holder);
      }
    }
  }

  /** Notifications of an interface: a host is told of each encapsulated message that waits (CDC120, 6.3.2). */
  #notes({ number, role }: FunctionInterface): Uint8Array[] {
    const notes: Uint8Array[] = [];
    this.#parts.encapsulated(number)?.available(() => {
      if (this.#gone) return;
      notes.push(responseAvailable(role, number));
      this.look();
    });
    return notes;
  }

  #onControl({ sequence, setup, direction, data }: SubmitRequest): void {
    const { complete } = this.#parts;
    const answer = this.#control.answer(readSetup(setup), data);
    if (answer === null) complete(sequence, USBIP.errno.stalled, 0, NOTHING);
    else if (direction === "in") complete(sequence, 0, answer.length, answer);
    else complete(sequence, 0, data.length, NOTHING);
  }

  #onIn(urb: SubmitRequest): void {
    const channel = this.#in.get(urb.endpoint);
    if (channel === undefined) {
      this.#parts.complete(urb.sequence, USBIP.errno.stalled, 0, NOTHING);
      return;
    }
    this.#holderOf.get(urb.endpoint)?.asked();
    channel.add(urb);
  }

  #onOut({ sequence, endpoint, data, flags }: SubmitRequest): void {
    const { complete } = this.#parts;
    const out = this.#out.get(endpoint);
    if (out === undefined) complete(sequence, USBIP.errno.stalled, 0, NOTHING);
    else if (out.stuck.length > 0) out.stuck.push(sequence);
    // The data path is not modelled: what a network interface sends goes nowhere.
    else if (out.pipe === null) complete(sequence, 0, data.length, NOTHING);
    else {
      const taken = carry(out.pipe, data, flags);
      if (taken === "stalled") out.stuck.push(sequence);
      // The module left inside this transfer.
      else if (!out.pipe.alive) complete(sequence, USBIP.errno.protocol, 0, NOTHING);
      else complete(sequence, 0, taken === "taken" ? data.length : taken.shortBytes, NOTHING);
    }
  }
}

/** RNDIS has a notification of its own, and only this one; the others have that of CDC. */
function responseAvailable(role: Role, number: number): Uint8Array {
  return role === "rndis"
    ? Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0)
    : Uint8Array.of(0xa1, 1, 0, 0, number, 0, 0, 0);
}

/** URB_ZERO_PACKET: an empty packet follows a transfer of whole packets (the kernel's include/linux/usb.h). */
const ZERO_PACKET = 0x40;

/** One URB to the module. An empty URB is an empty packet, too: libusb sends it so. */
function carry(pipe: PipeEnd, data: Uint8Array, flags: number): Taken {
  const taken = pipe.receive(data);
  const wantsEmpty = (flags & ZERO_PACKET) !== 0 && data.length > 0 && data.length % BULK_PACKET_BYTES === 0;
  return wantsEmpty && taken === "taken" && pipe.alive ? pipe.receive(NOTHING) : taken;
}
