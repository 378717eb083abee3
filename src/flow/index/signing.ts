import { readFile } from "node:fs/promises";
import { EcflashError, messageOf } from "../../core/errors.js";
import type { Facts } from "../../core/facts.js";
import type { IndexSignReport } from "../../core/index-report.js";
import { refuseLife } from "../../package/index/edit.js";
import { fetchSignatures, signatureSource, signersOf } from "../../package/index/signatures.js";
import { generateKeyPair, keyIdOf, sign } from "../../package/index/minisign.js";
import { readSecretKey, writeSecretKey } from "../../package/index/minisign-secret.js";
import { fetchBytes } from "../../package/fetch/source.js";
import { put, readIndexFile } from "./file.js";

/** Makes a key: `FILE.key` (0600) and `FILE.pub`. Neither is ever overwritten. Throws `output-unwritable`. */
export async function makeKey(out: string, password: string | null): Promise<{ publicKey: string }> {
  const { publicKey, secretKey } = generateKeyPair();
  const id = keyIdOf(publicKey).replace(/^0+/, "");
  const text = await writeSecretKey(secretKey, password);
  await put(`${out}.key`, Buffer.from(text), 0o600, false);
  const comment = `untrusted comment: minisign public key ${id}`;
  await put(`${out}.pub`, Buffer.from(`${comment}\n${publicKey}\n`), 0o644, false);
  return { publicKey };
}

export interface SignOptions {
  readonly facts: Facts;
  readonly now: Date;
  /** Asked for when the index is found worth a signature. */
  readonly password: () => Promise<string | null>;
}

/**
 * Signs an index that every client will take whole, and tells what it still lacks.
 * @throws EcflashError `index-invalid`, `key-unusable`, `output-unwritable`; `usage` for one that expired or lives too long
 */
export async function signIndex(
  path: string,
  keyPath: string,
  { facts, now, password }: SignOptions,
): Promise<IndexSignReport> {
  const { bytes, index } = await readIndexFile(path, facts);
  refuseLife(index, now);
  const { publicKey, secretKey } = await readSecretKey(keyPath, await readKeyFile(keyPath), await password());
  const keyId = keyIdOf(publicKey);
  const signature = signatureSource(path, keyId);
  const comment = `${index.name} version ${index.version}, issued ${index.issued}`;
  await put(signature, Buffer.from(sign(bytes, secretKey, comment)), 0o644, true);
  const beside = await fetchSignatures(path, index.keys, new Map(), fetchBytes);
  const { keyIds: signedBy } = signersOf(bytes, beside, index.keys);
  const missing = index.keys.map(keyIdOf).filter((id) => !signedBy.includes(id));
  const isListed = index.keys.includes(publicKey);
  return { file: path, signature, keyId, isListed, signedBy, missing, threshold: index.threshold };
}

/** The text of a key's file. Throws `key-unusable`. */
export async function readKeyFile(path: string): Promise<string> {
  return readFile(path, "utf8").catch((cause: unknown) => {
    throw new EcflashError("key-unusable", { path, reason: messageOf(cause) }, { cause });
  });
}
