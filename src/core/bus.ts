import type { Said } from "./reading.js";

/**
 * What ecflash needs of a host: a bus it can look at, ports it can talk through, and a clock. The real bus is sysfs,
 * serialport and libusb; the virtual one is the virtual EC25. Nothing above knows which it has, except by `virtual`.
 */

export interface UsbEndpoint {
  /** Endpoint address; bit 7 set means IN. */
  readonly address: number;
  readonly kind: "bulk" | "interrupt" | "isochronous" | "control";
}

export interface UsbInterface {
  readonly number: number;
  readonly classCode: number;
  readonly subclass: number;
  readonly protocol: number;
  readonly endpoints: readonly UsbEndpoint[];
  /** Device node of the serial port the kernel made for it, when there is one. */
  readonly tty: string | null;
}

export interface UsbDevice {
  /** Place on the bus, for example `1-1.2`; it stays the same across a module's modes (domain.md 3.2). */
  readonly portPath: string;
  /** USB device number: a new one means the device left and came back. */
  readonly deviceNumber: number;
  readonly vendorId: number;
  readonly productId: number;
  readonly bcdDevice: number;
  readonly product: string | null;
  readonly interfaces: readonly UsbInterface[];
  /** One simulated device on a bus of real ones: it is plugged into the kernel's virtual host controller (USB/IP). */
  readonly virtual?: boolean;
}

/** A serial port. Reading is pulled; what arrives between two reads is kept. */
export interface Port {
  readonly path: string;
  write(bytes: Uint8Array): Promise<void>;
  /** The next bytes, or null when none came in `deadlineMs`. Throws `module-gone` once the port is dead and drained. */
  read(deadlineMs: number): Promise<Uint8Array | null>;
  close(): Promise<void>;
}

/** One pair of bulk endpoints. Each read returns one transfer, so message borders of the device are kept. */
export interface Endpoint {
  /** Throws `transfer-timeout` or `module-gone`. `endWithZeroLength` closes a transfer that is a multiple of the packet. */
  write(bytes: Uint8Array, options: { deadlineMs: number; endWithZeroLength?: boolean }): Promise<void>;
  /** Throws `transfer-timeout` when nothing came in `deadlineMs`, `module-gone` when the device left. */
  read(maxBytes: number, deadlineMs: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface ModuleBus {
  /** True when the devices are simulated; every result says so. */
  readonly virtual: boolean;
  /** Programs to ask when all ports of a module are held, in their order; none where there are no other programs. */
  readonly witnesses?: readonly Witness[];
  /** Has the host's modem manager leave a module alone; absent where there can be none. */
  readonly holdOff?: (device: UsbDevice, signal?: AbortSignal) => Promise<HoldOff>;
  /** Whether the host's network interface of a module takes raw IP; absent where there is no such host. */
  readonly rawIp?: (device: UsbDevice) => Promise<boolean | null>;
  /** A snapshot of the devices that are plugged now. */
  list(): Promise<readonly UsbDevice[]>;
  /** Throws `port-held` for a port that another program has open: it is never opened beside that. */
  openPort(device: UsbDevice, interfaceNumber: number): Promise<Port>;
  openEndpoint(device: UsbDevice, interfaceNumber: number): Promise<Endpoint>;
}

/** Injected time, so that waits can be tested and a virtual module can run faster. */
export interface Clock {
  /** Monotonic milliseconds. */
  nowMs(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A program beside ecflash that already speaks with a module, and may be asked what it knows. */
export interface Witness {
  /** `mmcli`: the name of the evidence. */
  readonly name: string;
  /**
   * What it says of this module. It opens no port that another program holds and changes nothing; every way it has of
   * not knowing is an answer in words, not an error.
   */
  readonly ask: (device: UsbDevice, signal?: AbortSignal) => Promise<Testimony>;
}

export type Testimony =
  | { readonly kind: "said"; readonly said: Said }
  | { readonly kind: "nothing"; readonly why: string };

export type HoldOff =
  | { readonly kind: "held-off"; readonly who: string; readonly release: () => Promise<void> }
  /** None runs, it does not know the module, or it will not. */
  | { readonly kind: "nothing"; readonly why: string };
