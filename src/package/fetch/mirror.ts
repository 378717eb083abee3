import { createHash } from "node:crypto";
import type { Clock } from "../../core/bus.js";
import { EcflashError } from "../../core/errors.js";
import type { ArchiveRef } from "../index/types.js";
import type { ProxySettings } from "./proxy.js";
import { allowedMs } from "./receive.js";
import { shownSource } from "./shown-source.js";
import { TransientFailure } from "./opened-source.js";
import { openSource } from "./source.js";

export interface MirrorOptions {
  readonly clock: Pick<Clock, "nowMs">;
  readonly proxy?: ProxySettings | undefined;
}

/**
 * Reads an archive from one address to its end and keeps nothing of it: whether a client would get what was signed.
 * Length and time are bounded as for a download; it is not resumed.
 * @throws EcflashError `download-failed`, `package-length`, `package-hash`
 */
export async function checkMirror(
  source: string,
  { sizeBytes, sha256 }: Pick<ArchiveRef, "sizeBytes" | "sha256">,
  { clock, proxy }: MirrorOptions,
): Promise<void> {
  const failed = (reason: string, cause?: unknown) =>
    new EcflashError("download-failed", { url: shownSource(source), reason }, { cause });
  const endMs = clock.nowMs() + allowedMs(sizeBytes);
  const hash = createHash("sha256");
  let gotBytes = 0;
  try {
    const { body } = await openSource(source, { proxy });
    for await (const chunk of body) {
      gotBytes += chunk.length;
      if (gotBytes > sizeBytes) break;
      if (clock.nowMs() > endMs)
        throw failed(`it took longer than ${Math.round(allowedMs(sizeBytes) / 1000)} s`);
      hash.update(chunk);
    }
  } catch (error) {
    throw error instanceof TransientFailure ? failed(error.message, error) : error;
  }
  if (gotBytes !== sizeBytes)
    throw new EcflashError("package-length", { expectedBytes: sizeBytes, gotBytes });
  const got = hash.digest("hex");
  if (got !== sha256) throw new EcflashError("package-hash", { expected: sha256, got });
}
