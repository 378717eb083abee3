import type { Edge } from "../../core/edge.js";
import { EcflashError } from "../../core/errors.js";
import { type FirmwareIndex, INDEX_NAME, INDEX_SCHEMA, MAX_KEYS } from "./types.js";
import type { Trust } from "./trust.js";
import { keyIdOf } from "./minisign.js";

/** When an edit is made, and how long the index is good from then; null keeps its `expires`. */
export interface EditTime {
  readonly now: Date;
  readonly lifeMs: number | null;
}

export interface NewIndex extends Trust {
  readonly name: string;
  readonly now: Date;
  readonly lifeMs: number;
}

const DAY_MS = 86_400_000;
/**
 * An index that is good for years shields no host from one that is held back (freeze attack; The Update Framework, 1.5.2).
 * A year and a month lets it be renewed once a year.
 */
const MAX_LIFE_DAYS = 400;

/** An index that offers nothing yet. Throws `usage` for a name, keys or threshold that fit no index, and too long a life. */
export function newIndex({ name, keys, threshold, now, lifeMs }: NewIndex): FirmwareIndex {
  if (!INDEX_NAME.test(name)) throw refused(`"${name}" is no name of an index: 1 to 64 of a-z, 0-9 and -.`);
  refuseTrust({ keys, threshold });
  const index: FirmwareIndex = {
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
  refuseLife(index, now);
  return index;
}

/** The index as a new edition: a higher version, issued now. Throws `usage` when it would be born expired or live too long. */
export function edited(
  index: FirmwareIndex,
  { now, lifeMs }: EditTime,
  change: Partial<FirmwareIndex>,
): FirmwareIndex {
  const expires = lifeMs === null ? index.expires : new Date(now.getTime() + lifeMs).toISOString();
  const after = {
    ...index,
    ...change,
    version: index.version + 1,
    issued: now.toISOString(),
    expires,
  };
  refuseLife(after, now);
  return after;
}

/** What no client takes, or takes for too long, is not worth a signature. Throws `usage`. */
export function refuseLife({ issued, expires }: FirmwareIndex, now: Date): void {
  if (Date.parse(expires) <= now.getTime())
    throw refused(`The index expired on ${expires}; give it a new life with --expires, for example 90d.`);
  const days = (Date.parse(expires) - Date.parse(issued)) / DAY_MS;
  if (days > MAX_LIFE_DAYS)
    throw refused(`The index would be good for ${Math.ceil(days)} days; ${MAX_LIFE_DAYS} are the most.`);
}

/**
 * Another set of keys, as a whole. Clients take it when enough of the keys before and enough of these signed it.
 * @throws EcflashError `usage` when nothing would change, or no index may have them
 */
export function changeKeys(index: FirmwareIndex, { keys, threshold }: Trust, time: EditTime): FirmwareIndex {
  refuseTrust({ keys, threshold });
  const same = [...keys].sort().join() === [...index.keys].sort().join();
  if (same && threshold === index.threshold) throw refused("The index has these keys and this threshold.");
  return edited(index, time, { keys, threshold });
}

function refuseTrust({ keys, threshold }: Trust): void {
  const ids = keys.map(keyIdOf);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) throw refused(`The key ${twice} is given twice.`);
  if (keys.length > MAX_KEYS) throw refused(`${keys.length} keys are given; ${MAX_KEYS} are the most.`);
  if (threshold > keys.length)
    throw refused(
      `${threshold} signatures can never be had of ${keys.length === 1 ? "1 key" : `${keys.length} keys`}.`,
    );
}

const ends = ({ from, to }: Pick<Edge, "from" | "to">) => JSON.stringify([from, to]);

/** @throws EcflashError `usage` when the same crossing stands there and is not to be replaced, or does not and is */
export function addEdge(
  index: FirmwareIndex,
  edge: Edge,
  { replace }: { readonly replace: boolean },
  time: EditTime,
): FirmwareIndex {
  const isThere = index.edges.some((other) => ends(other) === ends(edge));
  if (isThere && !replace)
    throw refused("That crossing is in the index already; --replace changes its evidence and note.");
  if (!isThere && replace) throw refused("That crossing is not in the index, so there is none to replace.");
  const edges = isThere
    ? index.edges.map((other) => (ends(other) === ends(edge) ? edge : other))
    : [...index.edges, edge];
  return edited(index, time, { edges });
}

/** @throws EcflashError `usage` when the crossing is not there */
export function removeEdge(
  index: FirmwareIndex,
  edge: Pick<Edge, "from" | "to">,
  time: EditTime,
): FirmwareIndex {
  const edges = index.edges.filter((other) => ends(other) !== ends(edge));
  if (edges.length === index.edges.length) throw refused("That crossing is not in the index.");
  return edited(index, time, { edges });
}

/** A refusal of an edit. */
export function refused(detail: string): EcflashError {
  return new EcflashError("usage", { detail });
}
