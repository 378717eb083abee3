import { closeSync, readSync, writeSync } from "node:fs";
import { EcflashError, messageOf } from "../core/errors.js";
import type { Pty } from "../core/pty.js";
import { openSerialPort } from "./serial-port.js";

type NativeDoor = typeof import("@lydell/node-pty/requireBinary.js");

const LIBRARY = "@lydell/node-pty";
/** Of the window, which no serial program asks for. */
const COLUMNS = 80;
const ROWS = 24;
/** More than a terminal holds at once. */
const READ_BYTES = 65_536;

/**
 * Opens a pair of pseudo-terminals without a child process: 8 bits clean, no echo, no line editing. The native library is
 * loaded here, at the first use; `load` replaces it in tests.
 *
 * Throws `native-missing` when the library cannot be loaded, `port-unavailable` when the host gives no terminal.
 */
export async function openPty(
  load: () => Promise<NativeDoor> = () => import("@lydell/node-pty/requireBinary.js"),
): Promise<Pty> {
  const { master, slave, pty: path } = await openPair(load);
  const pty = new OpenPty(path, master);
  try {
    // `serialport` sets a terminal raw when it opens one. Node's own setRawMode does not do: libuv keeps ONLCR, which
    // makes CR LF of every LF (libuv, src/unix/tty.c).
    await (await openSerialPort(path)).close();
    return pty;
  } catch (error) {
    pty.close();
    throw error;
  } finally {
    // The setting stays as long as the master side is open (Linux, drivers/tty/tty_io.c, tty_release: a pair is released
    // with its last end), and a slave side that is not held here shows whether a program has it open.
    closeSync(slave);
  }
}

async function openPair(load: () => Promise<NativeDoor>): Promise<Pair> {
  let native;
  try {
    native = (await load()).requireBinary("pty.node");
  } catch (cause) {
    throw new EcflashError("native-missing", { library: LIBRARY, reason: firstLine(cause) }, { cause });
  }
  try {
    return native.open(COLUMNS, ROWS);
  } catch (cause) {
    throw new EcflashError("port-unavailable", { path: "/dev/ptmx", reason: firstLine(cause) }, { cause });
  }
}

/** The library explains npm's options on many lines. */
function firstLine(error: unknown): string {
  const text = messageOf(error);
  return text.trim().split("\n")[0] ?? text;
}

interface Pair {
  readonly master: number;
  readonly slave: number;
  readonly pty: string;
}

/** Reads and writes by descriptor: libuv writes to a terminal in a loop that holds up the whole process while it is full. */
class OpenPty implements Pty {
  readonly path: string;
  readonly #master: number;
  readonly #buffer = new Uint8Array(READ_BYTES);
  #open = true;

  constructor(path: string, master: number) {
    this.path = path;
    this.#master = master;
  }

  read(): Uint8Array | null {
    if (!this.#open) return null;
    try {
      return this.#buffer.slice(0, readSync(this.#master, this.#buffer));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EAGAIN") return new Uint8Array();
      // Everybody who had the slave side open has closed it (Linux, pty(7) and tty_ldisc: read gives EIO then).
      if (code === "EIO") return null;
      throw error;
    }
  }

  write(bytes: Uint8Array): number {
    if (!this.#open) return 0;
    try {
      return writeSync(this.#master, bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EAGAIN") return 0;
      throw error;
    }
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.#master);
  }
}
