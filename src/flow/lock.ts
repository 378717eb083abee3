import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EcflashError, messageOf } from "../core/errors.js";

/** Start time of a process from /proc: a pid alone may have been given to another process since. */
async function startTimeOf(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    // No such process.
    return null;
  }
}

/**
 * Holds one module for one run on this host. A dead owner's lock is free at once. Throws `run-in-progress`,
 * `state-unwritable`. Gives the function that frees it.
 */
export async function lockModule(stateDir: string, portPath: string): Promise<() => Promise<void>> {
  const path = join(stateDir, "locks", `${portPath.replace(/[^\w.-]/g, "_")}.lock`);
  const mine = `${process.pid} ${(await startTimeOf(process.pid)) ?? "?"}`;
  try {
    await mkdir(join(stateDir, "locks"), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new EcflashError("state-unwritable", { path, reason: messageOf(error) }, { cause: error });
  }
  for (let tries = 0; tries < 3; tries += 1) {
    if (await take(path, mine)) return () => rm(path, { force: true });
    const [pid = "0", started = "?"] = (await readFile(path, "utf8").catch(() => "")).split(" ");
    const alive = (await startTimeOf(Number(pid))) === started;
    if (alive) throw new EcflashError("run-in-progress", { portPath, pid: Number(pid) });
    await rm(path, { force: true });
  }
  throw new EcflashError("state-unwritable", { path, reason: "the lock is taken over and over" });
}

/** False when another has it. A link appears with its content: a lock that is just being written must not look dead. */
async function take(path: string, mine: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, mine, { mode: 0o600 });
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw new EcflashError("state-unwritable", { path, reason: messageOf(error) }, { cause: error });
  } finally {
    await rm(draft, { force: true });
  }
}
