import type { Geometry } from "../../core/maps.js";

/** Geometry from a `getstorageinfo` log line: JSON with total_blocks, block_size, page_size (domain.md 4.2b). Null for other lines. */
export function parseStorageInfo(
  line: string,
): (Geometry & { readonly blockCount: number; readonly part: string }) | null {
  const json = /\{.*"storage_info".*\}/.exec(line)?.[0];
  if (json === undefined) return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    // A line that only looks like JSON tells nothing.
    return null;
  }
  const info = (parsed as { storage_info?: Record<string, unknown> }).storage_info ?? {};
  const [blockCount, blockSize, pageSize] = [info["total_blocks"], info["block_size"], info["page_size"]];
  if (!isCount(blockCount) || !isCount(blockSize) || !isCount(pageSize)) return null;
  // Nobody recorded whether this programmer counts a block in bytes or in pages; the two cannot be mistaken for each other.
  const pagesPerBlock = blockSize >= pageSize ? blockSize / pageSize : blockSize;
  if (!Number.isInteger(pagesPerBlock)) return null;
  const part = typeof info["prod_name"] === "string" ? info["prod_name"] : "";
  return { pageSizeBytes: pageSize, pagesPerBlock, blockCount, part };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0;
}
