/** How the boot ROM and the programmer go where nobody recorded it, or where chips differ. */
export interface EdlSwitches {
  /**
   * How the boot ROM fetches the programmer. `wide`: by READ_DATA 0x12 with 64-bit words, as newer chips do (domain.md
   * 4.2; an old tool: "unknown command: 18"). Expected: `backwards`, pieces from the end; `twice`, each piece again;
   * `other-image`, it asks for image 7; `hello-again`, it starts over in the middle, once.
   */
  readonly saharaReads: "in-order" | "wide" | "backwards" | "twice" | "other-image" | "hello-again";
  /** Largest payload the programmer takes; it says NAK with this number to a larger wish. */
  readonly payloadLimitBytes: number;
  /**
   * A programmer that was told `ZlpAwareHost="1"` ends a transfer of whole packets only at an empty packet. Expected: the
   * attribute is in its strings (domain.md 4.2b), and qdl and QFirehose send the empty packet.
   */
  readonly zlpAware: boolean;
  /** `block_size` of getstorageinfo in bytes or in pages: nobody recorded which. */
  readonly storageBlockSize: "bytes" | "pages";
  readonly storageInfo: "answered" | "refused";
  readonly read: "answered" | "refused";
  /** The programmer's log gives the chip serial, or 0 (github.com/bkerler/edl issue 408). */
  readonly programmerSerial: "given" | "zero";
  /** One log line comes behind a response instead of before it. */
  readonly lateLog: boolean;
  /**
   * Messages of one answer: each its own transfer; all in one; or cut into pieces. One each is what qdl needs (2022);
   * the others are expected, since nothing in Firehose promises a border.
   */
  readonly answers: "one-each" | "joined" | "split";
  /** What comes between the last data of a `read` and its response: nothing, a log line, or no border at all (expected). */
  readonly readEnd: "apart" | "log-first" | "joined";
}

/** Those the first worlds did not know, as they were then. */
export const LATER_SWITCHES = {
  saharaReads: "in-order",
  zlpAware: false,
  answers: "one-each",
  readEnd: "apart",
} as const satisfies Partial<EdlSwitches>;
