import type { Endpoint } from "../../core/bus.js";
import { EcflashError, isEcflashError } from "../../core/errors.js";
import type { Geometry, SectorRange } from "../../core/maps.js";
import * as commands from "../../protocol/firehose/commands.js";
import { parseStorageInfo } from "../../protocol/firehose/storage-info.js";
import { type FirehoseElement, FirehoseReader } from "../../protocol/firehose/xml.js";
import { EDL, NAND_PAYLOAD_BYTES, RESET_DELAY_SECONDS } from "./deadlines.js";

const READ_BYTES = 65_536;

/** A programmer says a dozen lines; an erase may add one for each bad block. One that goes on is not waited for. */
const LINES_LIMIT = 10_000;

export interface Reply {
  readonly ack: boolean;
  readonly attributes: Readonly<Record<string, string>>;
  /** Log lines that came before the response. */
  readonly logs: readonly string[];
}

/** The host's side of Firehose over one endpoint. Every NAK throws `firehose-failed` with the programmer's own words. */
export class FirehoseHost {
  readonly #endpoint: Endpoint;
  readonly #line: (text: string) => void;
  readonly #reader = new FirehoseReader();
  #queue: FirehoseElement[] = [];
  #payloadBytes = NAND_PAYLOAD_BYTES;

  constructor(endpoint: Endpoint, line: (text: string) => void) {
    this.#endpoint = endpoint;
    this.#line = line;
  }

  /** The lines a fresh programmer says before it listens; configuring earlier is not heard (domain.md 4.2). */
  async greet(): Promise<readonly string[]> {
    const lines: string[] = [];
    for (let deadlineMs: number = EDL.firstLineMs; lines.length < LINES_LIMIT; deadlineMs = EDL.quietMs) {
      const element = await this.#elementOrNull(deadlineMs);
      if (element === null) return lines;
      lines.push(this.#note(element));
    }
    throw talksWithoutEnd("greeting");
  }

  /**
   * True when a programmer answers `nop`: it runs and waits for commands. What it still had to say to a host that was
   * killed is read first, and once more behind the `nop`, which may end a transfer that still waited for its end: an old
   * response taken for the new one would put every later answer one command off.
   */
  async isListening(): Promise<boolean> {
    try {
      await this.#readUntilQuiet();
      await this.#command(commands.nopCommand(), EDL.nopMs);
      await this.#readUntilQuiet();
      return true;
    } catch (error) {
      if (isEcflashError(error, "transfer-timeout")) return false;
      throw error;
    }
  }

  async #readUntilQuiet(): Promise<void> {
    for (let lines = 0; lines < LINES_LIMIT; lines += 1) {
      const old = await this.#elementOrNull(EDL.quietMs);
      if (old === null) return;
      this.#note(old);
    }
    throw talksWithoutEnd("nop");
  }

