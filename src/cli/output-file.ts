import { randomBytes } from "node:crypto";
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { EcflashError, messageOf } from "../core/errors.js";
import type { Output } from "../ui/view.js";

export interface OutputFile extends Output {
  /** Puts what was written in place of the file. Throws `output-unwritable`. */
  commit(): void;
  /** Ends it; what was not committed is gone, and the file is as it was. */
  dispose(): void;
}

/**
 * A file that its readers see whole or not at all, as the textfile collector of Prometheus needs it: written beside,
 * synced, renamed; readable by all (0644). What is no regular file, such as a FIFO, is written as it is. Throws
 * `output-unwritable`, as does every write.
 */
export function openOutputFile(path: string): OutputFile {
  const guard = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw new EcflashError("output-unwritable", { path, reason: messageOf(error) }, { cause: error });
    }
  };
  const target = guard(() => targetOf(path));
  const hidden = join(
    dirname(target.path),
    `.${basename(target.path)}.${randomBytes(6).toString("hex")}.tmp`,
  );
  const written = target.replace ? hidden : target.path;
  let file: number | null = guard(() => openSync(written, target.replace ? "wx" : "w", 0o644));
  const close = () => {
    if (file === null) return;
    closeSync(file);
    file = null;
  };
  let temporary = target.replace;
  return {
    isTTY: false,
    columns: 0,
    write: (text) =>
      guard(() => {
        if (file !== null) writeFileSync(file, text);
      }),
    commit: () =>
      guard(() => {
        if (target.replace && file !== null) {
          // The umask of a cron job may leave it to its owner alone.
          fchmodSync(file, 0o644);
          fsyncSync(file);
        }
        close();
        if (temporary) renameSync(hidden, target.path);
        temporary = false;
      }),
    dispose: () => {
      close();
      if (temporary) rmSync(hidden, { force: true });
    },
  };
}

/** The file behind a link is replaced, never the link; a device or FIFO is never replaced by a file. */
function targetOf(path: string): { readonly path: string; readonly replace: boolean } {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there === undefined) return { path, replace: true };
  const real = realpathSync(path);
  return { path: real, replace: there.isFile() || there.isDirectory() };
}
