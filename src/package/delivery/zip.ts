import type { FileHandle } from "node:fs/promises";
import { crc32 } from "node:zlib";
import type { Entry, ZipFile } from "yauzl";
import { isEcflashError, messageOf } from "../../core/errors.js";
import { type PlainFiles } from "./plain-files.js";
import { unsafe } from "../archive/unsafe.js";

/** File type in the upper half of the external attributes, where Unix packers put the mode (APPNOTE.TXT 4.4.15). */
const TYPE_MASK = 0o170_000;
const TYPE_FILE = 0o100_000;
const TYPE_FOLDER = 0o040_000;
/** FILE_ATTRIBUTE_REPARSE_POINT: how packers on Windows mark a link. */
const REPARSE_POINT = 0x400;

/**
 * Unpacks a zip from an open file. Backslashes in names are slashes: packers on Windows write them.
 * @throws EcflashError `archive-unsafe` for links, devices, encrypted or damaged entries and names that are not
 * accepted; `state-unwritable`; the signal's reason
 */
export async function unpackZip(handle: FileHandle, files: PlainFiles): Promise<void> {
  // Loaded here and not before: most commands never need it (packages.md 4).
  const yauzl = await import("yauzl");
  const nameOf = ({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry) =>
    yauzl.getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
  await sayDamage(null, async () => {
    // Names stay raw, so that ours is the one place that judges them.
    const zip = await yauzl.fromFdPromise(handle.fd, { autoClose: false, decodeStrings: false });
    if (zip.entryCount === 0) throw unsafe(null, "it is empty");
    for await (const entry of zip.eachEntry()) await unpackEntry(zip, entry, nameOf(entry), files);
  });
}

async function unpackEntry(zip: ZipFile, entry: Entry, name: string, files: PlainFiles): Promise<void> {
  const isFolder = name.endsWith("/");
  const reason = refuseKind(entry, isFolder);
  if (reason !== null) throw unsafe(name, reason);
  files.admit(name, isFolder ? "directory" : "file");
  if (isFolder) return;
  files.refuseSize(name, entry.uncompressedSize);
  await sayDamage(name, () => files.write(name.replace(/^(?:\.\/)+/, ""), provenContent(zip, entry, name)));
}

function refuseKind(entry: Entry, isFolder: boolean): string | null {
  const type = (entry.externalFileAttributes >>> 16) & TYPE_MASK;
  if (type !== 0 && type !== TYPE_FILE && type !== TYPE_FOLDER)
    return "it is neither a file nor a folder but a link or a device";
  if (type !== 0 && (type === TYPE_FOLDER) !== isFolder) return "its name and its kind contradict";
  if ((entry.externalFileAttributes & REPARSE_POINT) !== 0) return "it is a link";
  if (entry.isEncrypted()) return "it is encrypted; unpack it with its password and import the folder";
  if (isFolder && entry.uncompressedSize > 0) return "a folder with content";
  if (!entry.canDecodeFileData())
    return `compression method ${entry.compressionMethod} is not read; unpack it with 7z and import the folder`;
  return null;
}

/**
 * The content of an entry. The reader counts bytes but leaves the CRC-32 to its caller (packages.md 2). It tells of
 * damage by an event alone, so the stream is opened where it is read: an event before the first read would be lost, and
 * the read would wait for ever.
 */
async function* provenContent(zip: ZipFile, entry: Entry, name: string): AsyncGenerator<Uint8Array> {
  let sum = 0;
  let sizeBytes = 0;
  const stream = await zip.openReadStreamPromise(entry);
  // One that comes behind the last read is of no account: size and CRC-32 were compared.
  stream.on("error", () => undefined);
  try {
    for await (const chunk of stream) {
      const bytes = chunk as Uint8Array;
      sum = crc32(bytes, sum);
      sizeBytes += bytes.length;
      yield bytes;
    }
  } finally {
    stream.destroy();
  }
  if (sizeBytes !== entry.uncompressedSize) throw unsafe(name, "its size is not the listed one");
  if (sum !== entry.crc32) throw unsafe(name, "its CRC-32 is not the listed one; the archive is damaged");
}

/** What the reader or zlib complains of is a bad archive. */
async function sayDamage(entry: string | null, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (isEcflashError(error)) throw error;
    throw unsafe(entry, messageOf(error).replace(/\.$/, ""), error);
  }
}
