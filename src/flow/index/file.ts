import { dirname } from "node:path";
import { randomBytes } from "node:crypto";
import { link, open, readFile, rename, rm } from "node:fs/promises";
import { syncDirectory } from "../durable-file.js";
import { EcflashError, messageOf } from "../../core/errors.js";
import type { Facts } from "../../core/facts.js";
import { parseIndex } from "../../package/index/load.js";
import type { FirmwareIndex } from "../../package/index/types.js";

export interface IndexFile {
  readonly bytes: Uint8Array;
  readonly index: FirmwareIndex;
}

/**
 * An owner's index. Unlike a client's reading, an entry that clients would leave out refuses the whole.
 * @throws EcflashError `input-unreadable`, `index-invalid`
 */
export async function readIndexFile(path: string, facts: Facts): Promise<IndexFile> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new EcflashError("input-unreadable", { path, reason: messageOf(cause) }, { cause });
  });
  const { index, ignored } = await parseIndex(bytes, facts);
  if (ignored.length > 0)
    throw new EcflashError("index-invalid", { reason: `clients would leave out: ${ignored.join("; ")}` });
  return { bytes, index };
}

/**
 * Puts a new edition in place of the old one, for people to read and compare. Gives what `change` gave.
 * @throws EcflashError `input-unreadable`, `index-invalid`, `output-unwritable`; what `change` throws
 */
export async function editIndex<E extends { readonly after: FirmwareIndex }>(
  path: string,
  facts: Facts,
  change: (index: FirmwareIndex) => E,
): Promise<E> {
  const { index } = await readIndexFile(path, facts);
  const edit = change(index);
  await put(path, await textOf(edit.after, facts), 0o644, true);
  return edit;
}

/** The same where nothing may be yet. */
export async function createIndexFile(path: string, index: FirmwareIndex, facts: Facts): Promise<void> {
  await put(path, await textOf(index, facts), 0o644, false);
}

/** Read again before it is kept: what no client would take is never written. */
async function textOf(index: FirmwareIndex, facts: Facts): Promise<Uint8Array> {
  const bytes = Buffer.from(`${JSON.stringify(index, null, 2)}\n`);
  const { ignored } = await parseIndex(bytes, facts);
  if (ignored.length > 0) throw new EcflashError("index-invalid", { reason: ignored.join("; ") });
  return bytes;
}

/**
 * Writes a file whole or not at all.
 * @throws EcflashError `output-unwritable`, also where it is there already and may not be replaced
 */
export async function put(path: string, bytes: Uint8Array, mode: number, replace: boolean): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    const file = await open(temporary, "wx", mode);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    // A link, unlike a rename, fails where something is.
    await (replace ? rename(temporary, path) : link(temporary, path));
    await syncDirectory(dirname(path));
  } catch (cause) {
    throw new EcflashError("output-unwritable", { path, reason: messageOf(cause) }, { cause });
  } finally {
    await rm(temporary, { force: true });
  }
}
