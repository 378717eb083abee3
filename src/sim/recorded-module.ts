import type { TrafficRecorder } from "../protocol/traffic/recorder.js";
import type { EncapsulatedPort } from "./encapsulated-port.js";
import type { VirtualDevice } from "./usb.js";
import type { PipeEnd, UsbModule } from "./usb-module.js";

/** Modules whose attachments are listened to: what any program says to them and hears from them is taken down. */
export function recordedModules(modules: readonly UsbModule[], recorder: TrafficRecorder): UsbModule[] {
  return modules.map((module) => new RecordedModule(module, recorder, () => seen(modules)));

  function seen(all: readonly UsbModule[]): void {
    recorder.seen(all.flatMap(({ device }) => (device === null ? [] : [device])));
  }
}

class RecordedModule implements UsbModule {
  readonly portPath: string;
  readonly #module: UsbModule;
  readonly #recorder: TrafficRecorder;
  readonly #seen: () => void;
  #lastNumber: number | null;

  constructor(module: UsbModule, recorder: TrafficRecorder, seen: () => void) {
    this.portPath = module.portPath;
    this.#module = module;
    this.#recorder = recorder;
    this.#seen = seen;
    this.#lastNumber = module.device?.deviceNumber ?? null;
  }

  /** Attachments look here after everything that happens, so that is where a change of place is noticed. */
  get device(): VirtualDevice | null {
    const { device } = this.#module;
    const number = device?.deviceNumber ?? null;
    if (number !== this.#lastNumber) {
      this.#lastNumber = number;
      this.#seen();
    }
    return device;
  }

  pipe(interfaceNumber: number): PipeEnd | null {
    const [pipe, device] = [this.#module.pipe(interfaceNumber), this.device];
    if (pipe === null || device === null) return null;
    const recorder = this.#recorder;
    const way = { device, interfaceNumber };
    return {
      get alive() {
        return pipe.alive;
      },
      get held() {
        return pipe.held;
      },
      get queued() {
        return pipe.queued;
      },
      hold: () => pipe.hold(),
      release: () => {
        pipe.release();
        recorder.closed(way);
      },
      receive: (transfer) => {
        recorder.transfer(way, "out", transfer);
        return pipe.receive(transfer);
      },
      take: (maxBytes) => {
        const bytes = pipe.take(maxBytes);
        if (bytes !== null) recorder.transfer(way, "in", bytes);
        return bytes;
      },
    };
  }

  encapsulated(interfaceNumber: number): EncapsulatedPort | null {
    const [port, device] = [this.#module.encapsulated(interfaceNumber), this.device];
    if (port === null || device === null) return null;
    const recorder = this.#recorder;
    const way = { device, interfaceNumber, control: true };
    return {
      send: (command) => {
        recorder.transfer(way, "out", command);
        port.send(command);
      },
      take: () => {
        const message = port.take();
        if (message !== null) recorder.transfer(way, "in", message);
        return message;
      },
      available: (callback) => port.available(callback),
    };
  }
}
