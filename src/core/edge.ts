import type { UnitEvidence } from "./unit-evidence.js";

/** One end of an edge. What it leaves out it does not ask for; a short revision stands for all sub-editions of itself. */
export interface EdgeEnd {
  readonly hardwareCode: string;
  readonly revision?: string | undefined;
  readonly buildLine?: string | undefined;
}

/** A crossing that the owner of a signed index allows, because it was tested. */
export interface Edge {
  readonly from: EdgeEnd;
  readonly to: EdgeEnd;
  readonly evidence: readonly UnitEvidence[];
  readonly note: string;
}
