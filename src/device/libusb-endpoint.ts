import type { Device, Interface, Transfer } from "usb";
import type { Endpoint, UsbDevice } from "../core/bus.js";
import { EcflashError, messageOf } from "../core/errors.js";
import { findHandle, leftBus, openingError, type UsbLibrary } from "./libusb-device.js";
import { ERRNO, errnoOf, reasonFor, TRANSFER } from "./libusb-errno.js";

export interface LibusbOptions {
  /** Where sysfs is mounted; it tells whether a device that fails is still there. */
  readonly sysRoot?: string;
  /** Replaces the native library in tests. */
  readonly load?: () => Promise<UsbLibrary>;
}

/**
 * Opens the bulk pair of one interface through libusb: takes it from the kernel's driver (qcserial binds EDL, domain.md
 * 3.2) and claims it, both undone by `close`. `usb` is loaded here, at the first use.
 *
 * Throws `native-missing` when the library cannot be loaded; `device-unavailable` when the device is held, not
 * permitted, or has no such pair; `module-gone` when it is no longer the device that was listed.
 */
export async function openLibusbEndpoint(
  device: UsbDevice,
  interfaceNumber: number,
  { sysRoot = "/sys", load = () => import("usb") }: LibusbOptions = {},
): Promise<Endpoint> {
  const handle = await findHandle(device, await loadLibrary(load), sysRoot);
  try {
    handle.open();
    const usb = handle.interface(interfaceNumber);
    const pair = bulkPair(usb);
    return new BulkPair(device, sysRoot, handle, claim(usb), pair);
  } catch (error) {
    if (handle.interfaces !== undefined) handle.close();
    throw await openingError(device, sysRoot, error);
  }
}

async function loadLibrary(load: () => Promise<UsbLibrary>): Promise<UsbLibrary> {
  try {
    return await load();
  } catch (cause) {
    throw new EcflashError("native-missing", { library: "usb", reason: messageOf(cause) }, { cause });
  }
}

interface Claimed {
  readonly usb: Interface;
  /** A kernel driver was taken off, to be put back at the end. */
  readonly hadDriver: boolean;
}

/**
 * Takes the interface from the kernel's driver and claims it. By hand, because libusb's automatic way is one ioctl
 * (USBDEVFS_DISCONNECT_CLAIM) that umockdev does not know; neither way takes an interface from another program.
 */
function claim(usb: Interface): Claimed {
  const hadDriver = usb.isKernelDriverActive();
  if (hadDriver) usb.detachKernelDriver();
  try {
    usb.claim();
  } catch (error) {
    if (hadDriver) giveBack(usb);
    throw error;
  }
  return { usb, hadDriver };
}

/** Puts the kernel's driver back on a free interface; a device that has left has no use for it. */
function giveBack(usb: Interface): void {
  try {
    usb.attachKernelDriver();
  } catch (error) {
    if (errnoOf(error) === null) throw error;
  }
}

type Pipe = Interface["endpoints"][number];

interface Pair {
  readonly input: Pipe;
  readonly output: Pipe;
}

function bulkPair(from: Interface): Pair {
  const bulk = from.endpoints.filter(({ transferType }) => transferType === 2);
  const input = bulk.find(({ direction }) => direction === "in");
  const output = bulk.find(({ direction }) => direction === "out");
  if (bulk.length !== 2 || input === undefined || output === undefined)
    throw new Error(`interface ${from.interfaceNumber} has no pair of bulk endpoints`);
  return { input, output };
}

interface Moved {
  readonly errno: number;
  readonly bytes: number;
}

class BulkPair implements Endpoint {
  readonly #device: UsbDevice;
  readonly #sysRoot: string;
  readonly #handle: Device;
  readonly #claimed: Claimed;
  readonly #pair: Pair;
  readonly #pending = new Map<Transfer, Promise<Moved>>();
  #closed = false;

  constructor(device: UsbDevice, sysRoot: string, handle: Device, claimed: Claimed, pair: Pair) {
    this.#device = device;
    this.#sysRoot = sysRoot;
    this.#handle = handle;
    this.#claimed = claimed;
    this.#pair = pair;
  }

