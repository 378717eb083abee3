import { EcflashError } from "../core/errors.js";
import type { Revision } from "../core/revision.js";
import { chooseRelease, crossing, loadIndex } from "../package/index.js";
import { obtainPackage, treeOf } from "../package/obtain.js";
import { openPackage, readPackageFile } from "../package/open-package.js";
import { fetchBytes, resolveSource } from "../package/source.js";
import type { FlowContext } from "./context.js";
import type { PreparedPackage } from "./prepared.js";
import type { StageVoice } from "./run.js";

export interface IndexSettings {
  /** `https://`, `http://`, `file:` or a path. */
  readonly url: string;
  readonly publicKeys: readonly string[];
}

export interface FetchOptions {
  readonly index: IndexSettings | null;
  readonly hardwareCode: string;
  readonly release: string | null;
  /** What the module claims; null when there is no module, and then no crossing is judged. */
  readonly from: Revision | null;
}

/**
 * Gets the release for a hardware code and proves it: signature, crossing, length and SHA-256, safe unpack, plan built
 * and linted. Throws the errors of each of these; nothing of a package that failed is left in the cache.
 */
export async function fetchPackage(
  context: FlowContext,
  options: FetchOptions,
  voice: StageVoice,
): Promise<PreparedPackage> {
  const { facts, stop, cacheDir, clock, now, proxy } = context;
  const { index: settings, hardwareCode } = options;
  if (settings === null)
    throw new EcflashError("no-index", { looked: "--index, ECFLASH_INDEX, ecflash.json" });
  const signal = stop.signal;
  const loaded = await loadIndex(settings.url, {
    publicKeys: settings.publicKeys,
    now: now(),
    fetchBytes: (source, maxBytes) => fetchBytes(source, maxBytes, { signal, proxy }),
  });
  voice.line("host", `index version ${loaded.index.version}, signed by ${loaded.keyId}`);
  const release = chooseRelease(loaded.index, hardwareCode, options.release);
  const way = options.from === null ? null : crossing(loaded.index, options.from, release, facts);
  if (options.from !== null && way?.allowed !== true) {
    throw new EcflashError("crossing-without-edge", { from: options.from.text, to: release.revision });
  }
  if (way !== null) voice.line("host", `crossing allowed: ${way.why}`);
  const obtained = await obtainPackage(release.archive, {
    sources: [release.archive.url].map((url) => resolveSource(loaded.source, url)),
    cacheDir,
    clock,
    signal,
    proxy,
    now: now(),
    onProgress: (done, total) => voice.progress(done, total, "download"),
    onWait: (pid) =>
      voice.line("host", `another ecflash (process ${pid}) is fetching this package; waiting for it`),
  });
  if (obtained.fromCache) voice.line("host", "the package is in the cache");
  const opened = await openPackage(obtained.root, { facts, release, inventory: obtained.files });
  return {
    release: release.revision,
    hardwareCode,
    plan: opened.plan,
    planHash: opened.planHash,
    archiveSha256: release.archive.sha256,
    unknownMapIsAllowed: way?.allowed === true && (way.edge === null || way.edge.testedUnits > 0),
    notes: opened.notes,
    readFile: (file) => readPackageFile(opened.root, file),
  };
}

/** The package of an unfinished run, from the cache. Expiry and retraction never block finishing an erased module. */
export async function reopenPackage(
  { facts, cacheDir }: FlowContext,
  run: {
    readonly release: string;
    readonly archiveSha256: string;
    readonly planHash: string;
    readonly hardwareCode: string;
  },
): Promise<PreparedPackage> {
  const root = treeOf(cacheDir, run.archiveSha256);
  const missing = (cause?: unknown) =>
    new EcflashError("package-not-at-hand", { release: run.release, path: root }, { cause });
  const opened = await openPackage(root, { facts }).catch((error: unknown) => {
    throw missing(error);
  });
  if (opened.planHash !== run.planHash) throw missing();
  return {
    release: run.release,
    hardwareCode: run.hardwareCode,
    plan: opened.plan,
    planHash: opened.planHash,
    archiveSha256: run.archiveSha256,
    unknownMapIsAllowed: false,
    notes: opened.notes,
    readFile: (file) => readPackageFile(opened.root, file),
  };
}
