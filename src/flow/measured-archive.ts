import { open } from "node:fs/promises";
import { EcflashError, messageOf } from "../core/errors.js";
import { sha256Of } from "../package/sha256.js";

/** Length and SHA-256 of an archive on this host. Throws `input-unreadable`; `usage` for what is no file. */
export async function measureArchive(path: string): Promise<{ sizeBytes: number; sha256: string }> {
  try {
    const handle = await open(path);
    try {
      const stats = await handle.stat();
      if (!stats.isFile())
        throw new EcflashError("usage", {
          detail: `${path} is no archive; make one with \`ecflash package import\`.`,
        });
      return { sizeBytes: stats.size, sha256: await sha256Of(handle) };
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof EcflashError) throw cause;
    throw new EcflashError("input-unreadable", { path, reason: messageOf(cause) }, { cause });
  }
}
