import { spawn } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { join } from "node:path";

/** How a program of the host ended. `code` is null when it was cut off: it took too long, said too much, or was stopped. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The system's own directories: what a user's PATH names is not run, least of all as root. */
const DIRECTORIES = ["/usr/bin", "/usr/sbin", "/bin", "/sbin"] as const;
const OUTPUT_LIMIT_CHARS = 1024 * 1024;

/** Where a program of the system is, or null when it is not installed. */
export async function findProgram(name: string): Promise<string | null> {
  for (const directory of DIRECTORIES) {
    const path = join(directory, name);
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  return null;
}

/** Untranslated words, and nothing of the environment of this process. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  return { PATH: DIRECTORIES.join(":"), LC_ALL: "C" };
}

/**
 * Runs a program to its end, at most `limitMs`. It has a process group of its own: a wrapper that is killed alone leaves
 * a child behind which keeps the pipe open (packages.md, finding 10). Rejects when it cannot be started.
 */
export async function runProgram(
  path: string,
  args: readonly string[],
  { limitMs, signal }: { limitMs: number; signal?: AbortSignal | undefined },
): Promise<Ended> {
  const child = spawn(path, args, {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: cleanEnvironment(),
  });
  const said = { stdout: "", stderr: "" };
  const cutOff = new AbortController();
  const stop = () => {
    cutOff.abort();
    killGroup(child.pid);
  };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      said[name] += text;
      if (said[name].length > OUTPUT_LIMIT_CHARS) stop();
    });
  }
  const timer = setTimeout(stop, limitMs);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (status) => resolve(status));
    });
    return { code: cutOff.signal.aborted ? null : code, ...said };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

/** Ends a process and its children; one that has ended already is no failure. */
export function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