  async write(
    bytes: Uint8Array,
    { deadlineMs, endWithZeroLength = false }: { deadlineMs: number; endWithZeroLength?: boolean },
  ): Promise<void> {
    const end = performance.now() + deadlineMs;
    await this.#send(bytes, deadlineMs, deadlineMs);
    // node-usb has no access to LIBUSB_TRANSFER_ADD_ZERO_PACKET, so the empty packet is a transfer of its own.
    if (endWithZeroLength && bytes.length > 0 && bytes.length % packetSize(this.#pair.output) === 0)
      await this.#send(new Uint8Array(), end - performance.now(), deadlineMs);
  }

  /**
   * One transfer of the device, at most `maxBytes` rounded up to whole packets (a packet that does not fit is an
   * overflow and loses data). Empty transfers end a message and carry nothing, so they are passed over. What arrived
   * before the deadline is returned, never dropped: node-usb gives the callback libusb's `actual_length` with every
   * status, a time-out too (its `src/transfer.cc`, handleCompletion).
   */
  async read(maxBytes: number, deadlineMs: number): Promise<Uint8Array> {
    const packet = packetSize(this.#pair.input);
    const buffer = Buffer.alloc(Math.max(1, Math.ceil(maxBytes / packet)) * packet);
    const end = performance.now() + deadlineMs;
    for (let leftMs = deadlineMs; ; leftMs = end - performance.now()) {
      const { errno, bytes } = await this.#move(this.#pair.input, buffer, leftMs);
      if (bytes > 0 && (errno === 0 || errno === TRANSFER.timedOut))
        return Uint8Array.from(buffer.subarray(0, bytes));
      const emptyInTime = errno === 0 && performance.now() < end;
      if (!emptyInTime) throw await this.#failure("a read", errno || TRANSFER.timedOut, deadlineMs);
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const transfer of this.#pending.keys()) transfer.cancel();
    await Promise.all(this.#pending.values());
    const { usb, hadDriver } = this.#claimed;
    // Fails when the device has left, as it does after every flash; closing lets go of all there is.
    const released = await new Promise<boolean>((resolve) =>
      usb.release((error) => resolve(error === undefined)),
    );
    if (released && hadDriver) giveBack(usb);
    this.#handle.close();
  }

  async #send(bytes: Uint8Array, leftMs: number, deadlineMs: number): Promise<void> {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const moved = await this.#move(this.#pair.output, buffer, leftMs);
    const act = `a write (${moved.bytes} of ${bytes.length} bytes went)`;
    if (moved.errno !== 0) throw await this.#failure(act, moved.errno, deadlineMs);
    if (moved.bytes !== bytes.length) throw await this.#failure(act, TRANSFER.error, deadlineMs);
  }

  /**
   * Submits one transfer. Its time-out is a timer here and a cancelled transfer, never libusb's own: the libusb inside
   * node-usb 2.18 has no timerfd, and its event thread, asleep for up to 60 s, notices a time-out only when something
   * else wakes it (seen in the guest: a read limited to 1 s came back after 60).
   */
  async #move(through: Pipe, buffer: Buffer, leftMs: number): Promise<Moved> {
    if (this.#closed) return { errno: TRANSFER.cancelled, bytes: 0 };
    const timeoutMs = Math.max(1, Math.ceil(leftMs));
    let settle: (moved: Moved) => void;
    const moved = new Promise<Moved>((resolve) => {
      settle = resolve;
    });
    let late = false;
    const transfer = through.makeTransfer(0, (error, _buffer, bytes) => {
      const errno = error?.errno ?? 0;
      settle({ errno: late && errno === TRANSFER.cancelled ? TRANSFER.timedOut : errno, bytes });
    });
    try {
      transfer.submit(buffer);
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === null) throw error;
      return { errno, bytes: 0 };
    }
    this.#pending.set(transfer, moved);
    const timer = setTimeout(() => {
      late = true;
      transfer.cancel();
    }, timeoutMs);
    try {
      return await moved;
    } finally {
      clearTimeout(timer);
      this.#pending.delete(transfer);
    }
  }

  async #failure(act: string, errno: number, deadlineMs: number): Promise<EcflashError> {
    const what = `${act}, interface ${this.#claimed.usb.interfaceNumber} of ${this.#device.portPath}`;
    if (errno === TRANSFER.timedOut) return new EcflashError("transfer-timeout", { what, deadlineMs });
    const gone = errno === TRANSFER.noDevice || errno === ERRNO.noDevice;
    if (gone || (!this.#closed && (await leftBus(this.#device, this.#sysRoot))))
      return new EcflashError("module-gone", { what });
    return new EcflashError("transfer-failed", { what, reason: reasonFor(errno) });
  }
}

function packetSize(endpoint: Pipe): number {
  // Bits 0 to 10; the two above count transactions (USB 2.0, table 9-13).
  return endpoint.descriptor.wMaxPacketSize & 0x7ff;
}
