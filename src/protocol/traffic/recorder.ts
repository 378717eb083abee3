import type { UsbDevice } from "../../core/bus.js";
import { TrafficMask } from "../../core/traffic-mask.js";
import { BlindScribe, MessageScribe, type NewDigest, type Scribe } from "./bytes.js";
import { DiagScribe } from "./diag-scribe.js";
import { EdlScribe } from "./edl-scribe.js";
import { type Direction, encodeLine, modeByDescriptor, TRAFFIC_SCHEMA } from "./format.js";
import { languageOf } from "./language.js";
import { LineScribe } from "./line-scribe.js";

export interface RecorderParts {
  /** Takes one line with its line end; never throws. */
  readonly write: (line: string) => void;
  readonly nowMs: () => number;
  readonly newDigest: NewDigest;
}

/** Where a transfer went: `control` is the control channel of the interface, where QMI is spoken. */
export interface Way {
  readonly device: UsbDevice;
  readonly interfaceNumber: number;
  readonly control?: boolean;
}

/** Takes down what is said between hosts and modules, masked, as lines of `ecflash.traffic/1`. */
export class TrafficRecorder {
  readonly #parts: RecorderParts;
  readonly #mask = new TrafficMask();
  readonly #startMs: number;
  readonly #scribes = new Map<string, { readonly way: Way; readonly scribe: Scribe }>();
  #devices = new Map<string, UsbDevice>();

  /** Writes the header. `recorded` says what this is a recording of; `present` are the modules that are there now. */
  constructor(parts: RecorderParts, recorded: string, present: readonly UsbDevice[]) {
    const devices = present.map(asSeen);
    this.#parts = parts;
    this.#startMs = parts.nowMs();
    this.#devices = new Map(devices.map((device) => [device.portPath, device]));
    parts.write(encodeLine({ schema: TRAFFIC_SCHEMA, recorded, masked: true, devices }));
  }

  /** The device of `way` may have left by now: its last words are read a moment later. */
  transfer(way: Way, dir: Direction, bytes: Uint8Array): void {
    const { scribe } = this.#scribe(way);
    this.#write(way, scribe.push(dir, bytes, this.#ms()));
  }

  /** The host closed an interface: what was held back is written. What was agreed on, as an image's length, stays. */
  closed(way: Way): void {
    const open = this.#scribes.get(keyOf(way));
    if (open !== undefined) this.#write(way, open.scribe.flush());
  }

  /** The modules that are on the bus now. Writes who left, who came and who shows other interfaces. */
  seen(devices: readonly UsbDevice[]): void {
    const now = new Set(devices.map(({ portPath }) => portPath));
    for (const portPath of this.#devices.keys()) {
      if (now.has(portPath)) continue;
      this.#flush(({ device }) => device.portPath === portPath);
      this.#devices.delete(portPath);
      this.#parts.write(encodeLine({ ms: this.#ms(), portPath, gone: true }));
    }
    for (const device of devices) this.#place(asSeen(device));
  }

  /** Writes what is still held back. */
  end(): void {
    this.#flush(() => true);
  }

  #place(device: UsbDevice): void {
    const before = this.#devices.get(device.portPath);
    if (JSON.stringify(before) === JSON.stringify(device)) return;
    this.#flush((way) => way.device.portPath === device.portPath);
    this.#devices.set(device.portPath, device);
    const { portPath } = device;
    this.#parts.write(encodeLine({ ms: this.#ms(), portPath, mode: modeByDescriptor(device), device }));
  }

  #scribe(way: Way): { readonly way: Way; readonly scribe: Scribe } {
    const key = keyOf(way);
    const known = this.#scribes.get(key);
    if (known !== undefined) return known;
    const made = { way, scribe: this.#scribeFor(way) };
    this.#scribes.set(key, made);
    return made;
  }

  #scribeFor({ device, interfaceNumber, control }: Way): Scribe {
    const { newDigest } = this.#parts;
    const mask = this.#mask;
    if (control === true) return new MessageScribe((characters) => mask.binary(characters));
    switch (languageOf(device, interfaceNumber)) {
      case "edl":
        return new EdlScribe(mask, newDigest);
      case "lines":
        return new LineScribe(mask);
      case "frames":
        return new DiagScribe(newDigest);
      // Bulk transfers beside a control channel are somebody's network traffic.
      case "messages":
      case "unknown":
        return new BlindScribe(newDigest);
    }
  }

  #flush(wanted: (way: Way) => boolean): void {
    for (const [key, { way, scribe }] of this.#scribes) {
      if (!wanted(way)) continue;
      this.#scribes.delete(key);
      this.#write(way, scribe.flush());
    }
  }

  #write({ device, interfaceNumber }: Way, pieces: ReturnType<Scribe["flush"]>): void {
    const { portPath } = device;
    for (const { ms, dir, ...payload } of pieces) {
      const where = { ms, portPath, interface: interfaceNumber, mode: modeByDescriptor(device), dir };
      this.#parts.write(encodeLine({ ...where, ...payload }));
    }
  }

  #ms(): number {
    return Math.max(0, Math.round(this.#parts.nowMs() - this.#startMs));
  }
}

function keyOf({ device, interfaceNumber, control }: Way): string {
  return `${device.portPath} ${device.deviceNumber} ${interfaceNumber} ${control === true}`;
}

/** What a host sees of a device, whatever else the one that was handed in knows of it. */
function asSeen({ interfaces, ...device }: UsbDevice): UsbDevice {
  const { portPath, deviceNumber, vendorId, productId, bcdDevice, product, virtual } = device;
  return {
    ...{ portPath, deviceNumber, vendorId, productId, bcdDevice, product },
    interfaces: interfaces.map(({ number, classCode, subclass, protocol, endpoints, tty }) => ({
      ...{ number, classCode, subclass, protocol, endpoints, tty },
    })),
    ...(virtual === true ? { virtual } : {}),
  };
}
