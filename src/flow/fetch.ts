import { EcflashError } from "../core/errors.js";
import type { Edge } from "../core/edge.js";
import type { Revision } from "../core/revision.js";
import { countedModules } from "../core/unit-evidence.js";
import { chooseRelease, lineToKeep } from "../core/choose-release.js";
import { compareWithIndex } from "../package/index/against-index.js";
import { crossing, type IndexSettings } from "../package/index/load.js";
import type { Release } from "../package/index/types.js";
import { openPackage } from "../package/proof/open-package.js";
import { packageIdOf } from "../package/archive/package-id.js";
import { resolveSource } from "../package/fetch/source.js";
import type { FlowContext } from "./context.js";
import { obtainArchive } from "./obtain-archive.js";
import { type PreparedPackage, preparedFrom } from "./prepared.js";
import type { StageVoice } from "./run.js";
import type { Asking } from "./target.js";
import { loadTrustedIndex } from "./index/trusted.js";

export type { IndexSettings } from "../package/index/load.js";

export interface FetchOptions {
  readonly index: IndexSettings | null;
  readonly hardwareCode: string;
  /** Order option of the label; null where none is known. */
  readonly orderOption: string | null;
  readonly release: string | null;
  /** What the module claims; null when there is no module, and then no crossing is judged. */
  readonly from: Revision | null;
  /** What the owner of the module would tell Quectel. */
  readonly asking?: Asking | undefined;
  /** Whether the package is for a virtual module, for which virtual evidence counts. */
  readonly virtual: boolean;
}

/**
 * Gets the release for a hardware code and proves it: signature, crossing, length and SHA-256, safe unpack, plan built
 * and linted, every file as the index has it. Throws the errors of each of these. An archive whose hash is wrong never
 * comes into the cache.
 */
export async function fetchPackage(
  context: FlowContext,
  options: FetchOptions,
  voice: StageVoice,
): Promise<PreparedPackage> {
  const { facts } = context;
  const { index: settings, hardwareCode, orderOption } = options;
  if (settings === null)
    throw new EcflashError("no-index", { looked: "--index, ECFLASH_INDEX, ecflash.json" });
  const loaded = await loadTrustedIndex(context, settings);
  const { index } = loaded;
  voice.line("host", `index ${index.name} version ${index.version}, signed by ${loaded.keyIds.join(", ")}`);
  const left = loaded.ignored.map((entry) => `left out of the index: ${entry}`);
  const notes = [...loaded.notes, ...left];
  for (const note of notes) voice.line("host", note);
  const line = lineToKeep(options.from, hardwareCode);
  const wish = { hardwareCode, orderOption, askedRevision: options.release, line };
  const release = chooseRelease(index.releases, wish, facts);
  refuseBlockedEngine(release);
  const way = options.from === null ? null : crossing(index, options.from, release, facts, options);
  if (options.from !== null && way?.allowed !== true) {
    const { asking } = options;
    throw new EcflashError("crossing-without-edge", {
      from: options.from.text,
      to: release.revision,
      why: way?.why ?? "it could not be judged",
      label: asking?.label ?? null,
      imeiEnd: asking?.imeiEnd ?? null,
    });
  }
  if (way !== null) voice.line("host", `crossing allowed: ${way.why}`);
  const sources = release.archive.urls.map((url) => resolveSource(loaded.source, url));
  const obtained = await obtainArchive(context, release.archive, sources, voice);
  const opened = await openPackage(obtained.root, { facts, release, known: obtained.files });
  const id =
    obtained.tarSha256 === release.packageId
      ? obtained.tarSha256
      : await packageIdOf(opened.root, release.revision, opened.files);
  compareWithIndex(opened, id, release);
  return preparedFrom(opened, {
    release: release.revision,
    hardwareCode,
    archiveSha256: release.archive.sha256,
    unknownMapIsAllowed: way?.allowed === true && isTested(way.edge, index.edges, options),
    notes: [...notes, ...opened.notes],
  });
}

/** A way that was only told of in public is not gone blindly: the owner of an index signs for the modules that went. */
function isTested(
  edge: Edge | null,
  signed: readonly Edge[],
  module: { readonly virtual: boolean },
): boolean {
  return edge === null || (signed.includes(edge) && countedModules(edge.evidence, module) > 0);
}

/** Writing goes through builtin whatever is asked later: its protocols look first (design.md, "looking before writing"). */
function refuseBlockedEngine({ revision, blockedEngines }: Release): void {
  const blocked = blockedEngines.find(({ engine }) => engine === "builtin");
  if (blocked === undefined) return;
  throw new EcflashError("engine-blocked", { release: revision, ...blocked });
}
