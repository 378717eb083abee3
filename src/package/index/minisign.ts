import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign as signEd25519,
  verify as verifyEd25519,
} from "node:crypto";
import { EcflashError } from "../../core/errors.js";

/**
 * Signatures in minisign's format: a signature file has an untrusted comment, base64 of algorithm (2 bytes), key id (8)
 * and signature (64), a trusted comment, and base64 of a second signature over signature and trusted comment.
 * `ED` signs the BLAKE2b-512 of the file, the older `Ed` the file itself (jedisct1.github.io/minisign).
 */
const PREHASHED = "ED";
const LEGACY = "Ed";
const KEY_ID_BYTES = 8;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const UNTRUSTED = "untrusted comment: ";
const TRUSTED = "trusted comment: ";
/** DER in front of a raw Ed25519 public key (RFC 8410). */
const SPKI_HEAD = Buffer.from("302a300506032b6570032100", "hex");

/** An Ed25519 key held in memory; never written by this module. */
export interface SecretKey {
  readonly keyId: Uint8Array;
  readonly key: KeyObject;
}

export interface KeyPair {
  /** One line of base64, as it stands in a `.pub` file and in `ecflash.json`. */
  readonly publicKey: string;
  readonly secretKey: SecretKey;
}

export interface Verified {
  /** Sixteen hexadecimal digits; minisign prints them without leading zeros. */
  readonly keyId: string;
  readonly trustedComment: string;
}

export function generateKeyPair(): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const keyId = randomBytes(KEY_ID_BYTES);
  const raw = publicKey.export({ type: "spki", format: "der" }).subarray(SPKI_HEAD.length);
  const line = Buffer.concat([Buffer.from(LEGACY), keyId, raw]).toString("base64");
  return { publicKey: line, secretKey: { keyId, key: privateKey } };
}

/** The text of a `.minisig` file for `bytes`. The trusted comment is signed too and must be one line. */
export function sign(bytes: Uint8Array, secretKey: SecretKey, trustedComment: string): string {
  if (/[\r\n]/.test(trustedComment)) throw new RangeError("a trusted comment is one line");
  const { key } = secretKey;
  const signature = signEd25519(null, prehash(bytes), key);
  const global = signEd25519(null, Buffer.concat([signature, Buffer.from(trustedComment)]), key);
  const line = Buffer.concat([Buffer.from(PREHASHED), secretKey.keyId, signature]).toString("base64");
  return `${UNTRUSTED}signature by ecflash\n${line}\n${TRUSTED}${trustedComment}\n${global.toString("base64")}\n`;
}

/**
 * Proves that `signatureText` is a signature of `bytes` by one of `publicKeys` (base64 lines, or whole `.pub` files).
 * @throws EcflashError `index-signature`; `usage` for a public key nobody can read
 */
export function verify(bytes: Uint8Array, signatureText: string, publicKeys: readonly string[]): Verified {
  const keys = publicKeys.map(readPublicKey);
  const [untrusted = "", line = "", trusted = "", globalLine = "", ...rest] = signatureText.split(/\r?\n/);
  const packed = base64Of(line, 2 + KEY_ID_BYTES + SIGNATURE_BYTES);
  const global = base64Of(globalLine, SIGNATURE_BYTES);
  const framed = untrusted.startsWith(UNTRUSTED) && trusted.startsWith(TRUSTED);
  if (packed === null || global === null || !framed || rest.some((extra) => extra !== ""))
    throw refused("its signature file is not in minisign's format");
  const algorithm = packed.subarray(0, 2).toString("latin1");
  const id = packed.subarray(2, 2 + KEY_ID_BYTES);
  const signature = packed.subarray(2 + KEY_ID_BYTES);
  const key = keys.find((candidate) => id.equals(candidate.keyId));
  if (keys.length === 0) throw refused("no key is trusted");
  if (key === undefined) throw refused(`it is signed by key ${printId(id)}, which is not trusted`);
  if (algorithm !== PREHASHED && algorithm !== LEGACY)
    throw refused("the signature's algorithm is not known");
  const signed = algorithm === PREHASHED ? prehash(bytes) : bytes;
  if (!verifyEd25519(null, signed, key.key, signature))
    throw refused("the signature does not fit its content");
  const trustedComment = trusted.slice(TRUSTED.length);
  if (!verifyEd25519(null, Buffer.concat([signature, Buffer.from(trustedComment)]), key.key, global))
    throw refused("the signature's trusted comment was changed");
  return { keyId: printId(id), trustedComment };
}

interface PublicKey {
  readonly line: string;
  readonly keyId: Uint8Array;
  readonly key: KeyObject;
}

function readPublicKey(text: string): PublicKey {
  const line = text.split(/\r?\n/).find((candidate) => candidate !== "" && !candidate.startsWith(UNTRUSTED));
  const packed = base64Of(line?.trim() ?? "", 2 + KEY_ID_BYTES + KEY_BYTES);
  if (line === undefined || packed?.subarray(0, 2).toString("latin1") !== LEGACY)
    throw new EcflashError("usage", {
      detail: `"${text.trim().slice(0, 60)}" is not a minisign public key.`,
    });
  const keyId = packed.subarray(2, 2 + KEY_ID_BYTES);
  const der = Buffer.concat([SPKI_HEAD, packed.subarray(2 + KEY_ID_BYTES)]);
  return { line: line.trim(), keyId, key: createPublicKey({ key: der, format: "der", type: "spki" }) };
}

function base64Of(line: string, sizeBytes: number): Buffer | null {
  const bytes = Buffer.from(line, "base64");
  return bytes.length === sizeBytes && bytes.toString("base64") === line ? bytes : null;
}

function prehash(bytes: Uint8Array): Buffer {
  return createHash("blake2b512").update(bytes).digest();
}

/** The id is a little-endian number. */
function printId(id: Uint8Array): string {
  return Buffer.from(id)
    .readBigUInt64LE()
    .toString(16)
    .toUpperCase()
    .padStart(2 * KEY_ID_BYTES, "0");
}

/** Sixteen digits of a public key, as they stand in the name of its signature file. Throws `usage`. */
export function keyIdOf(publicKey: string): string {
  return printId(readPublicKey(publicKey).keyId);
}

/** A public key, whole `.pub` file or line, as its one line. Throws `usage`. */
export function publicKeyLine(publicKey: string): string {
  return readPublicKey(publicKey).line;
}

function refused(reason: string): EcflashError {
  return new EcflashError("index-signature", { reason });
}
