import { errorsAmong } from "../core/lint/rules.js";
import { describeGeometry, type Geometry } from "../core/maps.js";
import type { Place } from "../core/nand-picture.js";
import { describeStep, type Plan, planBytes } from "../core/plan.js";
import type { PackageFile } from "../core/steps.js";
import { jsonText, shown } from "./escape.js";
import { formatBytes } from "./format.js";
import { type Drawing, nandMapText } from "./nand-map-text.js";
import type { Judged } from "./package-lint.js";
import { type Md5, md5Words } from "./package.js";
import type { ShowDocument } from "./package-schema.js";

/** What is shown of a package, as far as it could be read. */
export interface Shown extends Judged {
  readonly hardwareCode: string | null;
  readonly buildLine: string | null;
  readonly geometry: Geometry | null;
  readonly places: readonly Place[];
  readonly plan: Plan | null;
  /** SHA-256 of the canonical tar; null where no revision names it. */
  readonly id: string | null;
  readonly files: readonly PackageFile[];
  readonly md5: Md5;
}

/** The package in short, its NAND map drawn, its steps, its files where they are asked for, and what forbids it. */
export function packageShowText(
  of: Shown,
  drawing: Drawing,
  { verbose }: { readonly verbose: boolean },
): string {
  const { revision, hardwareCode, buildLine, geometry, id, archiveSha256, plan, planHash, files } = of;
  const errors = errorsAmong(of.findings);
  const row = (name: string, text: string) => shown(`${name.padEnd(12)}${text}`);
  const lines = [
    row(
      "Revision",
      `${revision ?? "not known"}${hardwareCode === null ? "" : ` for ${hardwareCode}, line ${buildLine ?? "not known"}`}`,
    ),
    ...(id === null ? [] : [row("Id", id)]),
    ...(archiveSha256 === null || archiveSha256 === id ? [] : [row("Archive", archiveSha256)]),
    row("Files", `${files.length}, ${formatBytes(files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))}`),
    ...(files.length === 0 ? [] : [row("MD5 lists", md5Words(of.md5))]),
    ...(geometry === null ? [] : [row("Geometry", describeGeometry(geometry))]),
    ...(plan === null ? [] : planRows(plan, planHash ?? "", row)),
    ...(geometry === null || of.places.length === 0
      ? []
      : ["", ...nandMapText(of.places, geometry, drawing)]),
    ...(plan === null
      ? []
      : [
          "",
          "Steps:",
          ...plan.steps.map((step, at) => shown(`${String(at + 1).padStart(4)}  ${describeStep(step)}`)),
        ]),
    ...(verbose ? ["", "Files:", ...files.map(fileLine)] : []),
    ...(errors.length === 0
      ? []
      : [
          "",
          "Not safe, and never flashed:",
          ...errors.map(({ says, rule }) => shown(`  ${says} [${rule}]`)),
        ]),
  ];
  return `${lines.join("\n")}\n`;
}

/** As `sha256sum` prints it, with the size between. */
function fileLine({ path, sizeBytes, sha256 }: PackageFile): string {
  return shown(`  ${sha256} ${String(sizeBytes).padStart(10)}  ${path}`);
}

function planRows(plan: Plan, planHash: string, row: (name: string, text: string) => string): string[] {
  const programs = plan.steps.filter(({ kind }) => kind === "program").length;
  return [
    row("Images", `${programs} of ${plan.steps.length} steps, ${formatBytes(planBytes(plan))} sent`),
    row("Programmer", `${plan.programmer.path}, ${formatBytes(plan.programmer.sizeBytes)}`),
    row("Plan hash", planHash),
  ];
}

export function packageShowJson(of: Shown, exit: number): string {
  const { plan, geometry } = of;
  const document: ShowDocument = {
    schema: "ecflash.package-show/1",
    package: of.package,
    archiveSha256: of.archiveSha256,
    id: of.id,
    revision: of.revision,
    planHash: of.planHash,
    hardwareCode: of.hardwareCode,
    buildLine: of.buildLine,
    geometry:
      geometry === null
        ? null
        : { pageSizeBytes: geometry.pageSizeBytes, pagesPerBlock: geometry.pagesPerBlock },
    programmer: plan === null ? null : { ...plan.programmer },
    planBytes: plan === null ? null : planBytes(plan),
    steps: plan === null ? [] : [...plan.steps],
    map: [...of.places],
    files: [...of.files],
    md5:
      of.md5.kind === "absent"
        ? of.md5
        : { ...of.md5, lists: [...of.md5.lists], unlisted: [...of.md5.unlisted] },
    findings: [...of.findings],
    exit,
  };
  return `${jsonText(document, 2)}\n`;
}
