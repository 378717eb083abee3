import type { Facts } from "./facts.js";
import { parseRevision, type Revision, sameRelease } from "./revision.js";

/** One thing in a delivery that says, or seems to say, which revision it is. */
export interface Witness {
  /** Where it stands: `archive name`, `folder name`, `quectel.version`, `release notes`, `--revision`. */
  readonly place: string;
  /** As it stands there. */
  readonly text: string;
  readonly says: Statement;
}

type Statement =
  | { readonly kind: "revision"; readonly revision: Revision }
  /** Enough to contradict, too little to name a release. */
  | { readonly kind: "part"; readonly part: RevisionPart }
  | { readonly kind: "nothing" };

export interface RevisionPart {
  readonly hardwareCode: string;
  readonly baseline: string;
  readonly build: string;
  readonly subEdition: string | null;
}

export type Agreement =
  | { readonly kind: "agreed"; readonly revision: Revision; readonly from: readonly Witness[] }
  | { readonly kind: "contradiction"; readonly between: readonly Witness[] }
  | { readonly kind: "none"; readonly seen: readonly Witness[] };

const ARCHIVE_ENDING = /\.(?:zip|7z|tar|tgz|tar\.gz|gz)$/i;
/** What browsers and packers put behind a name that is taken: ` (1)`, `-1`, ` - Copy`. */
const COPY_ENDING = /(?: ?\(\d{1,3}\)|-\d{1,2}| ?- ?copy)$/i;
/** The start of a revision inside another text: `FW_EC25EFAR06A01M4G_final`. */
const INSIDE = /(?<![A-Z0-9])[A-Z]{2}\d{2,3}[A-Z]{1,8}R\d{2}A\d{2}(?:V\d{2})?[ME]\dG(?![A-Z0-9])/i;
/** `Quectel_EG25-G-GB_Firmware_Release_Notes_V0708_30.006.30.006.pdf` is EG25GGB R07 A08 (domain.md 4.3). */
const RELEASE_NOTES =
  /^Quectel_([A-Z]{2}\d{2,3})-([A-Z]{1,5})-([A-Z]{2,4})_.*Release[ _-]?Notes?.*_V(\d{2})(\d{2})(?:_([0-9A-Z]{2}(?:\.[0-9A-Z]{2,3}){2,3}))?\.[a-z]{3,4}$/i;

/** The name of an archive or folder, which in Quectel's packages is the whole revision (domain.md 4.3). */
export function witnessOfName(place: string, name: string, facts: Facts): Witness {
  const bare = name.replace(ARCHIVE_ENDING, "").replace(COPY_ENDING, "").trim();
  return { place, text: name, says: statementOf(bare, facts) };
}

/** `quectel.version`: two lines, `EG25_G` and the revision (domain.md 4.3). */
export function witnessOfVersionFile(content: string, facts: Facts): Witness {
  const lines = content
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return {
    place: "quectel.version",
    text: lines.slice(0, 2).join(" / ").slice(0, 120),
    says: statementOf(lines[1] ?? "", facts),
  };
}

/** The name of a release-notes file, or null for any other file. It has no flash size, so it names no release by itself. */
export function witnessOfReleaseNotes(name: string): Witness | null {
  const [, model = "", variant = "", memory = "", baseline = "", build = "", subEdition] =
    RELEASE_NOTES.exec(name) ?? [];
  if (model === "") return null;
  const hardwareCode = `${model}${variant}${memory}`.toUpperCase();
  const part = { hardwareCode, baseline, build, subEdition: subEdition ?? null };
  return { place: "release notes", text: name, says: { kind: "part", part } };
}

/** What the operator says with `--revision`. Null where it is no whole revision. */
export function witnessOfOperator(text: string, facts: Facts): Witness | null {
  const reading = parseRevision(text, facts);
  if (reading.kind !== "revision") return null;
  return { place: "--revision", text, says: { kind: "revision", revision: reading.revision } };
}

/**
 * The one revision all witnesses allow: the longest of those that name one. A short form agrees with every sub-edition of
 * itself; two that name different releases, or a part that does not fit, are a contradiction, whoever of them is right.
 */
export function agreeOnRevision(witnesses: readonly Witness[]): Agreement {
  const naming = witnesses.flatMap((witness) =>
    witness.says.kind === "revision" ? [{ witness, revision: witness.says.revision }] : [],
  );
  const [longest] = [...naming].sort((a, b) => b.revision.text.length - a.revision.text.length);
  const speaking = witnesses.filter(({ says }) => says.kind !== "nothing");
  if (longest === undefined)
    return partsDiffer(witnesses)
      ? { kind: "contradiction", between: speaking }
      : { kind: "none", seen: witnesses };
  const { revision } = longest;
  if (speaking.some(({ says }) => !allows(says, revision)))
    return { kind: "contradiction", between: speaking };
  return { kind: "agreed", revision, from: speaking };
}

/** `quectel.version: EG25_G / EG25GGBR07A07M2G`. */
export function describeWitness({ place, text, says }: Witness): string {
  return `${place}: ${text === "" ? "empty" : text}${says.kind === "nothing" ? " (names no revision)" : ""}`;
}

function statementOf(text: string, facts: Facts): Statement {
  const whole = parseRevision(text, facts);
  if (whole.kind === "revision" && whole.revision.behind === "")
    return { kind: "revision", revision: whole.revision };
  const inside = parseRevision(INSIDE.exec(text)?.[0].toUpperCase() ?? "", facts);
  if (inside.kind !== "revision") return { kind: "nothing" };
  const { hardwareCode, baseline, build } = inside.revision;
  return { kind: "part", part: { hardwareCode, baseline, build, subEdition: null } };
}

function allows(says: Statement, revision: Revision): boolean {
  if (says.kind === "revision") return sameRelease(says.revision, revision);
  return says.kind === "nothing" || fits(says.part, revision);
}

function fits(part: RevisionPart, whole: RevisionPart): boolean {
  const bothEditions = part.subEdition !== null && whole.subEdition !== null;
  return (
    part.hardwareCode === whole.hardwareCode &&
    part.baseline === whole.baseline &&
    part.build === whole.build &&
    (!bothEditions || part.subEdition === whole.subEdition)
  );
}

function partsDiffer(witnesses: readonly Witness[]): boolean {
  const parts = witnesses.flatMap(({ says }) => (says.kind === "part" ? [says.part] : []));
  return parts.some((a, index) => parts.slice(index + 1).some((b) => !fits(a, b)));
}
