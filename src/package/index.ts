import { type Crossing, judgeCrossing } from "../core/crossing.js";
import { EcflashError, isEcflashError } from "../core/errors.js";
import type { Facts } from "../core/facts.js";
import { parseRevision, type Revision } from "../core/revision.js";
import type { FirmwareIndex, Release } from "./index-types.js";
import { verify } from "./minisign.js";

/** Reads a source whole, at most `maxBytes`; `fetchBytes` of `source.ts` outside of tests. */
export type FetchBytes = (source: string, maxBytes: number) => Promise<Uint8Array>;

export interface LoadIndexOptions {
  /** minisign public keys, base64 lines. None is trusted by default. */
  readonly publicKeys: readonly string[];
  readonly now: Date;
  readonly fetchBytes: FetchBytes;
}

export interface LoadedIndex {
  readonly index: FirmwareIndex;
  /** Where it came from; relative archive addresses are resolved against it. */
  readonly source: string;
  readonly keyId: string;
  readonly trustedComment: string;
}

const MAX_INDEX_BYTES = 4 * 1024 * 1024;
const MAX_SIGNATURE_BYTES = 4096;

/**
 * Fetches an index and the `.minisig` beside it. Not one byte of it is parsed before the signature is proven; then
 * schema, then expiry.
 * @throws EcflashError `index-unreachable`, `index-signature`, `index-invalid`, `index-expired`
 */
export async function loadIndex(source: string, options: LoadIndexOptions): Promise<LoadedIndex> {
  if (options.publicKeys.length === 0)
    throw new EcflashError("index-signature", { reason: "no key is trusted" });
  const bytes = await fetchOrSay(source, MAX_INDEX_BYTES, options.fetchBytes);
  const signature = await fetchOrSay(`${source}.minisig`, MAX_SIGNATURE_BYTES, options.fetchBytes);
  const { keyId, trustedComment } = verify(bytes, new TextDecoder().decode(signature), options.publicKeys);
  const index = await parseIndex(bytes);
  if (Date.parse(index.expires) <= options.now.getTime())
    throw new EcflashError("index-expired", { expired: index.expires });
  return { index, source, keyId, trustedComment };
}

/** zod is loaded here and not before: most commands never need it (packages.md 4). */
async function parseIndex(bytes: Uint8Array): Promise<FirmwareIndex> {
  const { readIndexJson } = await import("./index-schema.js");
  const index = readIndexJson(parseJson(bytes));
  if (typeof index === "string") throw new EcflashError("index-invalid", { reason: index });
  return index;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new EcflashError("index-invalid", { reason: "it is not JSON in UTF-8" }, { cause });
  }
}

async function fetchOrSay(source: string, maxBytes: number, fetchBytes: FetchBytes): Promise<Uint8Array> {
  try {
    return await fetchBytes(source, maxBytes);
  } catch (cause) {
    if (!isEcflashError(cause, "download-failed")) throw cause;
    throw new EcflashError("index-unreachable", { url: source, reason: cause.facts.reason }, { cause });
  }
}

/**
 * The release for a hardware code: the one that was asked for, whole and to the letter, else the one that is
 * recommended. Retracted releases do not exist here.
 * @throws EcflashError `package-for-other-hardware` when what was asked for belongs to another code; `release-missing`
 * when there is none, or no single recommended one
 */
export function chooseRelease(
  index: FirmwareIndex,
  hardwareCode: string,
  askedRevision: string | null,
): Release {
  const live = index.releases.filter(({ retracted }) => retracted === undefined);
  const own = live.filter(({ hardwareCodes }) => hardwareCodes.includes(hardwareCode));
  const wanted = own.filter(({ revision, recommended }) =>
    askedRevision === null ? recommended : revision === askedRevision,
  );
  const [release, ...others] = wanted;
  if (release !== undefined && others.length === 0) return release;
  const foreign = live.find(({ revision }) => revision === askedRevision);
  if (foreign !== undefined)
    throw new EcflashError("package-for-other-hardware", {
      release: foreign.revision,
      packageCode: foreign.hardwareCodes.join(", "),
      declaredCode: hardwareCode,
    });
  const known = own.map(({ revision }) => revision);
  throw new EcflashError("release-missing", { hardwareCode, asked: askedRevision, known });
}

/**
 * Whether a module that claims `from` may be given `to`; the rule is `core/crossing.ts`.
 * @throws EcflashError `index-invalid` when the release's name is not a revision
 */
export function crossing(index: FirmwareIndex, from: Revision, to: Release, facts: Facts): Crossing {
  const target = parseRevision(to.revision, facts);
  if (target.kind !== "revision")
    throw new EcflashError("index-invalid", { reason: `"${to.revision}" is not a revision` });
  return judgeCrossing(index.edges, from, target.revision, facts.crossings);
}
