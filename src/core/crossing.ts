import { type Revision, shortForm } from "./revision.js";

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
  readonly testedUnits: number;
  readonly note: string;
}

export interface Crossing {
  readonly allowed: boolean;
  /** The edge it rests on; null where none is needed, or none was found. */
  readonly edge: Edge | null;
  readonly why: string;
}

/**
 * Whether firmware may go from one revision to another. Inside one hardware code, baseline, build line and flash size
 * Quectel allows it in both directions; across baselines and lines it forbids it (forums.quectel.com 44652, 58100), so
 * anything else needs an edge. A line that is not known is not the same line.
 */
export function judgeCrossing(edges: readonly Edge[], from: Revision, to: Revision): Crossing {
  const differences = differencesOf(from, to);
  if (differences.length === 0)
    return { allowed: true, edge: null, why: "same hardware code, baseline and build line" };
  const edge = edges.find((candidate) => meets(candidate.from, from) && meets(candidate.to, to)) ?? null;
  const apart = differences.join(", ");
  if (edge === null) return { allowed: false, edge, why: `${apart}; no edge of the index allows it` };
  const units = edge.testedUnits === 1 ? "1 unit" : `${edge.testedUnits} units`;
  return { allowed: true, edge, why: `${apart}; allowed by an edge of the index, tested on ${units}` };
}

function meets(end: EdgeEnd, revision: Revision): boolean {
  if (end.hardwareCode !== revision.hardwareCode) return false;
  if (end.buildLine !== undefined && end.buildLine !== revision.buildLine) return false;
  return end.revision === undefined || end.revision === revision.text || end.revision === shortForm(revision);
}

function differencesOf(from: Revision, to: Revision): string[] {
  if (from.text === to.text) return [];
  const found: string[] = [];
  const differ = (what: string, a: string, b: string) => {
    if (a !== b) found.push(`${what} ${a} to ${b}`);
  };
  differ("hardware code", from.hardwareCode, to.hardwareCode);
  differ("baseline", `R${from.baseline}`, `R${to.baseline}`);
  differ("flash size", from.flash, to.flash);
  if (from.buildLine === null || from.buildLine !== to.buildLine)
    found.push(`build line ${from.buildLine ?? "unknown"} to ${to.buildLine ?? "unknown"}`);
  return found;
}
