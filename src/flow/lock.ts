import { join } from "node:path";
import { EcflashError } from "../core/errors.js";
import { tryLock } from "../package/fetch/host-lock.js";

/**
 * Holds one module for one run on this host. A dead owner's lock is free at once. Throws `run-in-progress`,
 * `state-unwritable`. Gives the function that frees it.
 */
export async function lockModule(stateDir: string, portPath: string): Promise<() => Promise<void>> {
  const tried = await tryLock(join(stateDir, "locks", portPath.replace(/[^\w.-]/g, "_")));
  if (tried.kind === "owned") throw new EcflashError("run-in-progress", { portPath, pid: tried.pid });
  return tried.release;
}
