import type { Facts } from "../../core/facts.js";
import { parseRevision } from "../../core/revision.js";
import { type EditTime, edited, refused } from "./edit.js";
import type { FirmwareIndex, Release } from "./types.js";

/**
 * Offers a release, or with `replace` what is said anew of one that is there; a recommended one stays recommended.
 * @throws EcflashError `usage`: there already, none to replace, taken back, a second recommended one, or an edition nobody
 * may get unasked
 */
export function addRelease(
  index: FirmwareIndex,
  release: Release,
  { replace, facts }: { readonly replace: boolean; readonly facts: Facts },
  time: EditTime,
): FirmwareIndex {
  const there = index.releases.find(({ revision }) => revision === release.revision);
  if (there !== undefined && !replace)
    throw refused(`${release.revision} is in the index already; --replace says it anew.`);
  if (there === undefined && replace)
    throw refused(`${release.revision} is not in the index, so there is none to replace.`);
  // Whoever saw that it was taken back would not see that it is back.
  if (there?.retracted !== undefined) throw takenBack(there);
  const recommended = release.recommended || there?.recommended === true;
  const after = { ...release, recommended };
  if (recommended) {
    refuseSpecial(after, facts);
    const [rival] = rivalsOf(index, after);
    if (rival !== undefined)
      throw refused(
        `${rival.revision} is recommended for the same modules and line; one is the most. Add it without --recommended, then: ecflash index recommend.`,
      );
  }
  const releases =
    there === undefined
      ? [...index.releases, after]
      : index.releases.map((one) => (one === there ? after : one));
  return edited(index, time, { releases });
}

export interface Recommendation {
  readonly index: FirmwareIndex;
  /** Those that were recommended for the same modules and are no longer. */
  readonly instead: readonly string[];
  /** Order options of those that this one is not for: modules of them have no recommended release now. */
  readonly uncovered: readonly string[];
}

/**
 * Moves the recommendation for a release's modules and line to it, in one edition: at no time are there two or none.
 * @throws EcflashError `usage`: not there, taken back, recommended already, or an edition nobody may get unasked
 */
export function recommendRelease(
  index: FirmwareIndex,
  revision: string,
  facts: Facts,
  time: EditTime,
): Recommendation {
  const found = releaseNamed(index, revision);
  if (found.retracted !== undefined) throw takenBack(found);
  if (found.recommended) throw refused(`${revision} is recommended already.`);
  refuseSpecial(found, facts);
  const rivals = rivalsOf(index, found);
  const releases = index.releases.map((one) => {
    if (one === found) return { ...one, recommended: true };
    return rivals.includes(one) ? { ...one, recommended: false } : one;
  });
  const uncovered = rivals
    .flatMap(({ orderOptions }) => orderOptions)
    .filter((option) => !found.orderOptions.includes(option) && !found.orderOptions.includes("*"));
  return {
    index: edited(index, time, { releases }),
    instead: rivals.map((rival) => rival.revision),
    uncovered: [...new Set(uncovered)],
  };
}

/** Recommends a release no longer, and no other for it. Throws `usage`. */
export function withdrawRecommendation(
  index: FirmwareIndex,
  revision: string,
  time: EditTime,
): FirmwareIndex {
  const found = releaseNamed(index, revision);
  if (!found.recommended) throw refused(`${revision} is not recommended.`);
  const releases = index.releases.map((one) => (one === found ? { ...one, recommended: false } : one));
  return edited(index, time, { releases });
}

/** @throws EcflashError `usage` when the release is not there, or was taken back before */
export function retractRelease(
  index: FirmwareIndex,
  revision: string,
  reason: string,
  time: EditTime,
): FirmwareIndex {
  const found = releaseNamed(index, revision);
  if (found.retracted !== undefined) throw takenBack(found);
  const retracted = { reason, date: time.now.toISOString().slice(0, 10) };
  const releases = index.releases.map((one) =>
    one === found ? { ...one, recommended: false, retracted } : one,
  );
  return edited(index, time, { releases });
}

function releaseNamed(index: FirmwareIndex, revision: string): Release {
  const found = index.releases.find((release) => release.revision === revision);
  if (found !== undefined) return found;
  const known = index.releases.map((release) => release.revision).join(", ");
  throw refused(`The index has no release ${revision}${known === "" ? "" : `; it has ${known}`}.`);
}

function takenBack({ revision, retracted }: Release) {
  return refused(`${revision} was taken back on ${retracted?.date ?? "a day unknown"}, and that stays.`);
}

function refuseSpecial(release: Release, facts: Facts): void {
  const reading = parseRevision(release.revision, facts);
  const marks = reading.kind === "revision" ? reading.revision.marks : [];
  if (marks.length > 0)
    throw refused(`${release.revision} is an edition ${marks.join(", ")}; such are never recommended.`);
}

function rivalsOf(index: FirmwareIndex, release: Release): Release[] {
  return index.releases.filter(
    (other) =>
      other.revision !== release.revision &&
      other.recommended &&
      other.retracted === undefined &&
      other.line === release.line &&
      other.hardwareCodes.some((code) => release.hardwareCodes.includes(code)) &&
      (other.orderOptions.includes("*") ||
        release.orderOptions.includes("*") ||
        other.orderOptions.some((option) => release.orderOptions.includes(option))),
  );
}
