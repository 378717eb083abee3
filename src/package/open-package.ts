import { createHash } from "node:crypto";
import { EcflashError, isEcflashError } from "../core/errors.js";
import type { Facts } from "../core/facts.js";
import { lintSteps } from "../core/lint.js";
import { describeGeometry, type Geometry, type PartitionMap, sectorsOf } from "../core/maps.js";
import { canonicalPlan, makePlan, type PackageFile, type Plan, type VendorStep } from "../core/plan.js";
import { parseRevision, type Revision } from "../core/revision.js";
import { checkMibibSum, parseMibib } from "../protocol/mibib.js";
import { parseRawprogram, type RawElement } from "../protocol/rawprogram.js";
import type { HashedFile } from "./archive-reader.js";
import type { Release } from "./index-types.js";
import { type Inventory, readPackageFile, takeInventory } from "./inventory.js";

export { readPackageFile } from "./inventory.js";

export interface OpenPackageOptions {
  readonly facts: Facts;
  /** What the signed index says of it; without it the package stands for itself. */
  readonly release?: Release | undefined;
  /** What was hashed while the tree was unpacked (`unpackArchive`); without it every file is read once more. */
  readonly inventory?: ReadonlyMap<string, HashedFile> | undefined;
}

export interface OpenedPackage {
  /** Files of the plan are read below it, with `readPackageFile`. */
  readonly root: string;
  readonly revision: Revision;
  readonly plan: Plan;
  /** SHA-256 of the canonical plan. */
  readonly planHash: string;
  /** What is worth saying and forbids nothing: habits of the vendor that the plan repairs, files it does not use. */
  readonly notes: readonly string[];
}

const FIREHOSE = "update/firehose";
const PROGRAMMER = `${FIREHOSE}/prog_nand_firehose_9x07.mbn`;
const MAX_XML_BYTES = 1024 * 1024;
/** NAND size in the revision's flash field, `M4G`: gigabits (domain.md 1.3). */
const BYTES_PER_GBIT = 128 * 1024 * 1024;

/**
 * Reads an unpacked package and proves its plan: every file hashed, map and rawprogram parsed, the vendor's steps
 * linted against the map, the safe order made.
 * @throws EcflashError `package-file-missing`, `package-md5`, `package-malformed`, `map-absent`, `rawprogram-malformed`,
 * `plan-unsafe`, `package-contradicts-index`, `archive-unsafe`, `input-unreadable`
 */
export async function openPackage(directory: string, options: OpenPackageOptions): Promise<OpenedPackage> {
  const inventory = await takeInventory(directory, options.inventory);
  const notes: string[] = md5Notes(inventory);
  const revision = revisionOf(inventory, options, notes);
  const programmer = inventory.files.get(PROGRAMMER);
  if (programmer === undefined)
    throw new EcflashError("package-file-missing", { path: PROGRAMMER, namedBy: "every plan" });
  const { geometry, steps } = await readSteps(inventory, notes);
  const { file: mapFile, map: targetMap } = await readTargetMap(inventory, geometry, revision, notes);
  proveSteps(steps, geometry, targetMap, mapFile, notes);
  const plan = makePlan({
    release: revision.text,
    hardwareCode: revision.hardwareCode,
    geometry,
    targetMap,
    programmer,
    vendorSteps: steps,
  });
  const planHash = createHash("sha256").update(canonicalPlan(plan)).digest("hex");
  const expected = options.release?.planHash;
  if (expected !== undefined && expected !== planHash)
    throw new EcflashError("package-contradicts-index", { what: "plan", index: expected, found: planHash });
  return { root: inventory.root, revision, plan, planHash, notes };
}

function md5Notes({ md5 }: Inventory): string[] {
  if (md5.kind === "absent") return ["there is no md5.txt; the vendor's own check could not be made"];
  if (md5.unlisted.length === 0) return [];
  return [`md5.txt does not list ${md5.unlisted.join(", ")}`];
}

/** The folder's name is the package's only word on what it is (domain.md 4.3); a flat archive has none but the index's. */
function revisionOf({ name }: Inventory, { facts, release }: OpenPackageOptions, notes: string[]): Revision {
  const named = parseRevision(name, facts);
  const indexed = release === undefined ? null : parseRevision(release.revision, facts);
  const contradicts = (index: string) =>
    new EcflashError("package-contradicts-index", { what: "revision", index, found: name });
  if (indexed !== null && indexed.kind !== "revision") throw contradicts(release?.revision ?? "");
  if (named.kind === "revision" && indexed !== null && named.revision.text !== indexed.revision.text)
    throw contradicts(indexed.revision.text);
  const reading = named.kind === "revision" ? named : indexed;
  if (reading === null)
    throw new EcflashError("package-malformed", {
      path: name,
      reason: "its folder is not named after a revision",
    });
  if (named.kind !== "revision")
    notes.push("the archive has no top folder; that it is this revision rests on the index alone");
  if (reading.revision.hardware === null)
    throw new EcflashError("package-malformed", {
      path: name,
      reason: `the hardware code ${reading.revision.hardwareCode} is not in the table`,
    });
  return reading.revision;
}

