import type { Diagnosed } from "../core/diagnosis/diagnose.js";
import type { Finding } from "../core/diagnosis/finding.js";
import { describeJudgement } from "../core/verdict-words.js";
import { failureText } from "./check-text.js";
import { coloursFor } from "./colours.js";
import type { DiagnosisOutcome } from "./diagnosis-json.js";
import { shown } from "./escape.js";

type Colours = ReturnType<typeof coloursFor>;

/** Diagnoses for a person: what is wrong and what to do, what is fine, and at the end where to look. */
export function diagnosisText(
  { diagnoses, failures = [] }: DiagnosisOutcome,
  terminal: { readonly isTTY: boolean },
): string {
  const pc = coloursFor(terminal);
  const texts = [
    ...diagnoses.map((one) => moduleText(one, pc)),
    ...failures.map((one) => failureText(one, pc)),
  ];
  return `${texts.join("\n\n")}\n`;
}

function moduleText({ seen, findings, conclusion }: Diagnosed, pc: Colours): string {
  const { judgement, reading } = seen;
  const virtual = reading.virtual ? pc.dim(" (virtual)") : "";
  return [
    `${shown(reading.source)}  ${shown(describeJudgement(judgement))}${virtual}`,
    ...findings.flatMap((finding) => findingLines(finding, pc)),
    "",
    shown(conclusion),
  ].join("\n");
}

function findingLines({ kind, weight, says, evidence, next }: Finding, pc: Colours): string[] {
  const sign =
    kind === "fine" ? pc.green("fine") : weight === "strong" ? pc.red(kind) : pc.yellow(`${kind}?`);
  return [
    `  ${sign}: ${shown(says)}`,
    ...evidence.map(({ from, says: why }) => pc.dim(`      ${shown(`${from}: ${why}`)}`)),
    ...(next === null ? [] : [`      -> ${shown(next)}`]),
  ];
}
