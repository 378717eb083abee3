import { randomUUID } from "node:crypto";
import { link, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Clock } from "../../core/bus.js";
import { EcflashError } from "../../core/errors.js";
import { onDisk } from "../on-disk.js";

/** A lock that was got, or whose it is. */
export type LockTry =
  | { readonly kind: "held"; readonly release: () => Promise<void> }
  | { readonly kind: "owned"; readonly pid: number };

interface Claim {
  readonly path: string;
  readonly number: number;
  readonly pid: number;
  readonly isAlive: boolean;
}

const TRIES = 20;
const MAX_BACK_OFF_MS = 20;

/**
 * Tries to get a lock of this host, also against others in this process. A dead owner's lock is free at once. The lock
 * `NAME` is the one file `NAME.<number>.lock` whose owner lives: taking over links the next number, and a number is the
 * owner only if, after that, no other one lives. So two that find the same dead owner cannot both win, which they could
 * if one removed the file that the other had just made.
 * @throws EcflashError `state-unwritable`
 */
export async function tryLock(path: string): Promise<LockTry> {
  const folder = dirname(path);
  await onDisk(path, () => mkdir(folder, { recursive: true, mode: 0o700 }));
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = await claimsOf(path);
    const owner = before.find(({ isAlive }) => isAlive);
    if (owner !== undefined) return { kind: "owned", pid: owner.pid };
    const number = Math.max(0, ...before.map((claim) => claim.number)) + 1;
    const mine = `${path}.${number}.lock`;
    if (!(await take(mine))) continue;
    const others = (await claimsOf(path)).filter((claim) => claim.path !== mine);
    if (others.some(({ isAlive }) => isAlive)) {
      await rm(mine, { force: true });
      await new Promise((done) => setTimeout(done, Math.random() * MAX_BACK_OFF_MS));
      continue;
    }
    for (const dead of others) await rm(dead.path, { force: true });
    return { kind: "held", release: () => rm(mine, { force: true }) };
  }
  throw new EcflashError("state-unwritable", { path, reason: "the lock is taken over and over" });
}

export interface LockWait {
  readonly clock: Pick<Clock, "sleep" | "nowMs">;
  readonly limitMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Told once, when somebody else has it. */
  readonly onWait?: ((pid: number) => void) | undefined;
}

const LOOK_MS = 200;

/**
 * Gets a lock, after its owner where there is one; an owner that dies is followed at once. Gives the function that frees
 * it.
 * @throws EcflashError `package-busy` when the owner lives and keeps it for longer than `limitMs`; `state-unwritable`; the
 * signal's reason
 */
export async function waitForLock(path: string, wait: LockWait): Promise<() => Promise<void>> {
  const startMs = wait.clock.nowMs();
  for (let told = false; ; told = true) {
    wait.signal?.throwIfAborted();
    const tried = await tryLock(path);
    if (tried.kind === "held") return tried.release;
    if (!told) wait.onWait?.(tried.pid);
    const waitedMs = wait.clock.nowMs() - startMs;
    if (waitedMs > wait.limitMs) throw new EcflashError("package-busy", { pid: tried.pid, waitedMs });
    await wait.clock.sleep(LOOK_MS, wait.signal);
  }
}

async function claimsOf(path: string): Promise<Claim[]> {
  const prefix = `${basename(path)}.`;
  const names = await onDisk(path, () => readdir(dirname(path)));
  const claims: Claim[] = [];
  for (const name of names) {
    const number = name.startsWith(prefix) ? /^(\d+)\.lock$/.exec(name.slice(prefix.length))?.[1] : undefined;
    if (number === undefined) continue;
    const claim = join(dirname(path), name);
    const text = await readFile(claim, "utf8").catch(() => null);
    // Freed since it was listed.
    if (text === null) continue;
    const [pid = "0", started = ""] = text.split(" ");
    claims.push({
      path: claim,
      number: Number(number),
      pid: Number(pid),
      isAlive: await isAlive(Number(pid), started),
    });
  }
  return claims;
}

/** False when the number is taken. A link appears with its content: a lock that is just being written must not look dead. */
async function take(path: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  return onDisk(path, async () => {
    try {
      await writeFile(draft, `${process.pid} ${(await startTimeOf(process.pid)) ?? NO_TIME}`, {
        mode: 0o600,
      });
      await link(draft, path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw error;
    } finally {
      await rm(draft, { force: true });
    }
  });
}

const NO_TIME = "?";

async function isAlive(pid: number, started: string): Promise<boolean> {
  const now = await startTimeOf(pid);
  if (started !== NO_TIME) return now === started;
  // No /proc on this host: then the pid is all there is.
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Start time of a process from /proc (proc(5), stat, field 22): a pid alone may be another process's by now. */
async function startTimeOf(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    // No such process, or no /proc.
    return null;
  }
}
