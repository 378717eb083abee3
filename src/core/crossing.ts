import type { Floor, ForbiddenEnd, KnownCrossings } from "./known-crossings.js";
import { type Revision, shortForm } from "./revision.js";
import { compareReleases, compareRevisions } from "./revision-order.js";
import { countedModules, type UnitEvidence } from "./unit-evidence.js";

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

export interface Crossing {
  readonly allowed: boolean;
  /** The edge it rests on; null where none is needed, or none was found. */
  readonly edge: Edge | null;
  readonly why: string;
}

/**
 * Whether firmware may go from one revision to another. Inside one hardware code, baseline, build line and flash size
 * Quectel allows it in both directions; across baselines and lines it forbids it (forums.quectel.com 44652, 58100), so
 * anything else needs an edge, and so does what is known to go wrong. A line that is not known is not the same line.
 */
export function judgeCrossing(
  edges: readonly Edge[],
  from: Revision,
  to: Revision,
  known: KnownCrossings = { forbidden: [], floors: [] },
  { virtual }: { readonly virtual: boolean } = { virtual: false },
): Crossing {
  const differences = [...differencesOf(from, to), ...warningsOf(known, from, to)];
  if (differences.length === 0)
    return { allowed: true, edge: null, why: "same hardware code, baseline and build line" };
  const edge = edges.find((candidate) => meets(candidate.from, from) && meets(candidate.to, to)) ?? null;
  const apart = differences.join(", ");
  if (edge === null) return { allowed: false, edge, why: `${apart}; no edge of the index allows it` };
  const modules = countedModules(edge.evidence, { virtual });
  const units = modules === 1 ? "1 unit" : `${modules} units`;
  return { allowed: true, edge, why: `${apart}; allowed by an edge of the index, tested on ${units}` };
}

function meets(end: EdgeEnd, revision: Revision): boolean {
  if (end.hardwareCode !== revision.hardwareCode) return false;
  if (end.buildLine !== undefined && end.buildLine !== revision.buildLine) return false;
  return end.revision === undefined || end.revision === revision.text || end.revision === shortForm(revision);
}

function warningsOf({ forbidden, floors }: KnownCrossings, from: Revision, to: Revision): string[] {
  if (from.text === to.text) return [];
  const isEnd = (end: ForbiddenEnd, revision: Revision) =>
    end.hardwareCode === revision.hardwareCode &&
    (end.baseline ?? revision.baseline) === revision.baseline &&
    (end.buildLine ?? revision.buildLine) === revision.buildLine;
  return [
    ...forbidden
      .filter(
        (row) =>
          (isEnd(row.from, from) && isEnd(row.to, to)) ||
          (row.bothWays && isEnd(row.from, to) && isEnd(row.to, from)),
      )
      .map(({ source }) => `forbidden (${source})`),
    ...floors
      .filter((floor) => reached(floor, from) && below(floor, to))
      .map(({ notBelow, source }) => `below the floor ${notBelow.text} (${source})`),
  ];
}

/**
 * A floor is told across lines by baseline and build, as its source tells it; where these are equal, by the sub-edition of
 * the same line. Another line of the same build has not reached it, and needs an edge anyway.
 */
function reached({ hardwareCode, once }: Floor, from: Revision): boolean {
  if (from.hardwareCode !== hardwareCode) return false;
  const release = compareReleases(from, once);
  if (release !== 0) return release > 0;
  return once.suffix === "" || from.suffix === "" || (compareRevisions(from, once) ?? -1) >= 0;
}

function below({ hardwareCode, notBelow }: Floor, to: Revision): boolean {
  if (to.hardwareCode !== hardwareCode) return false;
  const release = compareReleases(to, notBelow);
  if (release !== 0) return release < 0;
  return (compareRevisions(to, notBelow) ?? 0) < 0;
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
