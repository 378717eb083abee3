import { type FirehoseElement, FirehoseReader } from "../../protocol/firehose/xml.js";
import type { Fault, FaultItem } from "../faults.js";
import { Answers } from "./firehose-answers.js";
import { PlainCommands } from "./firehose-commands.js";
import { readPlace } from "./firehose-place.js";
import type { FirehoseSetup } from "./firehose-setup.js";
import { NandWriter } from "./firehose-write.js";
import { OutTransfers } from "./out-transfers.js";
import type { Taken } from "../pipe.js";
import type { RawWrite } from "./programmer-state.js";

const SUPPORTED = "program configure power benchmark read getstorageinfo erase nop ";
const STOPPERS = ["unplug", "stall", "write-timeout"] as const;

type Attributes = Readonly<Record<string, string>>;

/** The programmer: takes XML, says what it does in `<log>` lines, answers with one `<response>` (domain.md 4.2, 4.2b). */
export class FirehoseDevice {
  readonly #setup: FirehoseSetup;
  readonly #reader = new FirehoseReader();
  readonly #answers: Answers;
  readonly #plain: PlainCommands;
  readonly #writer: NandWriter;
  readonly #transfers: OutTransfers;
  readonly #untilErased: Uint8Array[] = [];

  constructor(setup: FirehoseSetup) {
    this.#setup = setup;
    const { pipe, switches, state, faults } = setup;
    this.#answers = new Answers(pipe, switches);
    this.#plain = new PlainCommands(setup, this.#answers);
    this.#writer = new NandWriter({ ...setup, answers: this.#answers });
    this.#transfers = new OutTransfers(state, faults);
    if (state.raw !== null) faults.resume("program", state.raw.partition);
    // The erase of an earlier process is over by now.
    if (state.erasing) this.#erased();
  }

  /** Its first words, before any command. Seen on an MDM9x07: github.com/bkerler/edl issue 714. */
  greet(): void {
    const { chipSerial, switches } = this.#setup;
    this.#answers.log("Binary build date: virtual");
    this.#answers.log(`Chip serial num: ${switches.programmerSerial === "zero" ? 0 : chipSerial}`);
    this.#answers.log(`Supported Functions: ${SUPPORTED}`);
    this.#answers.flush();
  }

  receive(transfer: Uint8Array): Taken {
    const { state, changed } = this.#setup;
    if (state.stuck) return "stalled";
    if (state.mute || (transfer.length === 0 && !state.awaitsZlp)) return "taken";
    if (state.erasing) {
      this.#untilErased.push(transfer);
      return "taken";
    }
    const whole = this.#transfers.push(transfer);
    const taken = whole === null ? "taken" : this.#take(whole, transfer.length);
    changed();
    return taken;
  }