  /** Agrees on the payload: a NAK that names a smaller size is asked again with it. */
  async configure(): Promise<void> {
    for (const last of [false, true]) {
      const reply = await this.#command(commands.configureCommand(this.#payloadBytes), EDL.commandMs);
      const offered = Number(reply.attributes["MaxPayloadSizeToTargetInBytes"] ?? this.#payloadBytes);
      const smaller = Number.isInteger(offered) && offered > 0 && offered < this.#payloadBytes;
      if (smaller) this.#payloadBytes = offered;
      if (reply.ack) return;
      if (last || !smaller) throw refused("configure", reply);
    }
  }

  /** The NAND's geometry, or null when the programmer will not tell. */
  async storageInfo(): Promise<(Geometry & { readonly blockCount: number; readonly part: string }) | null> {
    const reply = await this.#command(commands.storageInfoCommand(), EDL.commandMs);
    if (!reply.ack) return null;
    return reply.logs.map(parseStorageInfo).find((info) => info !== null) ?? null;
  }

  /** The bytes of a range. Throws `firehose-failed` when the programmer refuses to read. */
  async read(
    geometry: Geometry,
    range: SectorRange,
    progress: (doneBytes: number) => void = () => undefined,
  ): Promise<Uint8Array> {
    const opened = await this.#command(commands.readCommand(geometry, range), EDL.commandMs);
    if (!opened.ack || opened.attributes["rawmode"] !== "true") throw refused("read", opened);
    const bytes = new Uint8Array((range.end - range.start) * geometry.pageSizeBytes);
    for (let at = 0; at < bytes.length; ) {
      const piece = await this.#endpoint.read(Math.min(READ_BYTES, bytes.length - at), EDL.payloadMs);
      const left = bytes.length - at;
      bytes.set(piece.subarray(0, left), at);
      // Without an empty packet between them, the answer may stand in the transfer of the last page.
      this.#queue.push(...this.#reader.push(piece.subarray(left)));
      at += piece.length;
      progress(Math.min(at, bytes.length));
    }
    const closed = await this.#response(EDL.commandMs);
    if (!closed.ack) throw refused("read", closed);
    return bytes;
  }

  async erase(geometry: Geometry, range: SectorRange): Promise<Reply> {
    const reply = await this.#command(commands.eraseCommand(geometry, range), EDL.eraseMs);
    if (!reply.ack) throw refused("erase", reply);
    return reply;
  }

  /**
   * Programs a file, padded with zeros to whole pages, and waits for the closing ACK; `sent` hears every payload that
   * left. It is not to be stopped on the way: a programmer that waits for the rest of an image hears nothing else.
   * Throws RangeError, before anything is sent, when the file does not fit the range.
   */
  async program(
    geometry: Geometry,
    range: SectorRange,
    filename: string,
    file: Uint8Array,
    sent: (bytes: number) => void,
  ): Promise<Reply> {
    const padded = new Uint8Array((range.end - range.start) * geometry.pageSizeBytes);
    padded.set(file);
    const opened = await this.#command(commands.programCommand(geometry, range, filename), EDL.commandMs);
    if (!opened.ack || opened.attributes["rawmode"] !== "true") throw refused("program", opened);
    for (let at = 0; at < padded.length; at += this.#payloadBytes) {
      const piece = padded.subarray(at, at + this.#payloadBytes);
      // `ZlpAwareHost="1"` was announced: a payload that fills its last packet ends with an empty one.
      await this.#endpoint.write(piece, { deadlineMs: EDL.payloadMs, endWithZeroLength: true });
      sent(piece.length);
    }
    const settleMs = EDL.programEndMs + Math.ceil(padded.length / 1_048_576) * EDL.programEndPerMiBMs;
    const closed = await this.#response(settleMs);
    if (!closed.ack || closed.attributes["rawmode"] === "true") throw refused("program", closed);
    return { ...closed, logs: [...opened.logs, ...closed.logs] };
  }

  /** Asks the programmer to restart the module. It answers first and leaves the bus about ten seconds later. */
  async reset(): Promise<void> {
    const reply = await this.#command(commands.resetCommand(RESET_DELAY_SECONDS), EDL.resetMs);
    if (!reply.ack) throw refused("reset", reply);
  }

  async #command(xml: string, deadlineMs: number): Promise<Reply> {
    // What is left of an earlier answer must not answer this command.
    for (const stale of this.#queue.splice(0)) this.#note(stale);
    // The programmer reads until a short packet, and a message may fill its last one (qdl ends each message so).
    await this.#endpoint.write(new TextEncoder().encode(xml), {
      deadlineMs: EDL.commandMs,
      endWithZeroLength: true,
    });
    return this.#response(deadlineMs);
  }

  async #response(deadlineMs: number): Promise<Reply> {
    const logs: string[] = [];
    while (logs.length < LINES_LIMIT) {
      const element = await this.#element(deadlineMs);
      if (element.name === "response")
        return { ack: element.attributes["value"] === "ACK", attributes: element.attributes, logs };
      logs.push(this.#note(element));
    }
    throw talksWithoutEnd("response");
  }

  #note(element: FirehoseElement): string {
    const text = element.attributes["value"] ?? `<${element.name}>`;
    this.#line(text);
    return text;
  }

  async #element(deadlineMs: number): Promise<FirehoseElement> {
    for (;;) {
      const next = this.#queue.shift();
      if (next !== undefined) return next;
      this.#queue = this.#reader.push(await this.#endpoint.read(READ_BYTES, deadlineMs));
    }
  }

  async #elementOrNull(deadlineMs: number): Promise<FirehoseElement | null> {
    try {
      return await this.#element(deadlineMs);
    } catch (error) {
      if (isEcflashError(error, "transfer-timeout")) return null;
      throw error;
    }
  }
}

function refused(step: string, reply: Reply): EcflashError<"firehose-failed"> {
  const silent = reply.ack ? `ACK with rawmode="${reply.attributes["rawmode"] ?? ""}"` : "NAK without a word";
  return new EcflashError("firehose-failed", { step, reason: reply.logs.at(-1) ?? silent });
}

function talksWithoutEnd(step: string): EcflashError<"firehose-failed"> {
  return new EcflashError("firehose-failed", {
    step,
    reason: `more than ${LINES_LIMIT} lines and no answer`,
  });
}
