import type { TrafficMask } from "../../core/traffic-mask.js";
import { latin1, toLatin1 } from "../at/lines.js";
import { parseFirehose, type FirehoseElement } from "../firehose/xml.js";
import { decodeSahara } from "../sahara.js";
import { BlindRun, type NewDigest, type Piece, type Scribe, toHex } from "./bytes.js";
import type { Direction } from "./format.js";

const END_OF_MESSAGE = "</data>";
/** Programmers fill up with NULs and line ends between messages. */
const BLANK = /^[\s\0]*/;
const MESSAGE_LIMIT = 65_536;

/**
 * EDL: Sahara packets, then Firehose messages, and between them images. Image bytes are told by what was agreed before
 * (READ_DATA, `program`, `read`), never by how they look, and only their length and SHA-256 are kept: vendor firmware and
 * calibration must not land in a recording. Whatever is neither a packet nor XML is kept so, too.
 *
 * The chip serial is zeroed: it names one piece of silicon, a judgement never needs it, and two recordings need not be
 * linked by it.
 */
export class EdlScribe implements Scribe {
  readonly #mask: TrafficMask;
  readonly #blind: BlindRun;
  /** Bytes of an image that were agreed on and did not come yet. */
  readonly #imageBytes: Record<Direction, number> = { out: 0, in: 0 };
  /** A `program` or `read` whose `rawmode` was not confirmed yet. */
  #asked: { readonly dir: Direction; readonly bytes: number } | null = null;
  readonly #part: Record<Direction, string> = { out: "", in: "" };
  #commandData = false;

  constructor(mask: TrafficMask, newDigest: NewDigest) {
    this.#mask = mask;
    this.#blind = new BlindRun(newDigest);
  }

  push(dir: Direction, bytes: Uint8Array, ms: number): Piece[] {
    if (bytes.length === 0) return [];
    const packet = this.#part[dir] === "" ? decodeSahara(bytes) : null;
    const image = packet?.kind === "reset" ? 0 : Math.min(this.#imageBytes[dir], bytes.length);
    if (image > 0) {
      this.#imageBytes[dir] -= image;
      return [
        ...this.#blind.add(dir, bytes.subarray(0, image), ms),
        ...this.push(dir, bytes.subarray(image), ms),
      ];
    }
    if (packet !== null) {
      this.#imageBytes.out =
        packet.kind.startsWith("read-data") && "lengthBytes" in packet ? packet.lengthBytes : 0;
      this.#commandData = packet.kind === "execute-data";
      return this.#seen({ ms, dir, hex: toHex(bytes) });
    }
    if (this.#commandData && dir === "in") {
      this.#commandData = false;
      return this.#seen({ ms, dir, hex: "00".repeat(bytes.length) });
    }
    return this.#xml(dir, this.#part[dir] + latin1(bytes), ms);
  }

  flush(): Piece[] {
    const parts = (["out", "in"] as const).flatMap((dir) => this.#giveUp(dir, this.#part[dir], 0));
    return [...parts, ...this.#blind.end()];
  }

  #xml(dir: Direction, text: string, ms: number): Piece[] {
    this.#part[dir] = "";
    const isXml = /^[\s\0]*(?:<|$)/.test(text);
    const end = text.indexOf(END_OF_MESSAGE);
    if (!isXml || (end < 0 && text.length > MESSAGE_LIMIT)) return this.#giveUp(dir, text, ms);
    if (end < 0) {
      this.#part[dir] = text;
      return [];
    }
    const message = text.slice(0, end + END_OF_MESSAGE.length);
    const elements = parseFirehose(message.replace(BLANK, ""));
    if (elements === null) return this.#giveUp(dir, text, ms);
    for (const element of elements) this.#note(element);
    const after = text.slice(message.length);
    // Behind the answer that opens raw mode the very next byte may be the image's.
    const blank = this.#imageBytes[dir] > 0 ? "" : (BLANK.exec(after)?.[0] ?? "");
    const piece = { ms, dir, text: this.#mask.text(message + blank) };
    return [...this.#seen(piece), ...this.push(dir, toLatin1(after.slice(blank.length)), ms)];
  }

  #note({ name, attributes }: FirehoseElement): void {
    const bytes = Number(attributes["num_partition_sectors"]) * Number(attributes["SECTOR_SIZE_IN_BYTES"]);
    if (name === "program" || name === "read")
      this.#asked = { dir: name === "program" ? "out" : "in", bytes };
    if (name !== "response") return;
    const opens = attributes["value"] === "ACK" && attributes["rawmode"] === "true";
    if (opens && this.#asked !== null && this.#asked.bytes > 0)
      this.#imageBytes[this.#asked.dir] = this.#asked.bytes;
    this.#asked = null;
  }

  #giveUp(dir: Direction, text: string, ms: number): Piece[] {
    this.#part[dir] = "";
    return this.#blind.add(dir, toLatin1(text), ms);
  }

  #seen(piece: Piece): Piece[] {
    return [...this.#blind.end(), piece];
  }
}
