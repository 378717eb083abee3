import { createHash } from "node:crypto";
import { decodeSahara, encodeSahara, SAHARA, type SaharaPacket } from "../protocol/sahara.js";
import type { Fault, Faults } from "./faults.js";
import type { Pipe } from "./pipe.js";
import { ELF_HEADER_BYTES, imageBytes, readElfHeader, tableEnd } from "./programmer.js";
import type { Recorder } from "./recorder.js";
import type { Identity } from "./scenario.js";

/** `abandoned`: a host left in the middle of the image; the boot ROM waits for bytes and says nothing (qdl issue 184). */
export type SaharaPhase = "hello" | "command" | "image" | "ended" | "abandoned";

export interface LoadedProgrammer {
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface SaharaSetup {
  readonly pipe: Pipe;
  readonly recorder: Recorder;
  readonly faults: Faults;
  readonly chipSerial: number;
  readonly identity: Identity;
  started(programmer: LoadedProgrammer): void;
  reset(delayMs: number): void;
  unplug(fault: Fault): void;
  readonly changed: () => void;
}

/** Status words of END_IMAGE_TX (Sahara specification; qdl only tells 0 from the rest). */
const STATUS = { good: 0, invalidCommand: 0x01, invalidImage: 0x09, hashTableNotAuthentic: 0x21 } as const;
/** HELLO's packet limit as an MDM9x07 gives it (domain.md 4.6, `max_len: 1024`). */
const HELLO_MAX_BYTES = 1024;

/** The boot ROM's side of Sahara: chip serial in command mode, then the programmer in pieces. */
export class SaharaDevice {
  readonly #setup: SaharaSetup;
  #phase: SaharaPhase;
  #image: Uint8Array[] = [];
  #received = 0;
  #wanted = 0;

  constructor(setup: SaharaSetup, phase: SaharaPhase | null = null) {
    this.#setup = setup;
    this.#phase = phase ?? "hello";
    if (phase === null) this.#hello();
  }

  /** What a new process finds: an image that was on its way is lost, its bytes are nowhere. */
  get lastingPhase(): SaharaPhase {
    return this.#phase === "image" || this.#phase === "ended" ? "abandoned" : this.#phase;
  }

  receive(transfer: Uint8Array): "taken" {
    if (transfer.length === 0 || this.#phase === "abandoned") return "taken";
    const packet = decodeSahara(transfer);
    if (this.#phase === "image" && packet?.kind !== "reset") this.#collect(transfer);
    else if (packet === null) this.#end(STATUS.invalidCommand);
    else this.#answer(packet);
    this.#setup.changed();
    return "taken";
  }

  #answer(packet: SaharaPacket): void {
    this.#setup.recorder.note({ kind: "sahara", packet });
    if (packet.kind === "reset") {
      this.#send({ kind: "reset-response" });
      this.#setup.reset(0);
    } else if (this.#phase === "hello" && packet.kind === "hello-response") this.#mode(packet.mode);
    else if (this.#phase === "command" && (packet.kind === "execute" || packet.kind === "execute-data"))
      this.#execute(packet);
    else if (this.#phase === "command" && packet.kind === "switch-mode") this.#hello();
    else if (this.#phase === "ended" && packet.kind === "done") this.#done();
    else this.#end(STATUS.invalidCommand);
  }

  /** Command mode reads of the chip: first how long the answer is, then the answer. */
  #execute({ kind, command }: SaharaPacket & { kind: "execute" | "execute-data" }): void {
    const { pipe, chipSerial, identity } = this.#setup;
    const answers = new Map<number, Uint8Array>([
      [SAHARA.execute.serialNumber, littleEndian(BigInt(chipSerial), 4)],
      [SAHARA.execute.hardwareId, littleEndian(BigInt(identity.chip), 8)],
    ]);
    const answer = answers.get(command);
    if (answer === undefined) this.#end(STATUS.invalidCommand);
    else if (kind === "execute-data") pipe.send(answer);
    else this.#send({ kind: "execute-response", command, lengthBytes: answer.length });
  }

  #mode(mode: number): void {
    const { faults } = this.#setup;
    if (mode === SAHARA.mode.command) {
      this.#phase = "command";
      this.#send({ kind: "command-ready" });
    } else if (mode === SAHARA.mode.imagePending) {
      faults.begin("sahara");
      this.#phase = "image";
      this.#image = [];
      this.#received = 0;
      this.#ask(ELF_HEADER_BYTES);
    } else this.#end(STATUS.invalidCommand);
  }

  #collect(transfer: Uint8Array): void {
    this.#setup.recorder.note({ kind: "raw", bytes: transfer.length });
    this.#image.push(transfer.slice());
    this.#received += transfer.length;
    const fault = this.#setup.faults.fires(["unplug", "stall", "nak"], this.#received);
    if (fault?.name === "unplug") this.#setup.unplug(fault);
    else if (fault?.name === "stall") this.#phase = "abandoned";
    else if (fault?.name === "nak") this.#end(STATUS.invalidImage);
    else if (this.#received >= this.#wanted) this.#continue();
  }

  #continue(): void {
    const total = this.#totalBytes();
    if (total !== null && this.#received >= total && this.#setup.identity.programmer === "refused")
      this.#end(STATUS.hashTableNotAuthentic);
    else if (total === null) this.#end(STATUS.invalidImage);
    else if (this.#received < total) this.#ask(Math.min(total - this.#received, SAHARA.pieceBytes));
    else {
      this.#phase = "ended";
      this.#send({ kind: "end-image", image: SAHARA.programmerImage, status: STATUS.good });
    }
  }

  /** As far as the headers tell by now; null for an image that is none. */
  #totalBytes(): number | null {
    const bytes = joined(this.#image);
    const headers = readElfHeader(bytes);
    if (headers === null) return null;
    const end = tableEnd(headers);
    return this.#received < end ? end : imageBytes(bytes, headers);
  }

  #ask(lengthBytes: number): void {
    const offset = this.#received;
    this.#wanted = offset + lengthBytes;
    this.#send({ kind: "read-data", image: SAHARA.programmerImage, offset, lengthBytes });
  }

  /** DONE's status may stay "pending" for image 13 and is a success all the same (domain.md 4.2). */
  #done(): void {
    const image = joined(this.#image);
    this.#send({ kind: "done-response", status: SAHARA.mode.imagePending });
    this.#image = [];
    this.#setup.started({
      sizeBytes: image.length,
      sha256: createHash("sha256").update(image).digest("hex"),
    });
  }

  #hello(): void {
    this.#phase = "hello";
    this.#send({
      kind: "hello",
      version: SAHARA.version,
      compatible: SAHARA.compatible,
      maxBytes: HELLO_MAX_BYTES,
      mode: SAHARA.mode.imagePending,
    });
  }

  #end(status: number): void {
    if (this.#phase === "image") this.#phase = "hello";
    this.#send({
      kind: "end-image",
      image: status === STATUS.invalidCommand ? 0 : SAHARA.programmerImage,
      status,
    });
  }

  #send(packet: SaharaPacket): void {
    this.#setup.pipe.send(encodeSahara(packet));
  }
}

/** The lowest byte first. */
function littleEndian(value: bigint, lengthBytes: number): Uint8Array {
  return Uint8Array.from({ length: lengthBytes }, (_, index) => Number((value >> BigInt(index * 8)) & 0xffn));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
