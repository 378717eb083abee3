import { specialMarks } from "../core/choose-release.js";
import type { Edge, EdgeEnd } from "../core/edge.js";
import { EcflashError } from "../core/errors.js";
import type { Facts } from "../core/facts.js";
import { parseRevision } from "../core/revision.js";
import type { UnitEvidence } from "../core/unit-evidence.js";
import { type FirmwareIndex, INDEX_SCHEMA, type Release } from "./index-types.js";

/** When an edit is made, and how long the index is good from then; null keeps its `expires`. */
export interface EditTime {
  readonly now: Date;
  readonly lifeMs: number | null;
}

export interface NewIndex {
  readonly name: string;
  readonly keys: readonly string[];
  readonly threshold: number;
  readonly now: Date;
  readonly lifeMs: number;
}

/** An index that offers nothing yet. */
export function newIndex({ name, keys, threshold, now, lifeMs }: NewIndex): FirmwareIndex {
  return {
    schema: INDEX_SCHEMA,
    name,
    version: 1,
    issued: now.toISOString(),
    expires: new Date(now.getTime() + lifeMs).toISOString(),
    keys,
    threshold,
    releases: [],
    edges: [],
  };
}

/** The index as a new edition: a higher version, issued now. Throws `usage` when it would be born expired. */
function edited(
  index: FirmwareIndex,
  { now, lifeMs }: EditTime,
  change: Partial<FirmwareIndex>,
): FirmwareIndex {
  const expires = lifeMs === null ? index.expires : new Date(now.getTime() + lifeMs).toISOString();
  if (Date.parse(expires) <= now.getTime())
    throw refused(
      `The index expired on ${index.expires}; give it a new life with --expires, for example 90d.`,
    );
  return { ...index, ...change, version: index.version + 1, issued: now.toISOString(), expires };
}

/** @throws EcflashError `usage`: there already, a second recommended one, or an edition nobody may get unasked */
export function addRelease(
  index: FirmwareIndex,
  release: Release,
  facts: Facts,
  time: EditTime,
): FirmwareIndex {
  if (index.releases.some(({ revision }) => revision === release.revision))
    throw refused(`${release.revision} is in the index already.`);
  if (release.recommended) refuseRecommendation(index, release, facts);
  return edited(index, time, { releases: [...index.releases, release] });
}

function refuseRecommendation(index: FirmwareIndex, release: Release, facts: Facts): void {
  const reading = parseRevision(release.revision, facts);
  const marks = reading.kind === "revision" ? specialMarks(reading.revision) : [];
  if (marks.length > 0)
    throw refused(`${release.revision} is an edition ${marks.join(", ")}; such are never recommended.`);
  const rival = index.releases.find(
    (other) =>
      other.recommended &&
      other.retracted === undefined &&
      other.line === release.line &&
      other.hardwareCodes.some((code) => release.hardwareCodes.includes(code)) &&
      (other.orderOptions.includes("*") ||
        release.orderOptions.includes("*") ||
        other.orderOptions.some((option) => release.orderOptions.includes(option))),
  );
  if (rival !== undefined)
    throw refused(`${rival.revision} is recommended for the same modules and line; one is the most.`);
}

/** @throws EcflashError `usage` when the same crossing stands there */
export function addEdge(index: FirmwareIndex, edge: Edge, time: EditTime): FirmwareIndex {
  const ends = ({ from, to }: Edge) => JSON.stringify([from, to]);
  if (index.edges.some((other) => ends(other) === ends(edge)))
    throw refused("That crossing is in the index already.");
  return edited(index, time, { edges: [...index.edges, edge] });
}

/** @throws EcflashError `usage` when the release is not there, or was taken back before */
export function retractRelease(
  index: FirmwareIndex,
  revision: string,
  reason: string,
  time: EditTime,
): FirmwareIndex {
  const found = index.releases.find((release) => release.revision === revision);
  if (found === undefined) throw refused(`The index has no release ${revision}.`);
  if (found.retracted !== undefined) throw refused(`${revision} was taken back on ${found.retracted.date}.`);
  const retracted = { reason, date: time.now.toISOString().slice(0, 10) };
  const releases = index.releases.map((one) =>
    one === found ? { ...one, recommended: false, retracted } : one,
  );
  return edited(index, time, { releases });
}

/** `EC25EFA`, `EC25EFA:01.x` or a revision. Throws `usage`. */
export function readEdgeEnd(text: string, facts: Facts): EdgeEnd {
  const reading = parseRevision(text, facts);
  const [code = "", buildLine, ...rest] = text.split(":");
  if (reading.kind === "revision" && facts.hardwareCodes.has(reading.revision.hardwareCode))
    return { hardwareCode: reading.revision.hardwareCode, revision: reading.revision.text };
  if (!facts.hardwareCodes.has(code) || rest.length > 0 || buildLine === "")
    throw refused(`"${text}" is neither a revision nor a known hardware code with or without its line.`);
  return buildLine === undefined ? { hardwareCode: code } : { hardwareCode: code, buildLine };
}

/** `who:3` or `who:3:virtual`. Throws `usage`. */
export function readEvidence(text: string): UnitEvidence {
  const [, by = "", modules = "", virtual] = /^(.+?):(\d{1,6})(:virtual)?$/.exec(text) ?? [];
  if (by === "") throw refused(`"${text}" is no evidence; write who:modules, for example lab:3.`);
  return { by, modules: Number(modules), virtual: virtual !== undefined };
}

function refused(detail: string): EcflashError {
  return new EcflashError("usage", { detail });
}
