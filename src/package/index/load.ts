import { createHash } from "node:crypto";
import { type Crossing, judgeCrossing } from "../../core/crossing.js";
import { shownSource } from "../fetch/shown-source.js";
import { EcflashError, isEcflashError } from "../../core/errors.js";
import type { Facts } from "../../core/facts.js";
import { acceptIndex, type IndexMemory, type Trust, trustInForce } from "./trust.js";
import { parseRevision, type Revision } from "../../core/revision.js";
import type { ReadIndex } from "./schema.js";
import { type FetchBytes, fetchSignatures, proveSignatures } from "./signatures.js";
import type { FirmwareIndex, Release } from "./types.js";
import { publicKeyLine } from "./minisign.js";
import { isRemote, pathOf } from "../fetch/source.js";

export type { FetchBytes } from "./signatures.js";

/** Where an index is and what a host's owner says of it. */
export interface IndexSettings {
  /** `https://`, `file:` or a path; `http://` on this host only. */
  readonly url: string;
  /** In force until an index was accepted, which names its own. None is trusted by default. */
  readonly publicKeys: readonly string[];
  /** How many of them must sign; 1 where nothing is said. */
  readonly threshold?: number | undefined;
  /** It must have this name. */
  readonly name?: string | undefined;
  /** How long one that was accepted before may be used after it expired. */
  readonly graceDays?: number | undefined;
}

export interface LoadIndexOptions {
  readonly settings: Omit<IndexSettings, "url">;
  readonly facts: Facts;
  /** What this host accepted before, of every name. */
  readonly memories: readonly IndexMemory[];
  readonly now: Date;
  readonly fetchBytes: FetchBytes;
}

export interface LoadedIndex {
  readonly index: FirmwareIndex;
  /** Where it came from; relative archive addresses are resolved against it. */
  readonly source: string;
  /** Of the keys in force that signed it. */
  readonly keyIds: readonly string[];
  /** What is to be said of its age and keys. */
  readonly notes: readonly string[];
  /** Entries that were left out, each with its reason. */
  readonly ignored: readonly string[];
  /** To be kept, so that nothing older follows. */
  readonly memory: IndexMemory;
}

export const MAX_INDEX_BYTES = 8 * 1024 * 1024;

/** An index whose signatures are proven, and nothing more. */
interface SignedIndex extends ReadIndex {
  readonly bytes: Uint8Array;
  readonly address: string;
  /** Of the keys in force that signed it. */
  readonly keyIds: readonly string[];
  /** What was in force for it. */
  readonly before: Trust;
}

/**
 * Fetches an index and the signatures beside it, as `readSignedIndex`; then name, version and dates against what was
 * accepted before.
 * @throws EcflashError those of `readSignedIndex` and of `acceptIndex`
 */
export async function loadIndex(source: string, options: LoadIndexOptions): Promise<LoadedIndex> {
  const { settings, memories, now } = options;
  const { index, ignored, bytes, address, keyIds, before } = await readSignedIndex(source, options);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const pinnedName = settings.name ?? null;
  const graceDays = settings.graceDays ?? 0;
  const candidate = { ...index, sha256, address };
  const { memory, notes } = acceptIndex(memories, candidate, { now, pinnedName, graceDays, before });
  return { index, source, keyIds, notes, ignored, memory };
}

/**
 * Fetches an index and the signatures beside it. Not one byte of it is parsed before enough keys in force are proven;
 * then schema, then its own keys. Whether it is too old is not asked.
 * @throws EcflashError `usage` for a plain http address, `index-unreachable`, `index-signature`, `index-invalid`
 */
