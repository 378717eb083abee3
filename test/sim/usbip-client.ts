import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { encodeRequest } from "../../src/protocol/usbip/requests.js";
import { ReplyReader } from "../../src/protocol/usbip/replies.js";
import type { SubmitRequest, UsbipReply, UsbipRequest } from "../../src/protocol/usbip/values.js";

type Submitted = Extract<UsbipReply, { kind: "submitted" }>;

const LIMIT = 1 << 20;

/** A USB/IP client by hand: what a kernel would send, one call an URB. */
export class UsbipClient {
  readonly #socket: Socket;
  readonly #reader: ReplyReader;
  readonly #isIn = new Map<number, boolean>();
  readonly #urbs = new Map<number, (reply: Submitted) => void>();
  readonly #others: UsbipReply[] = [];
  #wakeOther: () => void = () => undefined;
  #next = 1;
  /** How the connection ended: `fin`, or the error of a reset. */
  readonly ended: Promise<string>;

  static async connect(port: number): Promise<UsbipClient> {
    const socket = connect({ host: "127.0.0.1", port });
    await once(socket, "connect");
    return new UsbipClient(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#reader = new ReplyReader(LIMIT, (sequence) => this.#isIn.get(sequence) ?? null);
    this.ended = new Promise((resolve) => {
      socket.on("end", () => resolve("fin"));
      socket.on("error", (error) => resolve(error.message));
    });
    socket.on("data", (bytes) => this.#hear(Uint8Array.from(bytes as Buffer)));
  }

  send(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  async list(): Promise<string[]> {
    const reply = await this.#ask({ kind: "list" });
    if (reply.kind !== "list") throw new Error(reply.kind);
    return reply.devices.map(
      ({ busid, vendorId, productId, interfaces }) =>
        `${busid} ${vendorId.toString(16)}:${productId.toString(16)} ${interfaces.length}`,
    );
  }

  /** The status, 0 when it was imported. */
  async import(busid: string): Promise<number> {
    const reply = await this.#ask({ kind: "import", busid });
    if (reply.kind !== "import") throw new Error(reply.kind);
    return reply.status;
  }

  submit(change: Partial<SubmitRequest>): { sequence: number; done: Promise<Submitted> } {
    const sequence = this.#next++;
    const data = change.data ?? new Uint8Array();
    const request: SubmitRequest = {
      kind: "submit",
      sequence,
      deviceId: 0x10004,
      direction: "in",
      endpoint: 0,
      flags: 0,
      lengthBytes: data.length,
      interval: 0,
      setup: new Uint8Array(8),
      ...change,
      data,
    };
    this.#isIn.set(sequence, request.direction === "in");
    const done = new Promise<Submitted>((resolve) => this.#urbs.set(sequence, resolve));
    this.send(encodeRequest(request));
    return { sequence, done };
  }

  in(endpoint: number, lengthBytes = 4096) {
    return this.submit({ endpoint, lengthBytes });
  }

  out(endpoint: number, data: Uint8Array, flags = 0): Promise<Submitted> {
    return this.submit({ endpoint, direction: "out", data, flags }).done;
  }

  /** A control request: the setup's five fields. */
  control(
    requestType: number,
    request: number,
    value: number,
    index: number,
    body: number | Uint8Array,
  ): Promise<Submitted> {
    const length = typeof body === "number" ? body : body.length;
    const setup = Uint8Array.of(
      ...[
        requestType,
        request,
        value & 0xff,
        value >> 8,
        index & 0xff,
        index >> 8,
        length & 0xff,
        length >> 8,
      ],
    );
    const isIn = (requestType & 0x80) !== 0;
    const data = typeof body === "number" ? new Uint8Array() : body;
    return this.submit({ direction: isIn ? "in" : "out", lengthBytes: length, setup, data }).done;
  }

  async unlink(target: number): Promise<number> {
    const sequence = this.#next++;
    const reply = await this.#ask({ kind: "unlink", sequence, deviceId: 0x10004, target });
    if (reply.kind !== "unlinked" || reply.sequence !== sequence) throw new Error(JSON.stringify(reply));
    return reply.status;
  }

  /** Lets go, as `usbip detach` does. */
  close(): void {
    this.#socket.end();
  }

  async #ask(request: UsbipRequest): Promise<UsbipReply> {
    this.send(encodeRequest(request));
    for (;;) {
      const reply = this.#others.shift();
      if (reply !== undefined) return reply;
      await new Promise<void>((resolve) => {
        this.#wakeOther = resolve;
      });
    }
  }

  #hear(bytes: Uint8Array): void {
    for (const reply of this.#reader.push(bytes)) {
      if (reply.kind === "broken") throw new Error(reply.reason);
      if (reply.kind !== "submitted") {
        this.#others.push(reply);
        this.#wakeOther();
        continue;
      }
      const settle = this.#urbs.get(reply.sequence);
      if (settle === undefined) throw new Error(`URB ${reply.sequence} was completed twice`);
      this.#urbs.delete(reply.sequence);
      settle(reply);
    }
  }
}
