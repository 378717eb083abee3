import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";

/** One read of a file, and one write: large enough that the calls cost nothing beside the hashing. */
export const PIECE_BYTES = 1 << 20;

/** SHA-256 of an open file, from its first byte. */
export async function sha256Of(handle: FileHandle): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of handle.createReadStream({
    start: 0,
    autoClose: false,
    highWaterMark: PIECE_BYTES,
  }))
    hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}
