import { access } from "node:fs/promises";
import type { SerialPort } from "serialport";
import type { Port } from "../core/bus.js";
import { EcflashError, messageOf } from "../core/errors.js";

type SerialLibrary = Pick<typeof import("serialport"), "SerialPort">;

/** A USB serial port takes some kilobytes at once; a module that takes nothing for this long does not listen. */
const WRITE_DEADLINE_MS = 5_000;
/** usb-serial may wait for unsent bytes before it lets go of a port; a stuck module shall not hold the run up. */
const CLOSE_DEADLINE_MS = 5_000;
/** How often the device node of an open port is looked for. */
const WATCH_MS = 250;

/**
 * Opens a serial port for this process alone, 115200 baud 8N1 (USB ignores the rate), DTR and RTS raised where the
 * driver has them. `serialport` is loaded here, at the first use; `load` replaces it in tests.
 *
 * Throws `native-missing` when the library cannot be loaded, `port-held` when another process has it,
 * `port-unavailable` when it is not permitted or not there, `module-gone` when the device left while it was opened. Writing throws
 * `module-gone`, or `transfer-timeout` after five seconds.
 */
export async function openSerialPort(
  path: string,
  load: () => Promise<SerialLibrary> = () => import("serialport"),
): Promise<Port> {
  const { SerialPort } = await loadLibrary(load);
  const port = new SerialPort({ path, baudRate: 115_200, autoOpen: false });
  await new Promise<void>((resolve, reject) => {
    port.open((error) => (error === null ? resolve() : reject(openError(path, error))));
  });
  const opened = new OpenPort(path, port);
  // A pty and some gadget drivers have no modem lines ("Inappropriate ioctl", packages.md 1.2). AT works without them,
  // so the outcome is not looked at.
  await new Promise<void>((resolve) => port.set({ dtr: true, rts: true }, () => resolve()));
  return opened;
}

async function loadLibrary(load: () => Promise<SerialLibrary>): Promise<SerialLibrary> {
  try {
    return await load();
  } catch (cause) {
    throw new EcflashError("native-missing", { library: "serialport", reason: messageOf(cause) }, { cause });
  }
}

/** What the library's text means; it carries strerror's words and no code (its source, `serialport_unix.cpp`). */
function openError(path: string, cause: Error): EcflashError {
  const text = cause.message;
  if (/No such device|Input\/output error/i.test(text))
    return new EcflashError("module-gone", { what: `the opening of ${path}` }, { cause });
  // TIOCEXCL of another process refuses everyone but root.
  if (/cannot lock|resource busy|temporarily unavailable/i.test(text))
    return new EcflashError("port-held", { path, holders: [], alsoAsked: [] }, { cause });
  const reasons: [RegExp, string][] = [
    [/permission denied|not permitted/i, "permission denied for this user"],
    [/no such file/i, "there is no such device node (unplugged, or /dev is not complete here)"],
  ];
  const reason = reasons.find(([pattern]) => pattern.test(text))?.[1] ?? text;
  return new EcflashError("port-unavailable", { path, reason }, { cause });
}

class OpenPort implements Port {
  readonly path: string;
  readonly #port: SerialPort;
  readonly #arrived: Uint8Array[] = [];
  /** Readers that wait; all are woken at any change and look again. */
  readonly #waiting = new Set<() => void>();
  readonly #watcher: NodeJS.Timeout;
  #dead = false;
  #cause: unknown;

  constructor(path: string, port: SerialPort) {
    this.path = path;
    this.#port = port;
    // Without a reader a dead port says nothing until the next write (packages.md 1.2).
    port.on("data", (chunk: Uint8Array) => {
      this.#arrived.push(Uint8Array.from(chunk));
      this.#wake();
    });
    port.on("close", (error: unknown) => this.#die(error));
    port.on("error", (error: unknown) => this.#die(error));
    this.#watcher = setInterval(() => void this.#watch(), WATCH_MS).unref();
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#dead) throw this.#gone("a write to");
    const written = new Promise<void>((resolve, reject) => {
      // Any failure of a write is the end of the port: the stream destroys itself.
      this.#port.write(bytes, (error) => {
        if (error == null) {
          resolve();
          return;
        }
        this.#die(error);
        reject(this.#gone("a write to"));
      });
    });
    await withDeadline(written, WRITE_DEADLINE_MS, () => {
      throw new EcflashError("transfer-timeout", {
        what: `a write to ${this.path}`,
        deadlineMs: WRITE_DEADLINE_MS,
      });
    });
  }

  async read(deadlineMs: number): Promise<Uint8Array | null> {
    const end = performance.now() + deadlineMs;
    for (;;) {
      if (this.#arrived.length > 0) return Uint8Array.from(Buffer.concat(this.#arrived.splice(0)));
      if (this.#dead) throw this.#gone("a read of");
      const leftMs = end - performance.now();
      if (leftMs <= 0) return null;
      await this.#change(leftMs);
    }
  }

  async close(): Promise<void> {
    if (!this.#port.isOpen) return;
    const closed = new Promise<void>((resolve) => this.#port.close(() => resolve()));
    await withDeadline(closed, CLOSE_DEADLINE_MS, () => undefined);
  }

  #change(limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const settle = () => {
        clearTimeout(timer);
        this.#waiting.delete(settle);
        resolve();
      };
      const timer = setTimeout(settle, limitMs);
      this.#waiting.add(settle);
    });
  }

  /**
   * A tty that is hung up may give the library 0 bytes for ever: it reads again at once (its `unix-read.js`), takes a
   * whole core and reports nothing, so the missing device node has to tell. Seen on a pty whose other end died.
   */
  async #watch(): Promise<void> {
    try {
      await access(this.path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") this.#die(error);
    }
  }

  #die(cause: unknown): void {
    if (this.#dead) return;
    this.#dead = true;
    this.#cause = cause;
    clearInterval(this.#watcher);
    if (this.#port.isOpen) this.#port.close(() => undefined);
    this.#wake();
  }

  #wake(): void {
    for (const settle of this.#waiting) settle();
  }

  #gone(act: string): EcflashError {
    return new EcflashError("module-gone", { what: `${act} ${this.path}` }, { cause: this.#cause });
  }
}

/** Waits for `work` at most `limitMs`; `late` says what then. */
async function withDeadline(work: Promise<void>, limitMs: number, late: () => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), limitMs);
  });
  try {
    if ((await Promise.race([work, limit])) === "late") late();
  } finally {
    clearTimeout(timer);
  }
}
