import { EcflashError } from "../../core/errors.js";

/** An archive that must not be unpacked; `entry` is null where it is all of it. */
export function unsafe(entry: string | null, reason: string, cause?: unknown): EcflashError {
  return new EcflashError("archive-unsafe", { entry, reason }, { cause });
}
