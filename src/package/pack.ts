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
  const blocks: Uint8Array[] = [];
  for (const path of [...files.keys()].sort()) {
    const bytes = files.get(path) ?? new Uint8Array();
    blocks.push(await tarHead(path, bytes.length), bytes, tarPadding(bytes.length));
  }
  blocks.push(tarEnd());
  const packed = await promisify(gzip)(Buffer.concat(blocks));
  packed[GZIP_OS_AT] = 255;
  return packed;
}

/**
 * The header of one file in a deterministic tar: mode 0644, no owner, no time.
 * @throws RangeError when the path is too long for a plain tar header
 */
export async function tarHead(path: string, sizeBytes: number): Promise<Uint8Array> {
  const { Header } = await import("tar");
  const header = new Header({
    path,
    type: "File",
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: sizeBytes,
    mtime: new Date(0),
  });
  const head = Buffer.alloc(BLOCK_BYTES);
  if (header.encode(head)) throw new RangeError(`"${path}" does not fit a tar header`);
  return head;
}

/** Zeros behind a file up to the next block. */
export function tarPadding(sizeBytes: number): Uint8Array {
  return new Uint8Array((BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES);
}

/** The two empty blocks that end a tar. */
export function tarEnd(): Uint8Array {
  return new Uint8Array(2 * BLOCK_BYTES);
}
