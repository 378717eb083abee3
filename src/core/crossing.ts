import type { Edge, EdgeEnd } from "./edge.js";
import { type Floor, type ForbiddenEnd, type KnownCrossings, NO_KNOWN_CROSSINGS } from "./known-crossings.js";
import { type Revision, shortForm } from "./revision.js";
import { compareReleases, compareRevisions } from "./revision-order.js";
import { countedModules, isVirtualOnly } from "./unit-evidence.js";

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
 * An edge is one of the index, or one of `known.tested`; of several the one that most modules speak for. One that was
 * only tried on virtual modules opens no way for a real one. One without evidence is its owner's signed will.
 */
export function judgeCrossing(
  edges: readonly Edge[],
  from: Revision,
  to: Revision,
  known: KnownCrossings = NO_KNOWN_CROSSINGS,
  { virtual }: { readonly virtual: boolean } = { virtual: false },
): Crossing {
  const differences = [...differencesOf(from, to), ...warningsOf(known, from, to)];
  if (differences.length === 0)
    return { allowed: true, edge: null, why: "same hardware code, baseline and build line" };
  const apart = differences.join(", ");
  const counted = (edge: Edge) => countedModules(edge.evidence, { virtual });
  const leading = [...edges, ...known.tested].filter((candidate) => leads(candidate, from, to));
  const [edge] = leading
    .filter(({ evidence }) => virtual || !isVirtualOnly(evidence))
    .sort((a, b) => counted(b) - counted(a));
  if (edge === undefined) {
    const none =
      leading.length === 0
        ? "no edge of the index allows it"
        : "an edge leads there that was tested on virtual modules only, and those never count";
    return { allowed: false, edge: null, why: `${apart}; ${none}` };
  }
  const modules = counted(edge) === 1 ? "1 module" : `${counted(edge)} modules`;
  const whose = known.tested.includes(edge) ? "a way that was told of in public" : "an edge of the index";
  return { allowed: true, edge, why: `${apart}; allowed by ${whose}, tested on ${modules}` };
}

/**
 * Whether an edge leads from one revision to the other. Between hardware codes it must say of which revision or line it
 * speaks: what one firmware left intact, the next may not.
 */
function leads({ from, to }: Edge, claimed: Revision, target: Revision): boolean {
  const named = from.revision !== undefined || from.buildLine !== undefined;
  if (claimed.hardwareCode !== target.hardwareCode && !named) return false;
  return meets(from, claimed) && meets(to, target);
}

function meets(end: EdgeEnd, revision: Revision): boolean {
  if (end.hardwareCode !== revision.hardwareCode) return false;
  if (end.buildLine !== undefined && end.buildLine !== revision.buildLine) return false;
  return end.revision === undefined || end.revision === revision.text || end.revision === shortForm(revision);
}

function warningsOf({ forbidden, floors, oneWay }: KnownCrossings, from: Revision, to: Revision): string[] {
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
    ...oneWay
      .filter(({ variant }) => isBack(variant, from, to))
      .map(({ source }) => `back to an older release (${source})`),
  ];
}

/** Not known to be newer is back: where numbers say nothing, nothing says that the older firmware can read its EFS. */
function isBack(variant: string, from: Revision, to: Revision): boolean {
  const both = from.hardware?.variant === variant && to.hardware?.variant === variant;
  return both && from.hardwareCode === to.hardwareCode && (compareRevisions(to, from) ?? -1) < 0;
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
