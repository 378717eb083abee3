import { decodeQmi, FRAME_LIMIT_BYTES, MARKER, QMUX_BYTES, type QmiMessage } from "./message.js";

export type QmiFrame =
  | { readonly kind: "message"; readonly message: QmiMessage }
  /** A frame whose parts contradict each other, or bytes that no frame begins with. */
  | { readonly kind: "junk"; readonly bytes: Uint8Array };

/** A frame cannot be shorter than its header and CTL's. */
const SHORTEST_BYTES = QMUX_BYTES + 6;

/** Chunks in, QMI messages out, however the chunks are cut. Holds at most one frame's bytes between two chunks. */
export class QmiReader {
  #rest = new Uint8Array(0);

  /** True while a frame has begun and is not whole. */
  get pending(): boolean {
    return this.#rest.length > 0;
  }

  push(bytes: Uint8Array): QmiFrame[] {
    const all = joined(this.#rest, bytes);
    const frames: QmiFrame[] = [];
    let at = 0;
    let junkFrom = 0;
    const endJunk = () => {
      if (at > junkFrom) frames.push({ kind: "junk", bytes: all.slice(junkFrom, at) });
    };
    for (;;) {
      const size = frameSize(all.subarray(at));
      if (size === "unknown") break;
      if (size === "none") {
        at += 1;
        continue;
      }
      if (at + size > all.length) break;
      endJunk();
      const frame = all.slice(at, at + size);
      const message = decodeQmi(frame);
      frames.push(message === null ? { kind: "junk", bytes: frame } : { kind: "message", message });
      at += size;
      junkFrom = at;
    }
    endJunk();
    this.#rest = all.slice(at);
    return frames;
  }

  /** Drops the half frame it holds. */
  reset(): void {
    this.#rest = new Uint8Array(0);
  }
}

/** Whole size of the frame that begins here; `none` when none can, `unknown` while too little is there to tell. */
function frameSize(bytes: Uint8Array): number | "none" | "unknown" {
  const [marker, low, high, flags] = bytes;
  if (marker === undefined) return "unknown";
  if (marker !== MARKER) return "none";
  if (low === undefined || high === undefined || flags === undefined) return "unknown";
  const size = 1 + low + 256 * high;
  const possible = size >= SHORTEST_BYTES && size <= FRAME_LIMIT_BYTES && (flags === 0 || flags === 0x80);
  return possible ? size : "none";
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
