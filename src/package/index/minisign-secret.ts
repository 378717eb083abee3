import { createPrivateKey, createPublicKey, randomBytes, scrypt } from "node:crypto";
import { promisify } from "node:util";
import { EcflashError, messageOf } from "../../core/errors.js";
import type { KeyPair, SecretKey } from "./minisign.js";

/**
 * minisign's secret key file: a comment, and base64 of algorithm `Ed` (2 bytes), key derivation `Sc` or zeros (2),
 * checksum `B2` (2), salt (32), scrypt's opslimit and memlimit (8 each, little-endian), then key id (8), seed and public
 * key (64) and checksum (32), which are XORed with scrypt's output (jedisct1.github.io/minisign, "Secret key format").
 */
const COMMENT = "untrusted comment: ";
const HEAD_BYTES = 6;
const SALT_BYTES = 32;
const BODY_AT = HEAD_BYTES + SALT_BYTES + 16;
const BODY_BYTES = 8 + 64 + 32;
/** DER in front of a raw Ed25519 seed (RFC 8410). */
const PKCS8_HEAD = Buffer.from("302e020100300506032b657004220420", "hex");

/** How costly it is to try one password. */
export interface ScryptLimits {
  readonly opslimit: number;
  readonly memlimitBytes: number;
}

/** libsodium's `SENSITIVE`, which minisign takes: 1 GiB of memory for each try. */
export const SENSITIVE: ScryptLimits = { opslimit: 33_554_432, memlimitBytes: 1_073_741_824 };

/** The text of a secret key file; without a password the key lies open in it. */
export async function writeSecretKey(
  { keyId, key }: SecretKey,
  password: string | null,
  limits: ScryptLimits = SENSITIVE,
): Promise<string> {
  const seed = key.export({ type: "pkcs8", format: "der" }).subarray(PKCS8_HEAD.length);
  const identity = Buffer.concat([keyId, seed, rawPublicKey({ keyId, key })]);
  const body = Buffer.concat([identity, await checksumOf(identity)]);
  const salt = password === null ? Buffer.alloc(SALT_BYTES) : randomBytes(SALT_BYTES);
  const numbers = Buffer.alloc(16);
  if (password !== null) {
    numbers.writeBigUInt64LE(BigInt(limits.opslimit), 0);
    numbers.writeBigUInt64LE(BigInt(limits.memlimitBytes), 8);
    xor(body, await stretch(password, salt, limits));
  }
  const head = Buffer.from(password === null ? "Ed\0\0B2" : "EdScB2", "latin1");
  const comment = password === null ? "minisign secret key" : "minisign encrypted secret key";
  return `${COMMENT}${comment}\n${Buffer.concat([head, salt, numbers, body]).toString("base64")}\n`;
}

/** True when the file asks for a password. Throws `key-unusable`. */
export function isEncrypted(path: string, text: string): boolean {
  return derivationOf(path, decode(path, text)) === "Sc";
}

/**
 * A secret key of its file's text. `path` is for words only.
 * @throws EcflashError `key-unusable`: not such a file, damaged, or the password is wrong or lacking
 */
