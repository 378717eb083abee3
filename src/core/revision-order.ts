import type { Revision } from "./revision.js";

type Ordered = Pick<
  Revision,
  "text" | "hardwareCode" | "buildLine" | "baseline" | "build" | "edition" | "subEdition"
>;

/**
 * Which of two revisions is the newer: below zero when `a` is older, above when newer, zero when they are the same. Null
 * where numbers say nothing: R and A compare only inside one hardware code and build line (the fix of the thread went from
 * R06A11 to R05A07), a line that is not known is no line, and two editions of one build without numbers have no order.
 */
export function compareRevisions(a: Ordered, b: Ordered): number | null {
  if (a.text === b.text) return 0;
  if (a.hardwareCode !== b.hardwareCode) return null;
  if (a.buildLine === null || a.buildLine !== b.buildLine) return null;
  const release = compareReleases(a, b);
  if (release !== 0) return release;
  if (a.edition !== b.edition)
    return a.edition === null || b.edition === null ? null : compareText(a.edition, b.edition);
  return compareSubEditions(a.subEdition, b.subEdition);
}

/** Baseline and build of two revisions of one hardware code, as numbers, whatever their lines. */
export function compareReleases(
  a: Pick<Ordered, "baseline" | "build">,
  b: Pick<Ordered, "baseline" | "build">,
): number {
  return compareText(a.baseline, b.baseline) || compareText(a.build, b.build);
}

function compareSubEditions(a: string | null, b: string | null): number | null {
  if (a === null || b === null) return null;
  const [left, right] = [partsOf(a), partsOf(b)];
  const first = compareParts(left.slice(0, 2), right.slice(0, 2));
  if (first !== 0) return first;
  return left.length === right.length ? compareParts(left.slice(2), right.slice(2)) : null;
}

/** Two parts stand for both halves: the halves are equal in every sample (domain.md 1.3). */
function partsOf(subEdition: string): string[] {
  const parts = subEdition.split(".");
  return parts.length === 2 ? [...parts, ...parts] : parts;
}

function compareParts(a: readonly string[], b: readonly string[]): number {
  for (const [index, part] of a.entries()) {
    const order = compareText(part, b[index] ?? "");
    if (order !== 0) return order;
  }
  return 0;
}

/** All parts have a fixed width, so letters and digits compare as they stand; `006V03` comes behind `006`. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
