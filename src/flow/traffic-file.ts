import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, statSync, writeSync } from "node:fs";
import type { Clock, UsbDevice } from "../core/bus.js";
import { EcflashError, messageOf } from "../core/errors.js";
import type { Digest } from "../protocol/traffic/bytes.js";
import { readRecording, type Recording } from "../protocol/traffic/format.js";
import { TrafficRecorder } from "../protocol/traffic/recorder.js";

export interface TrafficFile {
  readonly recorder: TrafficRecorder;
  /** Everything is in the file when it returns. Throws `recording-unwritable` when a line could not be written. */
  close(): void;
}

/** A recording is text of a conversation; a larger file is none. */
const SIZE_LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * Makes the file of a recording, for this user alone, before anything is said. Each line is written at once, so a killed
 * run leaves what it had. A line that cannot be written later stops the recording and never the run.
 * Throws `recording-unwritable`, also for a file that is there already.
 */
export function createTrafficFile(
  path: string,
  recorded: string,
  { clock, devices }: { readonly clock: Clock; readonly devices: readonly UsbDevice[] },
): TrafficFile {
  const failedWith = (error: unknown) => {
    const reason =
      (error as NodeJS.ErrnoException).code === "EEXIST" ? "it is there already" : messageOf(error);
    return new EcflashError("recording-unwritable", { path, reason }, { cause: error });
  };
  let file: number;
  try {
    file = openSync(path, "wx", 0o600);
  } catch (error) {
    throw failedWith(error);
  }
  let failure: unknown = null;
  const write = (line: string) => {
    if (failure !== null) return;
    try {
      writeSync(file, line);
    } catch (error) {
      failure = error;
    }
  };
  const nowMs = () => clock.nowMs();
  const recorder = new TrafficRecorder({ write, nowMs, newDigest: sha256 }, recorded, devices);
  return {
    recorder,
    close: () => {
      recorder.end();
      closeSync(file);
      if (failure !== null) throw failedWith(failure);
    },
  };
}

/** Reads a recording. Throws `input-unreadable`. */
export function loadTrafficFile(path: string): Recording {
  let text: string;
  try {
    const { size } = statSync(path);
    if (size > SIZE_LIMIT_BYTES) throw new Error(`${size} bytes are too many for a recording`);
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new EcflashError("input-unreadable", { path, reason: messageOf(error) }, { cause: error });
  }
  return readRecording(text, path);
}

function sha256(): Digest {
  const hash = createHash("sha256");
  return { update: (bytes) => hash.update(bytes), hex: () => hash.digest("hex") };
}
