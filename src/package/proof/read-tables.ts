import { isEcflashError } from "../../core/errors.js";
import { type Finding, findingOf } from "../../core/lint/rules.js";
import { lintTable } from "../../core/lint/tables.js";
import type { Geometry, PartitionMap } from "../../core/maps.js";
import { parsePartitionTable } from "../../protocol/partition-table-xml.js";
import { type Inventory, readPackageFile } from "./inventory.js";
import { decode } from "./layout.js";

const TABLE = /^update\/(?:firehose\/)?partition[^/]*\.xml$/;
const MAX_XML_BYTES = 1024 * 1024;

/** Holds every partition XML of the package against the map. */
export async function lintTables(
  { root, files }: Inventory,
  map: PartitionMap,
  geometry: Geometry,
): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const file of files.values()) {
    if (!TABLE.test(file.path)) continue;
    const rows =
      file.sizeBytes > MAX_XML_BYTES ? null : tableOf(await readPackageFile(root, file), file.path);
    const unreadable = `${file.path} is no partition table that ecflash can read; it was not compared with MIBIB`;
    if (rows === null) found.push(findingOf("table-unreadable", unreadable, { file: file.path }));
    else found.push(...lintTable(rows, map, geometry, file.path));
  }
  return found;
}

function tableOf(bytes: Uint8Array, path: string) {
  try {
    return parsePartitionTable(decode(bytes, path));
  } catch (error) {
    // Bytes that are no text are as unreadable as a text that is no table.
    if (isEcflashError(error, "rawprogram-malformed")) return null;
    throw error;
  }
}
