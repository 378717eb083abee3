import type { Socket } from "node:net";
import { encodeReply } from "../../protocol/usbip/replies.js";
import { RequestReader } from "../../protocol/usbip/requests.js";
import { type Broken, USBIP, type UsbipReply, type UsbipRequest } from "../../protocol/usbip/values.js";
import type { Scheduler } from "../scheduler.js";
import type { Exports } from "./exports.js";
import type { Plugged } from "./plugged.js";

export interface ClientLimits {
  readonly transferBytes: number;
  readonly pendingUrbs: number;
  /** How long a client may take to say what it wants. */
  readonly idleMs: number;
  /**
   * Between a client's last bytes to the module and the end of the connection. Ended at once, the kernel takes the device
   * away while the write that caused it is still being closed, and the closing hangs for its five seconds.
   */
  readonly goodbyeMs: number;
}

/** A client that does not end its side of an ended connection is cut off. */
const GOODBYE_LIMIT_MS = 2_000;
/** A client machine that vanished is noticed. */
const KEEP_ALIVE_MS = 10_000;

/** One connection: asks for the list, or imports one module and then only exchanges URBs. */
export class Client {
  readonly #socket: Socket;
  readonly #exports: Exports;
  readonly #scheduler: Scheduler;
  readonly #limits: ClientLimits;
  readonly #reader: RequestReader;
  #plugged: Plugged | null = null;
  #lastRequestMs = 0;
  #ending = false;

  /** `failed` is called when the model itself throws: a bug, not a client's doing. */
  constructor(
    socket: Socket,
    exports: Exports,
    scheduler: Scheduler,
    limits: ClientLimits,
    failed: (error: unknown) => void,
  ) {
    this.#socket = socket;
    this.#exports = exports;
    this.#scheduler = scheduler;
    this.#limits = limits;
    this.#reader = new RequestReader(limits.transferBytes);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.setTimeout(limits.idleMs, () => {
      if (this.#plugged === null) socket.destroy();
    });
    // A lost connection is a let-go device; "close" follows.
    socket.on("error", () => undefined);
    socket.on("drain", () => socket.resume());
    socket.on("close", () => {
      if (this.#plugged !== null) this.#exports.release(this.#plugged);
    });
    socket.on("data", (chunk: Buffer) => {
      try {
        this.#hear(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      } catch (error) {
        failed(error);
      }
    });
  }

  /** Something may have changed in the model. */
  look(): void {
    if (this.#plugged === null) return;
    this.#plugged.look();
    if (this.#plugged.gone) this.end();
  }

  /** Ends with FIN, never with a reset; URBs that wait and those that still come are answered with -EPROTO meanwhile. */
  end(): void {
    if (this.#ending) return;
    this.#ending = true;
    this.#plugged?.fail();
    const sinceMs = performance.now() - this.#lastRequestMs;
    setTimeout(
      () => {
        this.#socket.end();
        setTimeout(() => this.#socket.destroy(), GOODBYE_LIMIT_MS).unref();
      },
      Math.max(0, this.#limits.goodbyeMs - sinceMs),
    );
  }

  #hear(bytes: Uint8Array): void {
    for (const request of this.#reader.push(bytes)) {
      this.#scheduler.runDue();
      if (!this.#obey(request)) {
        this.#socket.destroy();
        return;
      }
    }
  }

  /** @returns false when the connection makes no sense any more */
  #obey(request: UsbipRequest | Broken): boolean {
    const plugged = this.#plugged;
    switch (request.kind) {
      case "broken":
        return false;
      case "list":
        if (plugged !== null) return false;
        this.#say({ kind: "list", status: USBIP.status.ok, devices: this.#exports.list() });
        this.#socket.end();
        return true;
      case "import":
        if (plugged !== null) return false;
        this.#import(request.busid);
        return true;
      case "submit":
        if (plugged === null || plugged.pending >= this.#limits.pendingUrbs) return false;
        this.#lastRequestMs = performance.now();
        plugged.submit(request);
        this.look();
        return true;
      case "unlink": {
        if (plugged === null) return false;
        const status = plugged.unlink(request.target) ? USBIP.errno.unlinked : 0;
        this.#say({ kind: "unlinked", sequence: request.sequence, status });
        return true;
      }
    }
  }

  #import(busid: string): void {
    const found = this.#exports.import(busid, (sequence, status, actualBytes, data) =>
      this.#say({ kind: "submitted", sequence, status, actualBytes, data }),
    );
    if (found.kind === "refused") {
      this.#say({ kind: "import", status: found.status, device: null });
      this.#socket.end();
      return;
    }
    this.#plugged = found.plugged;
    this.#say({ kind: "import", status: USBIP.status.ok, device: found.record });
  }

  #say(reply: UsbipReply): void {
    if (!this.#socket.writable) return;
    // A client that does not read is not listened to until it does.
    if (!this.#socket.write(encodeReply(reply))) this.#socket.pause();
  }
}
