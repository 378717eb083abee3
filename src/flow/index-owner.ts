import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative, sep } from "node:path";
import { EcflashError, messageOf } from "../core/errors.js";
import type { Facts } from "../core/facts.js";
import { sha256Of } from "../package/sha256.js";
import { addRelease, type EditTime } from "../package/index-edit.js";
import { signatureSource } from "../package/index-signatures.js";
import type { FirmwareIndex, Release } from "../package/index-types.js";
import { generateKeyPair, keyIdOf, sign } from "../package/minisign.js";
import { readSecretKey, writeSecretKey } from "../package/minisign-secret.js";
import { openPackage } from "../package/open-package.js";
import { packageIdOf } from "../package/package-id.js";
import { releaseOf } from "../package/release-of.js";
import { isRemote, resolveSource } from "../package/source.js";
import { unpackArchive } from "../package/unpack.js";
import { put, readIndexFile, writeIndexFile } from "./index-file.js";

export interface AddOptions
  extends Pick<Release, "orderOptions" | "recommended" | "severity" | "notes" | "evidence"> {
  /** None: the archive's place relative to the index. */
  readonly urls: readonly string[];
  readonly time: EditTime;
}

/**
 * Proves an archive again, as a client will, and adds what was computed of it. Gives the release.
 * @throws EcflashError those of `readIndexFile`, `unpackArchive`, `openPackage` and `addRelease`; `usage`
 */
export async function addToIndex(
  path: string,
  archivePath: string,
  facts: Facts,
  options: AddOptions,
): Promise<{ readonly release: Release; readonly index: FirmwareIndex }> {
  const { index } = await readIndexFile(path, facts);
  const archive = { urls: urlsOf(path, archivePath, options.urls), ...(await measure(archivePath)) };
  const scratch = await mkdtemp(join(tmpdir(), "ecflash-add-"));
  try {
    const root = join(scratch, "tree");
    await unpackArchive(archivePath, root, { sha256: archive.sha256 });
    const opened = await openPackage(root, { facts });
    const packageId = await packageIdOf(opened.root, opened.revision.text, opened.files);
    const release = releaseOf(opened, { ...options, archive, packageId, blockedEngines: [] });
    const after = addRelease(index, release, facts, options.time);
    await writeIndexFile(path, after, facts);
    return { release, index: after };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function urlsOf(indexPath: string, archivePath: string, given: readonly string[]): readonly string[] {
  if (given.length > 0) {
    for (const url of given) resolveSource("https://index.invalid/", url);
    return given;
  }
  const near = relative(dirname(indexPath), archivePath).split(sep).join("/");
  if (near.startsWith("../"))
    throw new EcflashError("usage", {
      detail: `${basename(archivePath)} does not lie beside or below the index; put it there, or give --url.`,
    });
  // One spelling must mean the same file on a stick and on a server, so nothing a URL would read otherwise.
  if (!/^[\w.+\-/]+$/.test(near))
    throw new EcflashError("usage", { detail: `${near} does not mean the same in a URL; give --url.` });
  return [near];
}

async function measure(path: string): Promise<{ sizeBytes: number; sha256: string }> {
  try {
    const handle = await open(path);
    try {
      const stats = await handle.stat();
      if (!stats.isFile())
        throw new EcflashError("usage", {
          detail: `${path} is no archive; make one with \`ecflash package import\`.`,
        });
      return { sizeBytes: stats.size, sha256: await sha256Of(handle) };
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof EcflashError) throw cause;
    throw new EcflashError("input-unreadable", { path, reason: messageOf(cause) }, { cause });
  }
}

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

/**
 * Signs an index that every client will take whole. Gives the signature's path.
 * @throws EcflashError `index-invalid`, `key-unusable`, `output-unwritable`
 */
export async function signIndex(
  path: string,
  keyPath: string,
  facts: Facts,
  password: () => Promise<string | null>,
): Promise<{ readonly signaturePath: string; readonly isListed: boolean }> {
  const { bytes, index } = await readIndexFile(path, facts);
  const { publicKey, secretKey } = await readSecretKey(keyPath, await readKeyFile(keyPath), await password());
  const signaturePath = signatureSource(path, keyIdOf(publicKey));
  const comment = `${index.name} version ${index.version}, issued ${index.issued}`;
  await put(signaturePath, Buffer.from(sign(bytes, secretKey, comment)), 0o644, true);
  return { signaturePath, isListed: index.keys.includes(publicKey) };
}

/** The text of a key's file. Throws `key-unusable`. */
export async function readKeyFile(path: string): Promise<string> {
  return readFile(path, "utf8").catch((cause: unknown) => {
    throw new EcflashError("key-unusable", { path, reason: messageOf(cause) }, { cause });
  });
}

/**
 * Holds every archive that lies on this host against the index. Gives the addresses that do not.
 * @throws EcflashError `input-unreadable`, `package-length`, `package-hash`
 */
export async function checkArchives(source: string, index: FirmwareIndex): Promise<readonly string[]> {
  const elsewhere: string[] = [];
  for (const { archive } of index.releases)
    for (const url of archive.urls) {
      const place = resolveSource(source, url);
      if (isRemote(place)) {
        elsewhere.push(place);
        continue;
      }
      const { sizeBytes, sha256 } = await measure(place);
      if (sizeBytes !== archive.sizeBytes)
        throw new EcflashError("package-length", { expectedBytes: archive.sizeBytes, gotBytes: sizeBytes });
      if (sha256 !== archive.sha256)
        throw new EcflashError("package-hash", { expected: archive.sha256, got: sha256 });
    }
  return elsewhere;
}
