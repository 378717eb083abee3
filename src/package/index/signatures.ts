import { EcflashError, isEcflashError } from "../../core/errors.js";
import type { Trust } from "./trust.js";
import { keyIdOf, publicKeyLine, verify } from "./minisign.js";

/** Reads a source whole, at most `maxBytes`; `fetchBytes` of `source.ts` outside of tests. */
export type FetchBytes = (source: string, maxBytes: number) => Promise<Uint8Array>;

const MAX_SIGNATURE_BYTES = 4096;

/** Text of a signature by key id, or why there is none. */
export type Signatures = ReadonlyMap<string, { readonly text: string } | { readonly absent: string }>;

/** `ecflash-index.json.<KEYID>.minisig`, beside the index, also where the address has a query. */
export function signatureSource(source: string, keyId: string): string {
  const [, path = source, rest = ""] = /^(https?:\/\/[^?#]*)([?#].*)?$/i.exec(source) ?? [];
  return `${path}.${keyId}.minisig${rest}`;
}

/**
 * The signature of each key that is not at hand yet. One that cannot be had is no failure as long as enough others can.
 * @throws the reason of an abort
 */
export async function fetchSignatures(
  source: string,
  keys: readonly string[],
  known: Signatures,
  fetchBytes: FetchBytes,
): Promise<Signatures> {
  const found = new Map(known);
  for (const keyId of keys.map(keyIdOf)) {
    if (found.has(keyId)) continue;
    found.set(keyId, await fetchOne(signatureSource(source, keyId), fetchBytes));
  }
  return found;
}

async function fetchOne(source: string, fetchBytes: FetchBytes) {
  try {
    return { text: new TextDecoder().decode(await fetchBytes(source, MAX_SIGNATURE_BYTES)) };
  } catch (error) {
    if (!isEcflashError(error, "download-failed")) throw error;
    return { absent: error.facts.reason };
  }
}

/**
 * Proves that enough different keys of `trust` signed these bytes, and gives their ids. `whose` says in words where the
 * keys are from.
 * @throws EcflashError `index-signature` that says of each key why it does not count
 */
export function proveSignatures(
  bytes: Uint8Array,
  signatures: Signatures,
  trust: Trust,
  whose: string,
): readonly string[] {
  if (trust.keys.length === 0) throw new EcflashError("index-signature", { reason: "no key is trusted" });
  const { keyIds, reasons } = signersOf(bytes, signatures, trust.keys);
  const needed = Math.max(1, trust.threshold);
  if (keyIds.length >= needed) return keyIds;
  const count = `${keyIds.length} of ${needed} needed signatures by ${whose}`;
  throw new EcflashError("index-signature", { reason: `${count}; ${reasons.join("; ")}` });
}

/** Ids of the different keys that signed these bytes, and of each other one why it does not count. */
export function signersOf(
  bytes: Uint8Array,
  signatures: Signatures,
  publicKeys: readonly string[],
): { readonly keyIds: readonly string[]; readonly reasons: readonly string[] } {
  const proven = new Set<string>();
  const reasons: string[] = [];
  for (const key of new Set(publicKeys.map(publicKeyLine))) {
    const keyId = keyIdOf(key);
    const signature = signatures.get(keyId);
    if (signature === undefined || "absent" in signature) {
      reasons.push(`no signature by ${keyId} (${signature?.absent ?? "not asked for"})`);
      continue;
    }
    try {
      verify(bytes, signature.text, [key]);
      proven.add(keyId);
    } catch (error) {
      if (!isEcflashError(error, "index-signature")) throw error;
      reasons.push(`${keyId}: ${error.facts.reason}`);
    }
  }
  return { keyIds: [...proven], reasons };
}
