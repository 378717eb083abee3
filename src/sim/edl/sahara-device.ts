import { createHash } from "node:crypto";
import { decodeSahara, encodeSahara, SAHARA, type SaharaPacket } from "../../protocol/sahara.js";
import type { EdlSwitches } from "./switches.js";
import type { Fault, Faults } from "../faults.js";
import type { Pipe, Taken } from "../pipe.js";
import type { Recorder } from "../recorder.js";
import type { Identity } from "../scenario.js";
import { ImageFetch } from "./sahara-image.js";

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
  readonly switches: EdlSwitches;
  readonly chipSerial: number;
  readonly identity: Identity;
  started(programmer: LoadedProgrammer): void;
  reset(delayMs: number): void;
  unplug(fault: Fault): void;
  readonly changed: () => void;
}

/** Status words of END_IMAGE_TX (Sahara specification; qdl only tells 0 from the rest). */
const STATUS = { good: 0, invalidCommand: 0x01, invalidImage: 0x09, hashTableNotAuthentic: 0x21 } as const;
/** An image that no package of this family has. */
const OTHER_IMAGE = 7;
/** HELLO's packet limit as an MDM9x07 gives it (domain.md 4.6, `max_len: 1024`). */
const HELLO_MAX_BYTES = 1024;

/** The boot ROM's side of Sahara: chip serial in command mode, then the programmer in pieces. */
export class SaharaDevice {
  readonly #setup: SaharaSetup;
  #phase: SaharaPhase;
  #image: ImageFetch;
  #saidHelloAgain = false;

  constructor(setup: SaharaSetup, phase: SaharaPhase | null = null) {
    this.#setup = setup;
    this.#phase = phase ?? "hello";
    this.#image = new ImageFetch(setup.switches.saharaReads);
    if (phase === null) this.#hello();
  }

  /** What a new process finds: an image that was on its way is lost, its bytes are nowhere. */
  get lastingPhase(): SaharaPhase {
    return this.#phase === "image" || this.#phase === "ended" ? "abandoned" : this.#phase;
  }

  receive(transfer: Uint8Array): Taken {
    if (transfer.length === 0 || this.#phase === "abandoned") return "taken";
    const packet = decodeSahara(transfer);
    let taken: Taken = "taken";
    if (this.#phase === "image" && packet?.kind !== "reset") taken = this.#collect(transfer);
    else if (packet === null) this.#end(STATUS.invalidCommand);
    else this.#answer(packet);
    this.#setup.changed();
    return taken;
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
    const { faults, switches } = this.#setup;
    if (mode === SAHARA.mode.command) {
      faults.begin("chip-serial");
      const fault = faults.fires(["unplug", "stall", "chip-serial-refused"]);
      if (fault?.name === "chip-serial-refused") this.#end(STATUS.invalidCommand);
      else if (fault !== null) this.#stop(fault);
      else {
        this.#phase = "command";
        this.#send({ kind: "command-ready" });
      }
    } else if (mode === SAHARA.mode.imagePending) {
      faults.begin("sahara");
      this.#phase = "image";
      this.#image = new ImageFetch(switches.saharaReads);
      this.#ask(SAHARA.programmerImage);
    } else this.#end(STATUS.invalidCommand);
  }

  /** Image bytes, cut where a fault wants it. */
  #collect(transfer: Uint8Array): Taken {
    const { faults, recorder } = this.#setup;
    const image = this.#image;
    recorder.note({ kind: "raw", bytes: transfer.length });
    for (let at = 0; at < transfer.length; ) {
      const size = Math.min(faults.bytesUntilNext(image.receivedBytes), transfer.length - at);
      image.put(transfer.subarray(at, at + size));
      at += size;
      const fault = faults.fires(["unplug", "stall", "nak", "short-write"], image.receivedBytes);
      if (fault?.name === "short-write" && at < transfer.length) return { shortBytes: at };
      if (fault !== null && fault.name !== "short-write") {
        this.#stop(fault);
        return "taken";
      }
    }
    if (image.pieceIsWhole) this.#continue();
    return "taken";
  }

  #stop(fault: Fault): void {
    if (fault.name === "unplug") this.#setup.unplug(fault);
    else if (fault.name === "stall") this.#phase = "abandoned";
    else this.#end(STATUS.invalidImage);
  }

  #continue(): void {
    const { saharaReads } = this.#setup.switches;
    const next = this.#image.advance();
    if (next === "no-image") this.#end(STATUS.invalidImage);
    else if (next === "complete" && this.#setup.identity.programmer === "refused")
      this.#end(STATUS.hashTableNotAuthentic);
    else if (next === "complete") {
      this.#phase = "ended";
      this.#send({ kind: "end-image", image: SAHARA.programmerImage, status: STATUS.good });
    } else if (next === "body" && saharaReads === "hello-again" && !this.#saidHelloAgain) {
      this.#saidHelloAgain = true;
      this.#hello();
    } else this.#ask(next === "body" && saharaReads === "other-image" ? OTHER_IMAGE : SAHARA.programmerImage);
  }

  #ask(image: number): void {
    const kind = this.#setup.switches.saharaReads === "wide" ? "read-data-64" : "read-data";
    this.#send({ kind, image, ...this.#image.piece });
  }

  /** DONE's status may stay "pending" for image 13 and is a success all the same (domain.md 4.2). */
  #done(): void {
    const { bytes } = this.#image;
    this.#send({ kind: "done-response", status: SAHARA.mode.imagePending });
    this.#image = new ImageFetch(this.#setup.switches.saharaReads);
    this.#setup.started({
      sizeBytes: bytes.length,
      sha256: createHash("sha256").update(bytes).digest("hex"),
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
