import { EcflashError, messageOf } from "../core/errors.js";

/** Does something on the disk of this host. Throws `state-unwritable` with the path, whatever the disk says. */
export async function onDisk<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    if (cause instanceof EcflashError) throw cause;
    throw new EcflashError("state-unwritable", { path, reason: messageOf(cause) }, { cause });
  }
}
