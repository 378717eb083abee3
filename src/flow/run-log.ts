import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { EcflashError, messageOf } from "../core/errors.js";
import type { Emit, RunEvent } from "../core/events.js";
import { maskIdentities } from "../core/mask.js";

export interface RunLog {
  readonly path: string;
  readonly emit: Emit;
  /** Everything is on disk when it resolves. */
  close(): Promise<void>;
}

/** Progress is kept at this step of the whole, so that a log of a large package stays readable. */
const PROGRESS_STEP = 0.05;

/** The masked NDJSON record of a run: always written, and the format of fixtures. Throws `state-unwritable`. */
export function openRunLog(stateDir: string, name: string, now: () => Date): RunLog {
  const directory = join(stateDir, "runs");
  const path = join(
    directory,
    `${now().toISOString().replace(/[:.]/g, "-")}-${name.replace(/[^\w.-]/g, "_")}.ndjson`,
  );
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new EcflashError(
      "state-unwritable",
      { path: directory, reason: messageOf(error) },
      { cause: error },
    );
  }
  const stream = createWriteStream(path, { flags: "wx", mode: 0o600 });
  let failure: Error | null = null;
  stream.on("error", (error) => {
    failure = error;
  });
  const wanted = progressFilter();
  const emit: Emit = (event) => {
    if (wanted(event))
      stream.write(`${maskIdentities(JSON.stringify({ at: now().toISOString(), ...event }))}\n`);
  };
  const close = async () => {
    stream.end();
    // Also a stream that failed closes; waiting for it by `once` would throw the bare error.
    if (!stream.closed) await new Promise<void>((resolve) => void stream.once("close", () => resolve()));
    if (failure !== null)
      throw new EcflashError("state-unwritable", { path, reason: failure.message }, { cause: failure });
  };
  return { path, emit, close };
}

function progressFilter(): (event: RunEvent) => boolean {
  let kept = -1;
  return (event) => {
    if (event.type === "stage-start") kept = -1;
    if (event.type !== "progress") return true;
    const share = event.totalBytes === 0 ? 1 : event.doneBytes / event.totalBytes;
    if (share < 1 && share - kept < PROGRESS_STEP) return false;
    kept = share;
    return true;
  };
}