  /** Data of a `read`, made as the host asks for it, and its final response. */
  more(): Uint8Array | null {
    const { state, nand } = this.#setup;
    const { reading } = state;
    if (reading === null || state.mute) return null;
    const size = nand.geometry.pageSizeBytes;
    const pages = Math.min(
      reading.sectorsLeft,
      Math.max(1, Math.floor(this.#setup.switches.payloadLimitBytes / size)),
    );
    const bytes = new Uint8Array(pages * size);
    for (let page = 0; page < pages; page += 1) {
      bytes.set(nand.readSector(reading.nextSector), page * size);
      reading.nextSector += 1;
    }
    reading.sectorsLeft -= pages;
    if (reading.sectorsLeft > 0) return bytes;
    state.reading = null;
    return Uint8Array.from([...bytes, ...this.#answers.endRead()]);
  }

  /** `lastBytes` of the whole came with the transfer that ended it. */
  #take(whole: Uint8Array, lastBytes: number): Taken {
    const { state } = this.#setup;
    let rest = whole;
    if (state.raw !== null) {
      const { usedBytes, cut } = this.#writer.take(whole, state.raw);
      const shortBytes = usedBytes - (whole.length - lastBytes);
      if (cut?.name === "short-write") {
        // A cut at the very end of the transfer leaves nothing that is short.
        if (usedBytes < whole.length && lastBytes > 0) return { shortBytes: Math.max(0, shortBytes) };
      } else if (this.#stop(cut)) return state.stuck ? "stalled" : "taken";
      if (state.raw.doneBytes === state.raw.totalBytes) this.#finishProgram(state.raw);
      rest = whole.subarray(usedBytes);
    }
    if (rest.length > 0) for (const element of this.#reader.push(rest)) this.#command(element);
    return state.stuck ? "stalled" : "taken";
  }

  #command(element: FirehoseElement): void {
    this.#setup.recorder.note({ kind: "firehose", element });
    if (this.#silenced()) return;
    switch (element.name) {
      case "configure":
      case "getstorageinfo":
      case "nop":
      case "benchmark":
      case "power":
        if (!this.#stopped(element.name, null)) this.#plain.answer(element.name, element.attributes);
        return;
      case "read":
      case "erase":
      case "program":
        this.#storage(element.name, element.attributes);
        return;
      default:
        this.#answers.log(`ERROR: "${element.name}" is not a function of this programmer`);
        this.#answers.respond("NAK");
    }
  }

  #storage(name: "read" | "erase" | "program", attributes: Attributes): void {
    const { nand, state, switches, faults, partitionAt, timers, timing } = this.#setup;
    const place = readPlace(name, attributes, nand);
    const partition = place.kind === "range" ? partitionAt(place.start) : null;
    if (this.#stopped(name, partition)) return;
    if (!state.configured) this.#refuse("ERROR: configure first");
    else if (place.kind === "refused") this.#refuse(place.reason);
    else if (name === "read") {
      if (switches.read === "refused" || faults.fires(["read-refused"]) !== null) {
        this.#refuse("ERROR: read is not permitted");
        return;
      }
      state.reading = { nextSector: place.start, sectorsLeft: place.end - place.start };
      this.#answers.respond("ACK", { rawmode: "true" });
    } else if (name === "erase") {
      const blocks = this.#writer.erase(place);
      state.erasing = true;
      timers.after(timing.eraseBlockMs * blocks, () => this.#erased());
    } else {
      state.raw = this.#writer.begin(place, partition);
      this.#answers.respond("ACK", { rawmode: "true" });
    }
  }

  /** One thing at a time: what came meanwhile is heard now. */
  #erased(): void {
    this.#setup.state.erasing = false;
    this.#answers.respond("ACK");
    this.#setup.changed();
    for (const transfer of this.#untilErased.splice(0)) this.receive(transfer);
  }

  #finishProgram(raw: RawWrite): void {
    const { state, faults, sblWriting } = this.#setup;
    state.raw = null;
    const refused = faults.fires(["nak"], raw.doneBytes) !== null;
    if (raw.startSector === 0) sblWriting(true);
    this.#answers.log(`Finished sector address ${raw.endSector}`);
    this.#answers.respond(refused ? "NAK" : "ACK", { rawmode: "false" });
  }

  #refuse(reason: string): void {
    this.#answers.log(reason);
    this.#answers.respond("NAK");
  }

  /** Counts the item for the faults, and lets those happen that stand at its beginning. */
  #stopped(item: FaultItem, partition: string | null): boolean {
    const { faults } = this.#setup;
    faults.begin(item, partition);
    if (this.#stop(faults.fires(STOPPERS))) return true;
    if (faults.fires(["nak"]) === null) return false;
    this.#refuse(`ERROR: ${item} failed`);
    return true;
  }

  #stop(fault: Fault | null): boolean {
    if (fault === null) return false;
    const { state } = this.#setup;
    if (fault.name === "unplug") this.#setup.unplug(fault);
    else if (fault.name === "stall") state.mute = true;
    else state.stuck = true;
    return true;
  }

  #silenced(): boolean {
    const { state, pipe } = this.#setup;
    return state.mute || state.stuck || !pipe.alive;
  }
}
