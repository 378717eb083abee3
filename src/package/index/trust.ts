import { EcflashError } from "../../core/errors.js";

/** Whose signatures count, and how many different ones are needed. */
export interface Trust {
  /** minisign public keys, one line of base64 each. */
  readonly keys: readonly string[];
  readonly threshold: number;
}

/** What a host keeps of the last index it accepted under a name. */
export interface IndexMemory {
  readonly name: string;
  /** The highest that was accepted. */
  readonly version: number;
  /** Of the bytes of that version. */
  readonly sha256: string;
  /** In force for the next one; null after `index forget`, and then the configured ones are. */
  readonly trust: Trust | null;
  /** Keys that were in force and are not any more: whoever has one now may be a thief. */
  readonly retired: readonly string[];
  readonly issued: string;
  readonly expires: string;
  /** Where it was seen; an address belongs to one name. */
  readonly addresses: readonly string[];
}

/** An index whose signatures are proven, and nothing else yet. */
export interface IndexCandidate {
  readonly name: string;
  readonly version: number;
  readonly sha256: string;
  readonly keys: readonly string[];
  readonly threshold: number;
  readonly issued: string;
  readonly expires: string;
  readonly address: string;
}

export interface AcceptOptions {
  readonly now: Date;
  /** From the configuration: it must be this one. */
  readonly pinnedName: string | null;
  readonly graceDays: number;
  /** Whose signatures let this candidate in; what it does not take over is retired. */
  readonly before: Trust;
}

export interface AcceptedIndex {
  readonly memory: IndexMemory;
  readonly notes: readonly string[];
}

const DAY_MS = 86_400_000;
/**
 * A stolen key may sign a version that no honest one can follow (fast-forward attack; The Update Framework, 1.5.2). One
 * step is bounded, so that it takes the thief as many accepted indexes as make it seen, and dates as versions still fit.
 */
export const MAX_VERSION_STEP = 100_000;
/** A longer grace would be an index that never expires. */
export const MAX_GRACE_DAYS = 30;
const MAX_WARNING_MS = 14 * DAY_MS;
/** Clocks of owner and host may differ by it. */
const CLOCK_TOLERANCE_MS = DAY_MS;
const MAX_ADDRESSES = 16;

/**
 * Whose signatures must be proven before the first byte from `address` is parsed. A configuration that still names a key
 * which an index of this host gave up does not bring it back, under whatever name or address it signs.
 */
export function trustInForce(
  memories: readonly IndexMemory[],
  address: string,
  pinnedName: string | null,
  configured: Trust,
): Trust {
  const known = memories.find((memory) =>
    pinnedName === null ? memory.addresses.includes(address) : memory.name === pinnedName,
  );
  if (known?.trust != null) return known.trust;
  const retired = new Set(memories.flatMap((memory) => memory.retired));
  const keys = configured.keys.filter((key) => !retired.has(key.trim()));
  if (keys.length === 0 && configured.keys.length > 0)
    throw new EcflashError("index-signature", {
      reason: "an index that this host accepted gave up every key that is configured for this one",
    });
  return { ...configured, keys };
}

/**
 * Whether an index may follow what this host accepted before, and what to remember of it. Equal bytes are always the
 * same decision; time only ever takes away.
 * @throws EcflashError `index-mixed-up`, `index-rollback`, `index-forked`, `index-fast-forward`, `clock-wrong`,
 * `index-expired`
 */
export function acceptIndex(
  memories: readonly IndexMemory[],
  candidate: IndexCandidate,
  { now, pinnedName, graceDays, before }: AcceptOptions,
): AcceptedIndex {
  refuseOtherName(memories, candidate, pinnedName);
  const memory = memories.find(({ name }) => name === candidate.name) ?? null;
  if (memory !== null) refuseOtherVersion(memory, candidate);
  if (now.getTime() < Date.parse(candidate.issued) - CLOCK_TOLERANCE_MS)
    throw new EcflashError("clock-wrong", { now: now.toISOString(), issued: candidate.issued });
  const isKnown = memory?.version === candidate.version;
  const notes = lifeNotes(candidate, now, isKnown ? Math.min(graceDays, MAX_GRACE_DAYS) : 0);
  if (memory?.trust != null && !sameTrust(memory.trust, candidate))
    notes.push(
      `the index changed its keys: ${candidate.threshold} of ${candidate.keys.length} must sign from now on`,
    );
  return { memory: remembered(memory, candidate, before), notes };
}

function refuseOtherName(
  memories: readonly IndexMemory[],
  { name, address }: IndexCandidate,
  pinnedName: string | null,
): void {
  const expected = pinnedName ?? memories.find(({ addresses }) => addresses.includes(address))?.name ?? name;
  if (expected !== name) throw new EcflashError("index-mixed-up", { address, expected, found: name });
}

function refuseOtherVersion(memory: IndexMemory, { name, version, sha256 }: IndexCandidate): void {
  const most = memory.version + MAX_VERSION_STEP;
  if (version < memory.version)
    throw new EcflashError("index-rollback", { name, offered: version, seen: memory.version });
  if (version === memory.version && sha256 !== memory.sha256)
    throw new EcflashError("index-forked", { name, version });
  if (version > most)
    throw new EcflashError("index-fast-forward", { name, offered: version, seen: memory.version, most });
}

/** Warnings in the last tenth of its life, two weeks at most; then grace, where there is one; then it is refused. */
function lifeNotes({ issued, expires }: IndexCandidate, now: Date, graceDays: number): string[] {
  const end = Date.parse(expires);
  const leftMs = end - now.getTime();
  const warnMs = Math.min(MAX_WARNING_MS, (end - Date.parse(issued)) / 10);
  if (leftMs > warnMs) return [];
  const fresh = "get a fresh one from whoever owns it";
  if (leftMs > 0) return [`THE INDEX EXPIRES on ${expires}, in ${daysOf(leftMs)}; ${fresh}`];
  if (-leftMs >= graceDays * DAY_MS) throw new EcflashError("index-expired", { expired: expires });
  const lastDay = new Date(end + graceDays * DAY_MS).toISOString();
  return [`THE INDEX EXPIRED on ${expires} and is used in its days of grace, until ${lastDay}; ${fresh}`];
}

function daysOf(ms: number): string {
  const days = Math.ceil(ms / DAY_MS);
  return days === 1 ? "less than a day" : `${days} days`;
}

function remembered(memory: IndexMemory | null, candidate: IndexCandidate, before: Trust): IndexMemory {
  const { name, version, sha256, keys, threshold, issued, expires, address } = candidate;
  const others = (memory?.addresses ?? []).filter((known) => known !== address);
  const addresses = [...others, address].slice(-MAX_ADDRESSES);
  const given = [...(memory?.retired ?? []), ...before.keys.map((key) => key.trim())];
  const retired = [...new Set(given)].filter((key) => !keys.includes(key));
  return { name, version, sha256, trust: { keys, threshold }, retired, issued, expires, addresses };
}

function sameTrust(a: Trust, b: Trust): boolean {
  return a.threshold === b.threshold && [...a.keys].sort().join() === [...b.keys].sort().join();
}
