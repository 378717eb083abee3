/**
 * A pseudo-terminal from the side of what answers on it. Who opens one needs a native library, so the virtual module is
 * handed the opening and knows this shape alone. Nothing of it waits.
 */
export interface Pty {
  /** The device node that programs open, for example `/dev/pts/3`. */
  readonly path: string;
  /** What programs wrote and nobody took yet; empty when that is nothing, null when no program has it open. */
  read(): Uint8Array | null;
  /** Bytes that were taken: fewer than given, or 0, while the terminal is full because its program does not read. */
  write(bytes: Uint8Array): number;
  /** Takes the terminal away: programs that have it open get a hang-up. */
  close(): void;
}

/** Opens a terminal that changes no byte and echoes none. Throws `native-missing`, `port-unavailable`. */
export type OpenPty = () => Promise<Pty>;