export async function readSecretKey(path: string, text: string, password: string | null): Promise<KeyPair> {
  const packed = decode(path, text);
  const body = Buffer.from(packed.subarray(BODY_AT));
  const encrypted = derivationOf(path, packed) === "Sc";
  if (encrypted) {
    if (password === null) throw unusable(path, "it needs its password");
    const limits = {
      opslimit: Number(packed.readBigUInt64LE(HEAD_BYTES + SALT_BYTES)),
      memlimitBytes: Number(packed.readBigUInt64LE(HEAD_BYTES + SALT_BYTES + 8)),
    };
    if (limits.memlimitBytes > SENSITIVE.memlimitBytes || limits.opslimit > SENSITIVE.opslimit)
      throw unusable(path, "it asks for more memory than minisign does");
    const salt = packed.subarray(HEAD_BYTES, HEAD_BYTES + SALT_BYTES);
    xor(
      body,
      await stretch(password, salt, limits).catch((cause: unknown) => {
        throw unusable(path, messageOf(cause), cause);
      }),
    );
  }
  const identity = body.subarray(0, 72);
  const sum = body.subarray(72);
  // `minisign -W` (0.11) writes zeros there; the halves are still held against each other below.
  const isSummed = encrypted || sum.some((byte) => byte !== 0);
  if (isSummed && !(await checksumOf(identity)).equals(sum))
    throw unusable(path, encrypted ? "the password is wrong" : "it is damaged");
  const keyId = Buffer.from(identity.subarray(0, 8));
  const der = Buffer.concat([PKCS8_HEAD, identity.subarray(8, 40)]);
  const secretKey = { keyId, key: createPrivateKey({ key: der, format: "der", type: "pkcs8" }) };
  const raw = rawPublicKey(secretKey);
  if (!raw.equals(identity.subarray(40))) throw unusable(path, "its two halves are not of one key");
  return { publicKey: Buffer.concat([Buffer.from("Ed"), keyId, raw]).toString("base64"), secretKey };
}

function decode(path: string, text: string): Buffer {
  const [comment = "", line = ""] = text.split(/\r?\n/);
  const packed = Buffer.from(line, "base64");
  const isWhole = packed.length === BODY_AT + BODY_BYTES && packed.toString("base64") === line;
  if (!comment.startsWith(COMMENT) || !isWhole || packed.toString("latin1", 0, 2) !== "Ed")
    throw unusable(path, "it is not a minisign secret key");
  return packed;
}

function derivationOf(path: string, packed: Buffer): "Sc" | "none" {
  const derivation = packed.toString("latin1", 2, HEAD_BYTES);
  if (derivation === "ScB2") return "Sc";
  if (derivation === "\0\0B2") return "none";
  throw unusable(path, "it is protected in a way that is not known");
}

function rawPublicKey({ key }: SecretKey): Buffer {
  return createPublicKey(key).export({ type: "spki", format: "der" }).subarray(-32);
}

/** libsodium's `pickparams`: which N and p two limits stand for, r being 8. */
export function scryptCost({ opslimit, memlimitBytes }: ScryptLimits): { N: number; r: number; p: number } {
  const r = 8;
  const ops = Math.max(opslimit, 32_768);
  const isBoundByTime = ops < memlimitBytes / 32;
  const maxN = isBoundByTime ? ops / (r * 4) : memlimitBytes / (r * 128);
  let log2 = 1;
  while (log2 < 63 && 2 ** log2 <= maxN / 2) log2 += 1;
  const maxRp = Math.min(Math.floor(ops / 4 / 2 ** log2), 0x3fffffff);
  return { N: 2 ** log2, r, p: isBoundByTime ? 1 : Math.max(1, Math.floor(maxRp / r)) };
}

async function stretch(password: string, salt: Uint8Array, limits: ScryptLimits): Promise<Buffer> {
  const { N, r, p } = scryptCost(limits);
  const derive = promisify<string, Uint8Array, number, object, Buffer>(scrypt);
  return derive(password, salt, BODY_BYTES, { N, r, p, maxmem: 128 * N * r + 128 * r * (p + 2) + 1024 });
}

/** BLAKE2b of 32 bytes, which node:crypto has only of 64; only owners of keys need it, so it is loaded here. */
async function checksumOf(identity: Uint8Array): Promise<Buffer> {
  const { blake2b } = await import("@noble/hashes/blake2.js");
  return Buffer.from(blake2b(Buffer.concat([Buffer.from("Ed"), identity]), { dkLen: 32 }));
}

function xor(bytes: Buffer, stream: Uint8Array): void {
  for (const [at, byte] of stream.entries()) bytes[at] = (bytes[at] ?? 0) ^ byte;
}

function unusable(path: string, reason: string, cause?: unknown): EcflashError {
  return new EcflashError("key-unusable", { path, reason }, { cause });
}
