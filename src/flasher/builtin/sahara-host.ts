import type { Endpoint } from "../../core/bus.js";
import { EcflashError, isEcflashError } from "../../core/errors.js";
import { decodeSahara, encodeSahara, SAHARA, type SaharaPacket } from "../../protocol/sahara.js";
import { EDL } from "./deadlines.js";

/** Largest thing Sahara sends: a packet, or the answer to a command. */
const READ_BYTES = 4_096;

/** Pieces the boot ROM may ask for before it must be done; a programmer is about 128 KiB (domain.md 4.3). */
const PIECES_LIMIT = 4_096;

/** Packets that may still come before the answer to a reset: those the boot ROM had sent already. */
const STALE_LIMIT = 8;

type Kind = SaharaPacket["kind"];
type Of<K extends Kind> = Extract<SaharaPacket, { kind: K }>;

/**
 * The host's side of Sahara over one endpoint: read the chip serial in command mode, then hand the programmer over.
 * Nothing of this writes to the module; a power-cycle undoes it all.
 */
export class SaharaHost {
  readonly #endpoint: Endpoint;
  #hello: Of<"hello"> | null = null;

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
  }

  /** True when the boot ROM said HELLO; false when it stayed silent, which means a programmer already runs, or nothing does. */
  async meet(): Promise<boolean> {
    try {
      const packet = decodeSahara(await this.#endpoint.read(READ_BYTES, EDL.helloMs));
      if (packet?.kind !== "hello") return false;
      this.#hello = packet;
      return true;
    } catch (error) {
      if (isEcflashError(error, "transfer-timeout")) return false;
      throw error;
    }
  }

  /**
   * The chip serial as eight hex digits: what names a module in EDL (domain.md 4.4b). Leaves the boot ROM at a fresh
   * HELLO. Throws `sahara-failed`.
   */
  async readChipSerial(): Promise<string> {
    await this.#answerHello(SAHARA.mode.command);
    await this.#expect("command-ready", "command mode");
    await this.#send({ kind: "execute", command: SAHARA.execute.serialNumber });
    const { lengthBytes } = await this.#expect("execute-response", "chip serial");
    await this.#send({ kind: "execute-data", command: SAHARA.execute.serialNumber });
    const data = await this.#endpoint.read(READ_BYTES, EDL.saharaMs);
    if (data.length < 4 || lengthBytes !== data.length)
      throw failed("chip serial", `${data.length} bytes came, ${lengthBytes} were announced`);
    await this.#send({ kind: "switch-mode", mode: SAHARA.mode.imagePending });
    this.#hello = await this.#expect("hello", "return from command mode");
    const serial = new DataView(data.buffer, data.byteOffset).getUint32(0, true);
    return serial.toString(16).padStart(8, "0");
  }

  /** Hands over the programmer, as the boot ROM asks for it. Throws `sahara-failed`, `transfer-timeout` when it stops asking. */
  async loadProgrammer(programmer: Uint8Array, progress: (doneBytes: number) => void): Promise<void> {
    await this.#answerHello(SAHARA.mode.imagePending);
    let farthest = 0;
    for (let pieces = 0; pieces < PIECES_LIMIT; pieces += 1) {
      const packet = await this.#receive("programmer");
      if (packet.kind === "end-image") {
        if (packet.status !== 0)
          throw failed("programmer", `the boot ROM rejected it with status ${packet.status}`);
        await this.#send({ kind: "done" });
        // Status 0 is "pending" and still success for image 13 (domain.md 4.2).
        await this.#expect("done-response", "start of the programmer");
        return;
      }
      if (packet.kind !== "read-data" && packet.kind !== "read-data-64")
        throw failed("programmer", `unexpected ${packet.kind}`);
      await this.#sendPiece(programmer, packet);
      // Pieces may be asked for in any order, and progress never goes down.
      farthest = Math.max(farthest, packet.offset + packet.lengthBytes);
      progress(farthest);
    }
    throw failed("programmer", `the boot ROM asked for more than ${PIECES_LIMIT} pieces`);
  }

  /** Leads the module out of EDL without writing; it starts whatever it holds. Throws `sahara-failed`. */
  async reset(): Promise<void> {
    await this.#send({ kind: "reset" });
    try {
      for (let packets = 0; packets < STALE_LIMIT; packets += 1)
        if (decodeSahara(await this.#endpoint.read(READ_BYTES, EDL.saharaMs))?.kind === "reset-response")
          return;
    } catch (error) {
      // The module may be gone before its answer is read; the port path tells whether it left.
      if (!isEcflashError(error, "module-gone", "transfer-timeout")) throw error;
      return;
    }
    throw failed("reset", `${STALE_LIMIT} packets came and none was its answer`);
  }

  async #sendPiece(programmer: Uint8Array, asked: Of<"read-data"> | Of<"read-data-64">): Promise<void> {
    const { image, offset, lengthBytes } = asked;
    if (image !== SAHARA.programmerImage)
      throw failed("programmer", `the boot ROM asks for image ${image}, not ${SAHARA.programmerImage}`);
    if (lengthBytes === 0 || offset + lengthBytes > programmer.length) {
      throw failed(
        "programmer",
        `it asks for bytes ${offset} to ${offset + lengthBytes} of ${programmer.length}`,
      );
    }
    await this.#endpoint.write(programmer.subarray(offset, offset + lengthBytes), {
      deadlineMs: EDL.pieceMs,
    });
  }

  async #answerHello(mode: number): Promise<void> {
    const hello = this.#hello;
    if (hello === null) throw failed("HELLO", "the boot ROM has not said it");
    this.#hello = null;
    await this.#send({
      kind: "hello-response",
      version: SAHARA.version,
      compatible: SAHARA.compatible,
      status: 0,
      mode,
    });
  }

  async #send(packet: SaharaPacket): Promise<void> {
    await this.#endpoint.write(encodeSahara(packet), { deadlineMs: EDL.saharaMs });
  }

  async #receive(step: string): Promise<SaharaPacket> {
    const bytes = await this.#endpoint.read(READ_BYTES, EDL.saharaMs);
    const packet = decodeSahara(bytes);
    if (packet === null) throw failed(step, `${bytes.length} bytes that are no Sahara packet`);
    return packet;
  }

  async #expect<K extends Kind>(kind: K, step: string): Promise<Of<K>> {
    const packet = await this.#receive(step);
    if (packet.kind === kind) return packet as Of<K>;
    const why =
      packet.kind === "end-image"
        ? `the boot ROM ended with status ${packet.status}`
        : `${packet.kind} came instead of ${kind}`;
    throw failed(step, why);
  }
}

function failed(step: string, reason: string): EcflashError<"sahara-failed"> {
  return new EcflashError("sahara-failed", { step, reason });
}
