import { describeFinding, errorsAmong, type Finding } from "../core/lint/rules.js";
import { jsonText, shown } from "./escape.js";
import type { LintDocument } from "./package-schema.js";

/** What was judged. */
export interface Judged {
  readonly package: string;
  readonly archiveSha256: string | null;
  readonly revision: string | null;
  readonly planHash: string | null;
  readonly findings: readonly Finding[];
}

/** Errors first, a line each with its rule, then the sum and whether a plan can be made. */
export function packageLintText({ findings, revision, planHash }: Judged): string {
  const errors = errorsAmong(findings);
  const notes = findings.filter((finding) => !errors.includes(finding));
  const lines = [...errors, ...notes].map(lineOf);
  const sum = `${revision ?? "no revision"}: ${counted(errors, "error")}, ${counted(notes, "note")}`;
  return [...lines, `${sum}; ${planHash === null ? "no plan" : `plan ${planHash}`}`]
    .map((one) => `${shown(one)}\n`)
    .join("");
}

function counted(findings: readonly Finding[], word: string): string {
  return `${findings.length} ${word}${findings.length === 1 ? "" : "s"}`;
}

function lineOf(finding: Finding): string {
  return `${finding.severity}: ${describeFinding(finding)} [${finding.rule}]`;
}

export function packageLintJson({ findings, ...judged }: Judged, exit: number): string {
  const errors = errorsAmong(findings).length;
  const document: LintDocument = {
    schema: "ecflash.lint/1",
    ...judged,
    findings: [...findings],
    errors,
    notes: findings.length - errors,
    exit,
  };
  return `${jsonText(document, 2)}\n`;
}
