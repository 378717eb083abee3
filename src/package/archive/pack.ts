import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { GZIP_OS_AT, GZIP_OS_UNKNOWN, tarEnd, tarHead, tarPadding } from "./tar-entry.js";

/**
 * A `.tar.gz` of a tree in memory, path to bytes: sorted, no times, no owners, so that equal trees give equal archives.
 * Inside the gzip is the canonical tar of the same tree.
 */
export async function packTree(files: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array> {
  const blocks: Uint8Array[] = [];
  for (const path of [...files.keys()].sort()) {
    const bytes = files.get(path) ?? new Uint8Array();
    blocks.push(await tarHead(path, bytes.length), bytes, tarPadding(bytes.length));
  }
  const packed = await promisify(gzip)(Buffer.concat([...blocks, tarEnd()]));
  packed[GZIP_OS_AT] = GZIP_OS_UNKNOWN;
  return packed;
}
