import { open, readdir, readFile, rename, stat } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { EcflashError } from "../../core/errors.js";
import type { Facts } from "../../core/facts.js";
import type { Revision } from "../../core/revision.js";
import {
  agreeOnRevision,
  describeWitness,
  type Witness,
  witnessOfName,
  witnessOfOperator,
  witnessOfReleaseNotes,
  witnessOfVersionFile,
} from "../../core/revision-witness.js";
import { HEAD_BYTES, sniff } from "./magic.js";
import { onDisk } from "../on-disk.js";
import { type Staged, stageDelivery, type StageOptions } from "./stage.js";

export interface PrepareOptions extends StageOptions {
  readonly facts: Facts;
  /** What the operator says the revision is, where the delivery does not. */
  readonly revision?: string | undefined;
}

/** A delivery with its package found and named: `root` is a private folder whose name is the whole revision. */
export interface Prepared extends Staged {
  /** As `openPackage` wants it. */
  readonly root: string;
  readonly revision: Revision;
  readonly witnesses: readonly Witness[];
  /** What lies beside the package in the delivery, and is no part of it. */
  readonly beside: readonly string[];
  readonly notes: readonly string[];
}

/** How deep the package may lie: desktops unpack `NAME.zip` to `NAME/NAME/update`. */
const MAX_DEPTH = 3;
const MAX_VERSION_BYTES = 4096;

/**
 * Stages a delivery, finds the one folder that holds `update/`, and has all its witnesses agree on the revision.
 * @throws EcflashError those of `stageDelivery`; `delivery-without-package`, `package-ambiguous`, `revision-contradiction`,
 * `revision-unwitnessed`, `usage` for a `revision` that is none
 */
export async function prepareDelivery(path: string, options: PrepareOptions): Promise<Prepared> {
  const asked = options.revision === undefined ? null : witnessOfOperator(options.revision, options.facts);
  if (options.revision !== undefined && asked === null)
    throw new EcflashError("usage", {
      detail: `--revision ${options.revision} is not a whole revision, such as EC25AFAR05A07M4G_30.005.30.005.`,
    });
  const staged = await stageDelivery(path, options);
  try {
    const found = await findPackage(staged);
    const beside = await filesBeside(staged.folder, found);
    const witnesses = [
      ...(await witnessesOf(staged, found, beside, options.facts)),
      ...(asked === null ? [] : [asked]),
    ];
    const agreement = agreeOnRevision(witnesses);
    if (agreement.kind === "contradiction")
      throw new EcflashError("revision-contradiction", { said: agreement.between.map(describeWitness) });
    if (agreement.kind === "none")
      throw new EcflashError("revision-unwitnessed", { seen: agreement.seen.map(describeWitness) });
    const { revision } = agreement;
    const root = join(dirname(staged.folder), revision.text);
    await onDisk(root, () => rename(found, root));
    const notes = notesOf(staged, beside, revision, agreement.from);
    return { ...staged, root, revision, witnesses: agreement.from, beside, notes };
  } catch (error) {
    await staged.dispose();
    throw error;
  }
}

async function findPackage(staged: Staged): Promise<string> {
  const found: string[] = [];
  const look = async (folder: string, depth: number): Promise<void> => {
    const folders = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
    if (folders.some(({ name }) => name === "update")) found.push(folder);
    else if (depth < MAX_DEPTH) for (const { name } of folders) await look(join(folder, name), depth + 1);
  };
  await look(staged.folder, 0);
  const [only, ...others] = found.sort();
  if (only === undefined)
    throw new EcflashError("delivery-without-package", {
      path: staged.name,
      archives: await archivesIn(staged.folder),
    });
  if (others.length > 0)
    throw new EcflashError("package-ambiguous", {
      path: staged.name,
      candidates: found.map((folder) => relative(staged.folder, folder)),
    });
  return only;
}

/** Archives in the archive: a forwarded mail is often packed once more. */
async function archivesIn(folder: string): Promise<string[]> {
  const inner: string[] = [];
  for (const path of await filesIn(folder)) {
    const handle = await open(join(folder, path));
    try {
      const head = Buffer.alloc(HEAD_BYTES);
      const { bytesRead } = await handle.read(head, 0, HEAD_BYTES, 0);
      const found = sniff(head.subarray(0, bytesRead));
      if (found.kind !== "other" || /^(?:a RAR|compressed)/.test(found.seen)) inner.push(path);
    } finally {
      await handle.close();
    }
  }
  return inner;
}

async function filesBeside(folder: string, root: string): Promise<string[]> {
  const inside = relative(folder, root);
  if (inside === "") return [];
  return (await filesIn(folder)).filter((path) => !path.startsWith(`${inside}/`));
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

async function witnessesOf(
  staged: Staged,
  root: string,
  beside: readonly string[],
  facts: Facts,
): Promise<Witness[]> {
  const inside = relative(staged.folder, root);
  const names = inside === "" ? [] : inside.split("/");
  const files = (await readdir(root, { withFileTypes: true })).filter((entry) => entry.isFile());
  const given = staged.kind === "folder" ? "folder name" : "archive name";
  return [
    witnessOfName(given, staged.name, facts),
    ...names.map((name) => witnessOfName("folder name", name, facts)),
    ...(await versionFile(root, facts)),
    ...[...files.map(({ name }) => name), ...beside.map((path) => basename(path))].flatMap(
      (name) => witnessOfReleaseNotes(name) ?? [],
    ),
  ];
}

async function versionFile(root: string, facts: Facts): Promise<Witness[]> {
  const path = join(root, "quectel.version");
  const there = await stat(path).catch(() => null);
  if (there?.isFile() !== true) return [];
  if (there.size > MAX_VERSION_BYTES)
    throw new EcflashError("package-malformed", {
      path: "quectel.version",
      reason: "it is larger than two lines",
    });
  return [witnessOfVersionFile(await readFile(path, "utf8"), facts)];
}

function notesOf(
  { junk }: Staged,
  beside: readonly string[],
  revision: Revision,
  from: readonly Witness[],
): string[] {
  const notes: string[] = [];
  if (junk.length > 0) notes.push(`left out, of packers: ${junk.join(", ")}`);
  if (beside.length > 0) notes.push(`left out, beside the package: ${beside.join(", ")}`);
  const told = from.flatMap(({ says }) => (says.kind === "part" ? [says.part.subEdition] : []));
  const edition = told.find((one) => one !== null);
  if (revision.suffix === "" && edition !== undefined)
    notes.push(
      `the release notes are of ${revision.text}_${edition}; give it with --revision to import it in full`,
    );
  return notes;
}
