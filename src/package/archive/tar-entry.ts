export const TAR_BLOCK_BYTES = 512;
/** Byte 9 of a gzip header names the system that made it; 255 is "unknown", the same everywhere (RFC 1952). */
export const GZIP_OS_AT = 9;
export const GZIP_OS_UNKNOWN = 255;

/**
 * The header of a plain file in a canonical tar: mode 0644, no time, no owner. A path that the 100 and 155 bytes of
 * ustar cannot hold gets a pax record before it, which GNU tar and bsdtar read too.
 */
export async function tarHead(path: string, sizeBytes: number): Promise<Uint8Array> {
  const { Header, Pax } = await import("tar");
  const plain = { type: "File" as const, mode: 0o644, uid: 0, gid: 0, size: sizeBytes, mtime: new Date(0) };
  const head = Buffer.alloc(TAR_BLOCK_BYTES);
  if (!new Header({ ...plain, path }).encode(head)) return head;
  const pax = new Pax({ path, mode: 0o644, uid: 0, gid: 0, mtime: new Date(0) });
  return Buffer.concat([pax.encode(), head]);
}

/** Zeros from the end of a content to the next block. */
export function tarPadding(sizeBytes: number): Uint8Array {
  return new Uint8Array((TAR_BLOCK_BYTES - (sizeBytes % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES);
}

/** Two empty blocks end a tar. */
export function tarEnd(): Uint8Array {
  return new Uint8Array(2 * TAR_BLOCK_BYTES);
}
