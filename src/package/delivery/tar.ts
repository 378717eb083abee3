import type { FileHandle } from "node:fs/promises";
import { readArchive } from "../archive/reader.js";
import { TreeWriter } from "../archive/tree-writer.js";
import type { DeliveryLimits } from "./plain-files.js";

/**
 * Unpacks a tar or tar.gz from an open file into `folder`, with the guards of a fetched archive.
 * @throws EcflashError `archive-unsafe`, `state-unwritable`; the signal's reason
 */
export async function unpackTar(
  handle: FileHandle,
  folder: string,
  { limits, signal }: { readonly limits: DeliveryLimits; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const { size: sizeBytes } = await handle.stat();
  await readArchive({ handle, sizeBytes, limits, signal }, new TreeWriter(folder));
}
