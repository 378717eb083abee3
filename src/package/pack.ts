import { promisify } from "node:util";
import { gzip } from "node:zlib";

const BLOCK_BYTES = 512;
/** Byte 9 of a gzip header names the system that made it; 255 is "unknown", the same everywhere (RFC 1952). */
const GZIP_OS_AT = 9;

/**
 * A `.tar.gz` of a tree, path to bytes: sorted, no times, no owners, so that equal trees give equal archives.
 * @throws RangeError when a path is too long for a plain tar header
 */
export async function packTree(files: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array> {
  const { Header } = await import("tar");
  const blocks: Uint8Array[] = [];
  for (const path of [...files.keys()].sort()) {
    const bytes = files.get(path) ?? new Uint8Array();
    const header = new Header({
      path,
      type: "File",
      mode: 0o644,
      uid: 0,
      gid: 0,
      size: bytes.length,
      mtime: new Date(0),
    });
    const head = Buffer.alloc(BLOCK_BYTES);
    if (header.encode(head)) throw new RangeError(`"${path}" does not fit a tar header`);
    blocks.push(head, bytes, new Uint8Array((BLOCK_BYTES - (bytes.length % BLOCK_BYTES)) % BLOCK_BYTES));
  }
  blocks.push(new Uint8Array(2 * BLOCK_BYTES));
  const packed = await promisify(gzip)(Buffer.concat(blocks));
  packed[GZIP_OS_AT] = 255;
  return packed;
}
