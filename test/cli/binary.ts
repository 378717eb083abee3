import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type IPty, spawn as spawnOnTerminal } from "@lydell/node-pty";
import { afterAll } from "vitest";

/** The built program as users start it. `npm test` builds it first. */
export const BINARY = fileURLToPath(new URL("../../bin/ecflash.js", import.meta.url));
export const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
export const THREAD_BEFORE = "fixtures/captures/thread-before.txt";
export const THREAD_AFTER = "fixtures/captures/thread-after.txt";
export const THREAD_WHOLE = "fixtures/captures/thread-whole.txt";
export const LABEL = "EC25AFA-512-STD";

/** A run of several processes on a busy machine of two cores. */
export const PATIENT_MS = 240_000;

export interface Finished {
  readonly exit: number | null;
  /** The signal that killed it, null when it ended by itself. */
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Line = Readonly<Record<string, unknown>>;

/** A process that runs: what it has said, a wait for a line of NDJSON, real signals, and its end. */
export class Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Finished>;
  #stdout = "";
  #stderr = "";
  #closed = false;

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.#stdout += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr += text;
    });
    this.ended = once(child, "close").then(([exit, signal]) => {
      this.#closed = true;
      return {
        exit: exit as number | null,
        signal: signal as NodeJS.Signals | null,
        stdout: this.#stdout,
        stderr: this.#stderr,
      };
    });
  }

  /** The first NDJSON line that `wanted` accepts. Rejects when the process ends without one. */
  async line(wanted: (line: Line) => boolean): Promise<Line> {
    let from = 0;
    for (;;) {
      const closed = this.#closed;
      for (let end = this.#stdout.indexOf("\n", from); end >= 0; end = this.#stdout.indexOf("\n", from)) {
        const line = JSON.parse(this.#stdout.slice(from, end)) as Line;
        from = end + 1;
        if (wanted(line)) return line;
      }
      if (closed) throw new Error(`the process ended without that line:\n${this.#stdout}${this.#stderr}`);
      const { stdout } = this.child;
      await Promise.race([this.ended, ...(stdout === null ? [] : [once(stdout, "data")])]);
    }
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }
}

/** One host: state, cache and configuration in a directory of its own, removed after the file's tests. */
export class TestHost {
  readonly directory = mkdtempSync(join(tmpdir(), "ecflash-test-"));

  constructor() {
    afterAll(() => rmSync(this.directory, { recursive: true, force: true }));
  }

  get environment(): Record<string, string> {
    const { directory } = this;
    return {
      PATH: process.env["PATH"] ?? "",
      HOME: directory,
      TMPDIR: directory,
      ECFLASH_STATE_DIR: join(directory, "state"),
      ECFLASH_CACHE_DIR: join(directory, "cache"),
      XDG_CONFIG_HOME: join(directory, "config"),
      XDG_STATE_HOME: join(directory, "xdg-state"),
      XDG_CACHE_HOME: join(directory, "xdg-cache"),
      XDG_DATA_HOME: join(directory, "xdg-data"),
    };
  }

  start(args: readonly string[], extra: Readonly<Record<string, string>> = {}): Running {
    const child = spawn(process.execPath, [BINARY, ...args], {
      cwd: REPOSITORY,
      env: { ...this.environment, ...extra },
      stdio: ["pipe", "pipe", "pipe"],
    });
    return new Running(child);
  }

  async run(
    args: readonly string[],
    { input = "", env = {} }: { input?: string; env?: Readonly<Record<string, string>> } = {},
  ): Promise<Finished> {
    const running = this.start(args, env);
    running.child.stdin?.end(input);
    return running.ended;
  }

  /** The last event of a run, of its NDJSON. */
  async result(args: readonly string[]): Promise<Finished & { readonly result: Line }> {
    const finished = await this.run([...args, "--format", "ndjson"]);
    return { ...finished, result: linesOf(finished.stdout).at(-1) ?? {} };
  }

  /** On a pseudo terminal of its own, as in a terminal window. */
  onTerminal(args: readonly string[], columns = 120): Terminal {
    return new Terminal(args, this.environment, columns);
  }
}

export function linesOf(ndjson: string): Line[] {
  return ndjson
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
}

const LAST_DRAWN_MS = 200;

/** What stands on a terminal that a process runs in, and the keys pressed there. */
export class Terminal {
  readonly #pty: IPty;
  readonly ended: Promise<number>;
  text = "";
  #over = false;
  #heard: () => void = () => undefined;

  constructor(args: readonly string[], env: Readonly<Record<string, string>>, columns: number) {
    this.#pty = spawnOnTerminal(process.execPath, [BINARY, ...args], {
      name: "xterm-256color",
      cols: columns,
      rows: 50,
      cwd: REPOSITORY,
      env: { ...env, TERM: "xterm-256color" },
    });
    this.#pty.onData((text) => {
      this.text += text;
      this.#heard();
    });
    this.ended = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode }) => {
        // The exit may be told before the last that was drawn.
        setTimeout(() => {
          this.#over = true;
          resolve(exitCode);
          this.#heard();
        }, LAST_DRAWN_MS);
      });
    });
  }

  async shows(wanted: RegExp): Promise<void> {
    while (!wanted.test(this.text)) {
      if (this.#over) throw new Error(`the terminal never showed ${String(wanted)}:\n${this.text}`);
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
  }

  press(keys: string): void {
    this.#pty.write(keys);
  }

  /** Closes the terminal's window: the process gets SIGHUP, and whatever it draws from now on fails. */
  hangUp(): void {
    // Closes the master side; node-pty has it on every Unix terminal and leaves it out of its types.
    (this.#pty as IPty & { destroy(): void }).destroy();
  }
}
