import type { Judgement } from "./verdict.js";

/** A judgement in one line: `mismatch (certain): EC25AFA declared, EC25EFAR06A11M4G_01.001.01.001 found`. */
export function describeJudgement({ verdict, confidence, declared, claimed, reading }: Judgement): string {
  const claim = claimed?.text ?? reading.revisions.at(-1)?.text ?? "no revision";
  const said =
    declared === null ? "nothing declared" : `${declared.hardware?.code ?? declared.variant} declared`;
  if (reading.mode !== "normal") return `${verdict}: the module is in ${reading.mode} mode`;
  return `${verdict} (${confidence}): ${said}, ${claim} found`;
}
