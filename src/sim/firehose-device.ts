import { toLatin1 } from "../protocol/at/lines.js";
import { type FirehoseElement, FirehoseReader, formatFirehose } from "../protocol/firehose/xml.js";
import type { Fault, FaultItem, Faults } from "./faults.js";
import { type Place, readPlace } from "./firehose-place.js";
import type { Nand } from "./nand.js";
import type { Pipe } from "./pipe.js";
import type { Recorder } from "./recorder.js";
import type { Timers } from "./scheduler.js";
import type { Switches, Timing } from "./scenario.js";

/** A program in the middle of its data. */
export interface RawWrite {
  readonly startSector: number;
  readonly endSector: number;
  readonly partition: string | null;
  readonly totalBytes: number;
  doneBytes: number;
  /** Where the next whole page goes; ahead of the count where bad blocks were skipped. */
  nextSector: number;
  /** Bytes of a page that is not whole yet. */
  page: number[];
}

/** What of a running programmer lasts when its host is killed (qdl issues 184, 232). */
export interface ProgrammerState {
  configured: boolean;
  /** Says nothing any more until power is lost. */
  mute: boolean;
  /** Takes no transfer any more. */
  stuck: boolean;
  payloadBytes: number;
  raw: RawWrite | null;
  reading: { nextSector: number; sectorsLeft: number } | null;
}

export interface FirehoseSetup {
  readonly pipe: Pipe;
  readonly recorder: Recorder;
  readonly faults: Faults;
  readonly timers: Timers;
  readonly nand: Nand;
  readonly switches: Switches;
  readonly timing: Timing;
  readonly chipSerial: number;
  readonly state: ProgrammerState;
  readonly partitionAt: (sector: number) => string | null;
  /** The image that starts with SBL is being written, or is whole. */
  readonly sblWriting: (whole: boolean) => void;
  reset(delayMs: number): void;
  powerOff(): void;
  unplug(fault: Fault): void;
  readonly changed: () => void;
}

export function freshProgrammer(): ProgrammerState {
  return { configured: false, mute: false, stuck: false, payloadBytes: 8192, raw: null, reading: null };
}

const FROM_TARGET_BYTES = 4096;
const SUPPORTED = "program configure power benchmark read getstorageinfo erase nop ";
const STOPPERS = ["unplug", "stall", "write-timeout"] as const;

/** The programmer: takes XML, says what it does in `<log>` lines, answers with one `<response>` (domain.md 4.2, 4.2b). */
export class FirehoseDevice {
  readonly #setup: FirehoseSetup;
  readonly #reader = new FirehoseReader();
  #lateLogGiven = false;

  constructor(setup: FirehoseSetup) {
    this.#setup = setup;
    const { raw } = setup.state;
    if (raw !== null) setup.faults.resume("program", raw.partition);
  }

  /** Its first words, before any command. Seen on an MDM9x07: github.com/bkerler/edl issue 714. */
  greet(): void {
    const { chipSerial, switches } = this.#setup;
    this.#log("Binary build date: virtual");
    this.#log(`Chip serial num: ${switches.programmerSerial === "zero" ? 0 : chipSerial}`);
    this.#log(`Supported Functions: ${SUPPORTED}`);
  }