async function readSteps(
  inventory: Inventory,
  notes: string[],
): Promise<{ geometry: Geometry; steps: readonly VendorStep[] }> {
  const named = filesOf(inventory, /^rawprogram_.*\.xml$/);
  const updates = named.filter(({ path }) => /\/rawprogram_.*_update\.xml$/.test(path));
  const others = named.filter((file) => !updates.includes(file)).map(({ path }) => path);
  const [file, ...more] = updates;
  if (file === undefined)
    throw new EcflashError("package-file-missing", {
      path: `${FIREHOSE}/rawprogram_*_update.xml`,
      namedBy: others.length === 0 ? "every plan" : `every plan (there is only ${others.join(", ")})`,
    });
  if (more.length > 0)
    throw new EcflashError("rawprogram-malformed", {
      file: FIREHOSE,
      reason: `it holds ${updates.length} rawprogram files that end in _update`,
    });
  // A factory rawprogram writes EFS2 (domain.md 4.4, consequence b).
  if (others.length > 0) notes.push(`never used: ${others.join(", ")}`);
  if (file.sizeBytes > MAX_XML_BYTES)
    throw new EcflashError("rawprogram-malformed", { file: file.path, reason: "it is larger than any plan" });
  const text = decode(await readPackageFile(inventory.root, file), file.path);
  const { geometry, elements } = parseRawprogram(text, file.path, FIREHOSE);
  refuseOtherGeometry(file.path, geometry);
  return { geometry, steps: elements.map((element) => asVendorStep(element, inventory, file.path)) };
}

function asVendorStep(element: RawElement, { files }: Inventory, namedBy: string): VendorStep {
  const { line, startSector, sectorCount } = element;
  if (element.kind === "erase") return { kind: "erase", line, startSector, sectorCount };
  const file = files.get(element.path);
  if (file === undefined) throw new EcflashError("package-file-missing", { path: element.path, namedBy });
  if (file.sizeBytes === 0)
    throw new EcflashError("package-malformed", { path: element.path, reason: "the image is empty" });
  return { kind: "program", line, startSector, sectorCount, file };
}

async function readTargetMap(
  inventory: Inventory,
  geometry: Geometry,
  revision: Revision,
  notes: string[],
): Promise<{ file: PackageFile; map: PartitionMap }> {
  const found = filesOf(inventory, /^partition_complete_.*\.mbn$/);
  const [file, ...more] = found;
  if (file === undefined || more.length > 0)
    throw new EcflashError("map-absent", {
      looked: `${FIREHOSE}/partition_complete_*.mbn: ${found.length} files, must be one`,
    });
  refuseOtherGeometry(file.path, geometry);
  const bytes = await readPackageFile(inventory.root, file);
  const { pageSizeBytes } = geometry;
  try {
    const totalBlocks = blocksOf(revision, geometry);
    const map = parseMibib(bytes, { pageSizeBytes, totalBlocks });
    if (checkMibibSum(bytes, { pageSizeBytes }) !== "good")
      notes.push(`${file.path} carries no checksum that fits its table`);
    return { file, map };
  } catch (cause) {
    if (!isEcflashError(cause, "map-unreadable")) throw cause;
    throw new EcflashError("map-absent", { looked: `${file.path}: ${cause.facts.reason}` }, { cause });
  }
}

function blocksOf({ flash }: Revision, { pageSizeBytes, pagesPerBlock }: Geometry): number | undefined {
  const gigabits = /^[ME](\d+)G$/.exec(flash)?.[1];
  return gigabits === undefined
    ? undefined
    : (Number(gigabits) * BYTES_PER_GBIT) / (pageSizeBytes * pagesPerBlock);
}

function proveSteps(
  steps: readonly VendorStep[],
  geometry: Geometry,
  targetMap: PartitionMap,
  mapFile: PackageFile,
  notes: string[],
): void {
  const findings = lintSteps({ geometry, targetMap, vendorSteps: steps });
  const errors = findings.filter(({ severity }) => severity === "error").map(({ says }) => says);
  errors.push(...mapErrors(steps, geometry, targetMap, mapFile));
  if (errors.length > 0) throw new EcflashError("plan-unsafe", { findings: errors });
  notes.push(...findings.map(({ says }) => says));
}

/** The proof rests on this map, so it must be the very file that the plan leaves on the module. */
function mapErrors(
  steps: readonly VendorStep[],
  geometry: Geometry,
  targetMap: PartitionMap,
  mapFile: PackageFile,
): string[] {
  const mibib = targetMap.partitions.find(({ name }) => name === "MIBIB");
  if (mibib === undefined) return ["the map has no MIBIB partition"];
  const { start } = sectorsOf(mibib, geometry);
  const programs = steps.filter((step) => step.kind === "program");
  const written = programs.find((step) => step.startSector === start);
  const errors = programs
    .filter((step) => step.file.path === mapFile.path && step.startSector !== start)
    .map((step) => `line ${step.line}: ${mapFile.path} is not written to MIBIB`);
  if (written?.file.path !== mapFile.path)
    errors.push(`MIBIB is programmed with ${written?.file.path ?? "nothing"}, not with ${mapFile.path}`);
  return errors;
}

/** `p4K_b256K` in the name must be the geometry inside (domain.md 4.3); a name without it says nothing. */
function refuseOtherGeometry(path: string, geometry: Geometry): void {
  const [, page, block] = /_p(\d+)K_b(\d+)K[_.]/.exec(path) ?? [];
  if (page === undefined || block === undefined) return;
  const blockBytes = geometry.pageSizeBytes * geometry.pagesPerBlock;
  if (Number(page) * 1024 === geometry.pageSizeBytes && Number(block) * 1024 === blockBytes) return;
  throw new EcflashError("rawprogram-malformed", {
    file: path,
    reason: `its name says p${page}K_b${block}K, the plan is for ${describeGeometry(geometry)}`,
  });
}

function filesOf({ files }: Inventory, name: RegExp): PackageFile[] {
  return [...files.values()].filter(
    ({ path }) => path.startsWith(`${FIREHOSE}/`) && name.test(path.slice(FIREHOSE.length + 1)),
  );
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new EcflashError("rawprogram-malformed", { file, reason: "it is not UTF-8" }, { cause });
  }
}
