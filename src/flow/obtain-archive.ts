import { type ArchiveProof } from "../package/fetch/download.js";
import { type Obtained, obtainPackage } from "../package/fetch/obtain.js";
import type { FlowContext } from "./context.js";
import type { StageVoice } from "./run.js";

/** `obtainPackage` for a run: with its stop, its proxy, and its voice. Throws the same. */
export async function obtainArchive(
  { cacheDir, clock, stop, proxy, now }: FlowContext,
  archive: ArchiveProof,
  sources: readonly string[],
  voice: StageVoice,
): Promise<Obtained> {
  const obtained = await obtainPackage(archive, {
    sources,
    cacheDir,
    clock,
    signal: stop.signal,
    proxy,
    now: now(),
    onProgress: (done, total) => voice.progress(done, total, "download"),
    onLeave: (what) => voice.line("host", `${what}; the next mirror is asked`),
    onWait: (pid) =>
      voice.line("host", `another ecflash (process ${pid}) is fetching this package; waiting for it`),
  });
  if (obtained.fromCache) voice.line("host", "the package is in the cache");
  return obtained;
}
