import { errorsAmong } from "../core/lint/rules.js";
import { describeGeometry, type Geometry } from "../core/maps.js";
import type { Place } from "../core/nand-picture.js";
import { describeStep, type Plan, planBytes } from "../core/plan.js";
import { jsonText, shown } from "./escape.js";
import { formatBytes } from "./format.js";
import { type Drawing, nandMapText } from "./nand-map-text.js";
import type { Judged } from "./package-lint.js";
import type { ShowDocument } from "./package-schema.js";

/** What is shown of a package, as far as it could be read. */
export interface Shown extends Judged {
  readonly hardwareCode: string | null;
  readonly buildLine: string | null;
  readonly geometry: Geometry | null;
  readonly places: readonly Place[];
  readonly plan: Plan | null;
}

/** The package in short, its NAND map drawn, its steps, and what forbids it. */
export function packageShowText(of: Shown, drawing: Drawing): string {
  const { revision, hardwareCode, buildLine, geometry, archiveSha256, plan, planHash } = of;
  const errors = errorsAmong(of.findings);
  const row = (name: string, text: string) => shown(`${name.padEnd(12)}${text}`);
  const lines = [
    row(
      "Revision",
      `${revision ?? "not known"}${hardwareCode === null ? "" : ` for ${hardwareCode}, line ${buildLine ?? "not known"}`}`,
    ),
    ...(archiveSha256 === null ? [] : [row("Archive", archiveSha256)]),
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
    findings: [...of.findings],
    exit,
  };
  return `${jsonText(document, 2)}\n`;
}