  receive(transfer: Uint8Array): "taken" | "stalled" {
    const { state } = this.#setup;
    if (state.stuck) return "stalled";
    if (state.mute || transfer.length === 0) return "taken";
    const rest = state.raw === null ? transfer : this.#takeRaw(transfer, state.raw);
    if (rest.length > 0 && !this.#silenced()) {
      for (const element of this.#reader.push(rest)) this.#command(element);
    }
    this.#setup.changed();
    return this.#stuck() ? "stalled" : "taken";
  }

  /** Data of a `read`, made as the host asks for it, and its final response. */
  more(): Uint8Array | null {
    const { state, nand, switches } = this.#setup;
    const { reading } = state;
    if (reading === null || state.mute) return null;
    if (reading.sectorsLeft === 0) {
      state.reading = null;
      this.#respond("ACK", { rawmode: "false" });
      return null;
    }
    const pages = Math.min(
      reading.sectorsLeft,
      Math.max(1, Math.floor(switches.payloadLimitBytes / nand.geometry.pageSizeBytes)),
    );
    const bytes = new Uint8Array(pages * nand.geometry.pageSizeBytes);
    for (let page = 0; page < pages; page += 1) {
      bytes.set(nand.readSector(reading.nextSector), page * nand.geometry.pageSizeBytes);
      reading.nextSector += 1;
    }
    reading.sectorsLeft -= pages;
    return bytes;
  }

  #command(element: FirehoseElement): void {
    this.#setup.recorder.note({ kind: "firehose", element });
    if (this.#silenced()) return;
    switch (element.name) {
      case "configure":
      case "getstorageinfo":
      case "nop":
      case "power":
        if (!this.#stopped(element.name, null)) this.#simple(element.name, element.attributes);
        return;
      case "read":
      case "erase":
      case "program":
        this.#storage(element.name, element.attributes);
        return;
      default:
        this.#log(`ERROR: "${element.name}" is not a function of this programmer`);
        this.#respond("NAK");
    }
  }

  #simple(name: "configure" | "getstorageinfo" | "nop" | "power", attributes: Attributes): void {
    if (name === "configure") this.#configure(attributes);
    else if (name === "getstorageinfo") this.#storageInfo();
    else if (name === "power") this.#power(attributes);
    else this.#respond("ACK");
  }

  #configure(attributes: Attributes): void {
    const { state, switches } = this.#setup;
    const wanted = Number(attributes["MaxPayloadSizeToTargetInBytes"] ?? 0);
    const fits = wanted > 0 && wanted <= switches.payloadLimitBytes;
    state.configured = fits;
    if (fits) state.payloadBytes = wanted;
    this.#respond(fits ? "ACK" : "NAK", {
      MinVersionSupported: 1,
      MemoryName: "NAND",
      MaxPayloadSizeFromTargetInBytes: FROM_TARGET_BYTES,
      MaxPayloadSizeToTargetInBytes: fits ? wanted : switches.payloadLimitBytes,
      MaxPayloadSizeToTargetInBytesSupported: switches.payloadLimitBytes,
      MaxXMLSizeInBytes: 4096,
      Version: 1,
      TargetName: "9x07",
    });
  }

  #storageInfo(): void {
    const { nand, switches, faults } = this.#setup;
    if (switches.storageInfo === "refused" || faults.fires(["storage-info-refused"]) !== null) {
      this.#respond("NAK");
      return;
    }
    const { blockCount, pageSizeBytes, pagesPerBlock } = nand.geometry;
    const blockSize = switches.storageBlockSize === "bytes" ? pageSizeBytes * pagesPerBlock : pagesPerBlock;
    const info = {
      total_blocks: blockCount,
      block_size: blockSize,
      page_size: pageSizeBytes,
      mem_type: "NAND",
      prod_name: "VIRTUAL-NAND",
    };
    this.#log(`INFO: ${JSON.stringify({ storage_info: info })}`);
    this.#respond("ACK");
  }

  #power(attributes: Attributes): void {
    const { state } = this.#setup;
    const value = attributes["value"] ?? "reset";
    if (value !== "reset" && value !== "off") {
      this.#log(`ERROR: power "${value}" is not supported`);
      this.#respond("NAK");
      return;
    }
    this.#log(`Inside handlePower() - Requested POWER_${value.toUpperCase()}`);
    this.#respond("ACK");
    state.mute = true;
    if (value === "off") this.#setup.powerOff();
    else this.#setup.reset(Number(attributes["DelayInSeconds"] ?? 0) * 1000);
  }

  #storage(name: "read" | "erase" | "program", attributes: Attributes): void {
    const { nand, state, switches, faults, partitionAt } = this.#setup;
    const place = readPlace(name, attributes, nand);
    const partition = place.kind === "range" ? partitionAt(place.start) : null;
    if (this.#stopped(name, partition)) return;
    if (!state.configured) {
      this.#log("ERROR: configure first");
      this.#respond("NAK");
    } else if (place.kind === "refused") {
      this.#log(place.reason);
      this.#respond("NAK");
    } else if (name === "read") {
      if (switches.read === "refused" || faults.fires(["read-refused"]) !== null) {
        this.#log("ERROR: read is not permitted");
        this.#respond("NAK");
        return;
      }
      state.reading = { nextSector: place.start, sectorsLeft: place.end - place.start };
      this.#respond("ACK", { rawmode: "true" });
    } else if (name === "erase") this.#erase(place);
    else this.#program(place, partition);
  }

  #erase(place: Place & { kind: "range" }): void {
    const { nand, timers, timing, sblWriting } = this.#setup;
    if (place.wholeChip) this.#log("Erasing entire FLASH chip");
    const [first, end] = [nand.blockOf(place.start), nand.blockOf(place.end)];
    for (let block = first; block < end; block += 1) {
      if (nand.badBlocks.has(block)) this.#logBadBlock(block);
      else nand.eraseBlock(block);
    }
    if (first === 0) sblWriting(true);
    timers.after(timing.eraseBlockMs * (end - first), () => this.#respond("ACK"));
  }

  #program(place: Place & { kind: "range" }, partition: string | null): void {
    const { nand, state, sblWriting } = this.#setup;
    state.raw = {
      startSector: place.start,
      endSector: place.end,
      partition,
      totalBytes: (place.end - place.start) * nand.geometry.pageSizeBytes,
      doneBytes: 0,
      nextSector: place.start,
      page: [],
    };
    if (place.start === 0) sblWriting(false);
    this.#respond("ACK", { rawmode: "true" });
  }

  /** Image bytes, cut where a fault wants it. @returns what is left behind the image. */
  #takeRaw(transfer: Uint8Array, raw: RawWrite): Uint8Array {
    const { faults, recorder } = this.#setup;
    const mine = transfer.subarray(0, raw.totalBytes - raw.doneBytes);
    recorder.note({ kind: "raw", bytes: mine.length });
    for (let at = 0; at < mine.length; ) {
      const piece = mine.subarray(at, at + Math.min(faults.bytesUntilNext(raw.doneBytes), mine.length));
      this.#store(piece, raw);
      at += piece.length;
      if (this.#stop(faults.fires(STOPPERS, raw.doneBytes))) return new Uint8Array();
    }
    if (raw.doneBytes === raw.totalBytes) this.#finishProgram(raw);
    return transfer.subarray(mine.length);
  }

  #store(bytes: Uint8Array, raw: RawWrite): void {
    const { nand } = this.#setup;
    const size = nand.geometry.pageSizeBytes;
    raw.doneBytes += bytes.length;
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + size - raw.page.length);
      raw.page.push(...piece);
      at += piece.length;
      if (raw.page.length < size) return;
      while (nand.badBlocks.has(nand.blockOf(raw.nextSector))) {
        this.#logBadBlock(nand.blockOf(raw.nextSector));
        raw.nextSector += nand.geometry.pagesPerBlock;
      }
      nand.programSector(raw.nextSector, Uint8Array.from(raw.page));
      raw.nextSector += 1;
      raw.page = [];
    }
  }

  #finishProgram(raw: RawWrite): void {
    const { state, faults, sblWriting } = this.#setup;
    state.raw = null;
    const refused = faults.fires(["nak"], raw.doneBytes) !== null;
    if (raw.startSector === 0) sblWriting(true);
    this.#log(`Finished sector address ${raw.endSector}`);
    this.#respond(refused ? "NAK" : "ACK", { rawmode: "false" });
  }

  /** Counts the item for the faults, and lets those happen that stand at its beginning. */
  #stopped(item: FaultItem, partition: string | null): boolean {
    const { faults } = this.#setup;
    faults.begin(item, partition);
    if (this.#stop(faults.fires(STOPPERS))) return true;
    if (faults.fires(["nak"]) === null) return false;
    this.#log(`ERROR: ${item} failed`);
    this.#respond("NAK");
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

  #stuck(): boolean {
    return this.#setup.state.stuck;
  }

  #logBadBlock(block: number): void {
    this.#log(`Skipping: bad block 0x${block.toString(16)}`);
  }

  /** A message is one transfer each (the rig's pitfalls: qdl reads one answer a transfer). */
  #log(value: string): void {
    this.#setup.pipe.send(toLatin1(formatFirehose("log", { value })));
  }

  #respond(value: "ACK" | "NAK", more: Readonly<Record<string, string | number>> = {}): void {
    this.#setup.pipe.send(toLatin1(formatFirehose("response", { value, ...more })));
    if (this.#setup.switches.lateLog && !this.#lateLogGiven && more["rawmode"] !== "true") {
      this.#lateLogGiven = true;
      this.#log("INFO: a line that comes late");
    }
  }
}

type Attributes = Readonly<Record<string, string>>;
