import type { UsbDevice } from "../../src/core/bus.js";
import type { UsbLibrary } from "../../src/device/libusb-device.js";

/** How one transfer ends: libusb's status, how many bytes moved, and for IN which. Without one it stays pending. */
export interface Ending {
  /** It does not end by itself; these are what it moved when it is cancelled. */
  readonly hangs?: boolean;
  readonly errno?: number;
  readonly bytes?: Uint8Array;
  /** Of an OUT transfer: fewer than were given. */
  readonly sentBytes?: number;
}

export class LibusbError extends Error {
  readonly errno: number;
  constructor(errno: number) {
    super(`LIBUSB ${errno}`);
    this.errno = errno;
  }
}

type Callback = (error: LibusbError | undefined, buffer: Buffer, bytes: number) => void;

/**
 * The part of node-usb's legacy API that ecflash uses, with transfers that end as scripted: time-outs, partial data and
 * unplugging cannot be had from umockdev's tape.
 */
export class FakeUsb {
  readonly calls: string[] = [];
  readonly script: Ending[] = [];
  readonly fails: Partial<Record<"open" | "claim" | "submit" | "release" | "attach", number>> = {};
  driver = true;
  readonly #device: UsbDevice;
  #open = false;

  constructor(device: UsbDevice) {
    this.#device = device;
  }

  /** The library as `openLibusbEndpoint` takes it. */
  readonly load = async (): Promise<UsbLibrary> =>
    ({ getDeviceList: () => [this.#handle] }) as unknown as UsbLibrary;

  readonly #pipe = (direction: "in" | "out", transferType = 2) => ({
    direction,
    transferType,
    descriptor: { wMaxPacketSize: 512 },
    makeTransfer: (timeoutMs: number, callback: Callback) => this.#transfer(direction, timeoutMs, callback),
  });

  readonly interface = {
    interfaceNumber: 0,
    endpoints: [this.#pipe("in"), this.#pipe("out")],
    isKernelDriverActive: () => this.driver,
    detachKernelDriver: () => this.#call("detach"),
    claim: () => this.#call("claim"),
    release: (done: (error: LibusbError | undefined) => void) => {
      this.calls.push("release");
      done(this.fails.release === undefined ? undefined : new LibusbError(this.fails.release));
    },
    attachKernelDriver: () => this.#call("attach"),
  };

  get #handle() {
    const { portPath, deviceNumber, vendorId, productId } = this.#device;
    const isOpen = () => this.#open;
    const only = this.interface;
    return {
      busNumber: Number.parseInt(portPath, 10),
      deviceAddress: deviceNumber,
      deviceDescriptor: { idVendor: vendorId, idProduct: productId },
      get interfaces() {
        return isOpen() ? [only] : undefined;
      },
      open: () => {
        this.#call("open");
        this.#open = true;
      },
      close: () => {
        this.#call("close");
        this.#open = false;
      },
      interface: (number: number) => {
        if (number === 0) return only;
        throw new Error(`Interface not found for address: ${number}`);
      },
    };
  }

  #call(name: string): void {
    this.calls.push(name);
    const errno = (this.fails as Record<string, number | undefined>)[name];
    if (errno !== undefined) throw new LibusbError(errno);
  }

  #transfer(direction: "in" | "out", timeoutMs: number, callback: Callback) {
    let end: (ending: Ending) => void = () => undefined;
    let moved: Ending = {};
    return {
      submit: (buffer: Buffer) => {
        this.#call("submit");
        this.calls[this.calls.length - 1] =
          `${direction} ${buffer.length}${timeoutMs > 0 ? " by libusb" : ""}`;
        end = ({ errno, bytes = new Uint8Array(), sentBytes = buffer.length }) => {
          if (direction === "in") buffer.set(bytes);
          const moved = direction === "in" ? bytes.length : sentBytes;
          callback(errno === undefined ? undefined : new LibusbError(errno), buffer, moved);
        };
        const ending = this.script.shift();
        if (ending?.hangs === true) moved = ending;
        else if (ending !== undefined) queueMicrotask(() => end(ending));
      },
      cancel: () => {
        end({ sentBytes: 0, ...moved, errno: 3 });
        return true;
      },
    };
  }
}
