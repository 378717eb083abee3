import type { Diagnosed } from "../core/diagnosis/diagnose.js";
import type { ExitCode } from "../core/exits.js";
import { failureDocument, moduleDocument } from "./check-json.js";
import type { CheckFailure } from "./check-renderer.js";
import type { DiagnosisDocument } from "./diagnosis-schema.js";

export interface DiagnosisOutcome {
  readonly diagnoses: readonly Diagnosed[];
  readonly failures?: readonly CheckFailure[];
  readonly exit: ExitCode;
}

/** What a file of evidence is headed with. */
export interface DiagnosisHead {
  readonly made: Date;
  /** `ecflash 0.1.0`. */
  readonly by: string;
}

/** Diagnoses as the document of the contract. */
export function diagnosisDocument(
  { diagnoses, failures = [], exit }: DiagnosisOutcome,
  { made, by }: DiagnosisHead,
): DiagnosisDocument {
  return {
    schema: "ecflash.diagnosis/1",
    made: made.toISOString(),
    by,
    modules: diagnoses.map(({ seen, conclusion, findings, answers }) => ({
      conclusion,
      findings: findings.map((one) => ({
        ...one,
        evidence: one.evidence.map(({ from, says }) => ({ from, says })),
      })),
      check: moduleDocument(seen.judgement),
      answers: answers.map(({ command, lines }) => ({ command, lines: lines === null ? null : [...lines] })),
    })),
    ...(failures.length === 0 ? {} : { failures: failures.map(failureDocument) }),
    exit,
  };
}