export async function readSignedIndex(source: string, options: LoadIndexOptions): Promise<SignedIndex> {
  const { settings, memories, facts, fetchBytes } = options;
  refusePlainHttp(source);
  const address = addressOf(source);
  // One spelling of a key, as the memory keeps it: a configuration may hold whole `.pub` files.
  const configured = {
    keys: settings.publicKeys.map(publicKeyLine),
    threshold: settings.threshold ?? 1,
  };
  const first = trustInForce(memories, address, settings.name ?? null, configured);
  if (first.keys.length === 0) throw new EcflashError("index-signature", { reason: "no key is trusted" });
  const bytes = await fetchOrSay(source, fetchBytes);
  let signatures = await fetchSignatures(source, first.keys, new Map(), fetchBytes);
  const named = (memory: IndexMemory | undefined) =>
    memory?.trust == null
      ? "the configured keys"
      : `the keys of ${memory.name} version ${memory.version}, which this host accepted before`;
  const remembered = memories.find(({ trust }) => trust === first);
  let keyIds = proveSignatures(bytes, signatures, first, named(remembered));
  const { index, ignored } = await parseIndex(bytes, facts);
  const prove = async (trust: Trust, whose: string) => {
    signatures = await fetchSignatures(source, trust.keys, signatures, fetchBytes);
    return proveSignatures(bytes, signatures, trust, whose);
  };
  // A name that was accepted elsewhere has keys in force, whatever the configuration says of this address.
  const known = memories.find(({ name }) => name === index.name);
  const before = known?.trust ?? first;
  if (before !== first) keyIds = await prove(before, named(known));
  // New keys and threshold must have signed too, or the next index could not be accepted.
  await prove(index, "the keys it names itself");
  return { index, ignored, bytes, address, keyIds, before };
}

/** Archives stand under a signed hash and may come over http; who sees or holds back the index must not be anybody. */
function refusePlainHttp(source: string): void {
  if (!/^http:/i.test(source)) return;
  const host = URL.canParse(source) ? new URL(source).hostname : "";
  if (host === "localhost" || host === "[::1]" || /^127(?:\.\d+){3}$/.test(host)) return;
  throw new EcflashError("usage", {
    detail: `The index at ${source} must be fetched over https; http is for this host only.`,
  });
}

/** One spelling for one place, as the memory keeps it. */
function addressOf(source: string): string {
  if (isRemote(source)) return URL.canParse(source) ? new URL(source).href : source;
  try {
    return pathOf(source);
  } catch (cause) {
    throw unreachable(source, cause);
  }
}

/** zod is loaded here and not before: most commands never need it (packages.md 4). */
export async function parseIndex(bytes: Uint8Array, facts: Facts): Promise<ReadIndex> {
  const { readIndexJson } = await import("./schema.js");
  const read = readIndexJson(parseJson(bytes), facts);
  if (typeof read === "string") throw new EcflashError("index-invalid", { reason: read });
  return read;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new EcflashError("index-invalid", { reason: "it is not JSON in UTF-8" }, { cause });
  }
}

async function fetchOrSay(source: string, fetchBytes: FetchBytes): Promise<Uint8Array> {
  try {
    return await fetchBytes(source, MAX_INDEX_BYTES);
  } catch (cause) {
    throw unreachable(source, cause);
  }
}

/** A failed download in the words of an index; anything else as it is. */
function unreachable(source: string, cause: unknown): unknown {
  if (!isEcflashError(cause, "download-failed")) return cause;
  const { reason } = cause.facts;
  return new EcflashError("index-unreachable", { url: shownSource(source), reason }, { cause });
}

/**
 * Whether a module that claims `from` may be given `to`; the rule is `core/crossing.ts`.
 * @throws EcflashError `index-invalid` when the release's name is not a revision
 */
export function crossing(
  index: FirmwareIndex,
  from: Revision,
  to: Release,
  facts: Facts,
  module: { readonly virtual: boolean },
): Crossing {
  const target = parseRevision(to.revision, facts);
  if (target.kind !== "revision")
    throw new EcflashError("index-invalid", { reason: `"${to.revision}" is not a revision` });
  return judgeCrossing(index.edges, from, target.revision, facts.crossings, module);
}
