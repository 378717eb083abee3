import { createHash } from "node:crypto";
import { EcflashError } from "../../core/errors.js";
import type { Facts } from "../../core/facts.js";
import { lintMapFile } from "../../core/lint/map-file.js";
import { lintProgrammer } from "../../core/lint/programmer.js";
import { errorsAmong, type Finding, findingOf } from "../../core/lint/rules.js";
import { lintSteps } from "../../core/lint/steps.js";
import type { Geometry, PartitionMap } from "../../core/maps.js";
import { canonicalPlan, makePlan, type Plan } from "../../core/plan.js";
import type { Revision } from "../../core/revision.js";
import type { PackageFile, VendorStep } from "../../core/steps.js";
import { Gathered, type PackageFault } from "./faults.js";
import type { Release } from "../index/types.js";
import { type Inventory, type KnownFiles, readPackageFile, surveyPackage } from "./inventory.js";
import { FIREHOSE } from "./layout.js";
import type { Md5Report } from "./md5-list.js";
import { lintTables } from "./read-tables.js";
import { readSteps } from "./read-steps.js";
import { readTargetMap } from "./read-map.js";
import { revisionOf } from "./revision-of.js";

export interface ExamineOptions {
  readonly facts: Facts;
  /** What the signed index says of it; without it the package stands for itself. */
  readonly release?: Pick<Release, "revision"> | undefined;
  /** What was hashed while it was unpacked; the tree is not read again. */
  readonly known?: KnownFiles | undefined;
}

/** All that could be learned of a package. What a fault hides is null; a plan is there only where nothing is wrong. */
export interface Examination {
  readonly root: string;
  readonly files: ReadonlyMap<string, PackageFile>;
  readonly md5: Md5Report;
  readonly revision: Revision | null;
  readonly geometry: Geometry | null;
  readonly targetMap: PartitionMap | null;
  readonly vendorSteps: readonly VendorStep[];
  readonly rawprogram: PackageFile | null;
  readonly plan: Plan | null;
  /** SHA-256 of the canonical plan. */
  readonly planHash: string | null;
  readonly findings: readonly Finding[];
  /** Of the findings those that are failures of their own, as `openPackage` throws them. */
  readonly faults: readonly PackageFault[];
}

const PROGRAMMER = `${FIREHOSE}/prog_nand_firehose_9x07.mbn`;

/**
 * Judges an unpacked package by every rule and gathers all findings, instead of stopping at the first.
 * @throws EcflashError `input-unreadable`, which is no fault of the package
 */
export async function examinePackage(directory: string, options: ExamineOptions): Promise<Examination> {
  const gathered = new Gathered();
  const inventory = await gathered.attempt(() => surveyPackage(directory, options.known));
  if (inventory === null) return nothingOf(directory, gathered);
  for (const fault of inventory.faults) gathered.fault(fault);
  const notes = gathered.findings;
  notes.push(...md5Notes(inventory));
  const revision = await gathered.attempt(() => revisionOf(inventory, options, notes));
  const programmer = await gathered.attempt(() => readProgrammer(inventory, notes));
  const read = await gathered.attempt(() => readSteps(inventory, gathered));
  const mapped =
    read === null
      ? null
      : await gathered.attempt(() => readTargetMap(inventory, read.geometry, revision, notes));
  if (read !== null && mapped !== null) {
    const { geometry, steps, file } = read;
    const proof = [
      ...lintSteps({ geometry, targetMap: mapped.map, vendorSteps: steps }),
      ...lintMapFile(steps, geometry, mapped.map, mapped.file.path),
    ];
    notes.push(...proof.map((finding) => ({ ...finding, file: finding.line === null ? null : file.path })));
    notes.push(...(await lintTables(inventory, mapped.map, geometry)));
  }
  const whole =
    errorsAmong(notes).length === 0 &&
    revision !== null &&
    programmer !== null &&
    read !== null &&
    mapped !== null;
  const plan = whole
    ? makePlan({
        release: revision.text,
        hardwareCode: revision.hardwareCode,
        geometry: read.geometry,
        targetMap: mapped.map,
        programmer,
        vendorSteps: read.steps,
      })
    : null;
  const planHash = plan === null ? null : createHash("sha256").update(canonicalPlan(plan)).digest("hex");
  return {
    root: inventory.root,
    files: inventory.files,
    md5: inventory.md5,
    revision,
    geometry: read?.geometry ?? null,
    targetMap: mapped?.map ?? null,
    vendorSteps: read?.steps ?? [],
    rawprogram: read?.file ?? null,
    plan: gathered.faults.length === 0 ? plan : null,
    planHash,
    findings: gathered.findings,
    faults: gathered.faults,
  };
}

function nothingOf(root: string, { findings, faults }: Gathered): Examination {
  const none = {
    revision: null,
    geometry: null,
    targetMap: null,
    rawprogram: null,
    plan: null,
    planHash: null,
  };
  return { root, ...none, files: new Map(), md5: { kind: "absent" }, vendorSteps: [], findings, faults };
}

function md5Notes({ md5 }: Inventory): Finding[] {
  if (md5.kind === "absent")
    return [findingOf("md5-absent", "there is no md5.txt; the vendor's own check could not be made")];
  if (md5.unlisted.length === 0) return [];
  return [
    findingOf("md5-unlisted", `${md5.lists.join(" and ")} does not list ${md5.unlisted.join(", ")}`, {
      file: md5.lists[0] ?? null,
    }),
  ];
}

async function readProgrammer({ root, files }: Inventory, findings: Finding[]): Promise<PackageFile> {
  const programmer = files.get(PROGRAMMER);
  if (programmer === undefined)
    throw new EcflashError("package-file-missing", { path: PROGRAMMER, namedBy: "every plan" });
  findings.push(...lintProgrammer(await readPackageFile(root, programmer), programmer.path));
  return programmer;
}
