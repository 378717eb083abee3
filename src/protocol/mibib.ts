import { EcflashError } from "../core/errors.js";
import { overlaps, type Partition, type PartitionMap } from "../core/maps.js";

/** How to read a MIBIB. `totalBlocks` is the NAND's, where it is known; without it a partition "to the end" is refused. */
export interface MibibGeometry {
  readonly pageSizeBytes: number;
  readonly totalBlocks?: number | undefined;
}

/**
 * MIBIB, the partition table in NAND: page 0 header, page 1 table, page 2 user table (not used here), page 3 checksum;
 * little-endian. Magics, version and the 28-byte entry: domain.md 4.4b. The layout of the header (age), of the user
 * table's magic and of the checksum page is Qualcomm's, as public MIBIB tools write it.
 */
const HEADER_MAGIC = [0xfe569fac, 0xcd7f127a] as const;
const TABLE_MAGIC = [0x55ee73aa, 0xe35ebddb] as const;
const CHECKSUM_MAGIC = [0x9d41bea1, 0xf1ded2ea] as const;
const VERSION = 4;
const CHECKSUM_VERSION = 1;
const TABLE_HEADER_BYTES = 16;
const ENTRY_BYTES = 28;
const NAME_BYTES = 16;
const NAME_PREFIX = "0:";
const TO_THE_END = 0xffffffff;
/** The boot loader's own copy of the table holds 32 entries; EC25 maps have about 16. */
const MAX_PARTITIONS = 32;
const TABLE_PAGE = 1;
const CHECKSUM_PAGE = 3;
const MIBIB_PAGES = 4;

/**
 * Reads the system partition table. Bytes behind the four pages are ignored, since a module is read by whole blocks.
 * Promises names that are unique and ranges that are not empty, do not overlap and lie inside `totalBlocks` where that
 * is given, because every proof about a plan rests on them.
 * @throws EcflashError `map-unreadable`
 */
export function parseMibib(bytes: Uint8Array, geometry: MibibGeometry): PartitionMap {
  const { pageSizeBytes } = geometry;
  const tableStart = TABLE_PAGE * pageSizeBytes;
  if (bytes.length < tableStart + TABLE_HEADER_BYTES) throw unreadable(`${bytes.length} bytes are too few`);
  const view = viewOf(bytes);
  if (!hasWords(view, 0, [...HEADER_MAGIC, VERSION])) throw unreadable("no MIBIB header on page 0");
  if (!hasWords(view, tableStart, [...TABLE_MAGIC, VERSION]))
    throw unreadable("no partition table on page 1; the page size may be another");
  const count = view.getUint32(tableStart + 12, true);
  const tableBytes = TABLE_HEADER_BYTES + count * ENTRY_BYTES;
  if (count === 0 || count > MAX_PARTITIONS || tableBytes > pageSizeBytes)
    throw unreadable(`it counts ${count} partitions`);
  if (bytes.length < tableStart + tableBytes) throw unreadable("the table is cut off");
  const partitions = Array.from({ length: count }, (_, index) =>
    readEntry(view, tableStart + TABLE_HEADER_BYTES + index * ENTRY_BYTES, index === count - 1, geometry),
  );
  refuseContradictions(partitions, geometry.totalBlocks);
  return { partitions };
}

function readEntry(view: DataView, at: number, isLast: boolean, geometry: MibibGeometry): Partition {
  const name = readName(view, at);
  const startBlock = view.getUint32(at + NAME_BYTES, true);
  const length = view.getUint32(at + NAME_BYTES + 4, true);
  if (length !== TO_THE_END) return { name, startBlock, blockCount: length };
  if (!isLast) throw unreadable(`${name} reaches to the end, but is not the last partition`);
  if (geometry.totalBlocks === undefined)
    throw unreadable(`${name} reaches to the end of a NAND whose size is unknown`);
  return { name, startBlock, blockCount: geometry.totalBlocks - startBlock };
}

function readName(view: DataView, at: number): string {
  const raw = Array.from({ length: NAME_BYTES }, (_, index) => view.getUint8(at + index));
  const end = raw.includes(0) ? raw.indexOf(0) : NAME_BYTES;
  const text = String.fromCharCode(...raw.slice(0, end));
  const name = text.slice(NAME_PREFIX.length);
  if (!text.startsWith(NAME_PREFIX) || !/^\w[\w.-]*$/.test(name))
    throw unreadable("a partition name is not readable");
  return name;
}

function refuseContradictions(partitions: readonly Partition[], totalBlocks: number | undefined): void {
  const range = ({ startBlock, blockCount }: Partition) => ({
    start: startBlock,
    end: startBlock + blockCount,
  });
  for (const [index, partition] of partitions.entries()) {
    if (partition.blockCount <= 0) throw unreadable(`${partition.name} is empty`);
    if (totalBlocks !== undefined && range(partition).end > totalBlocks)
      throw unreadable(`${partition.name} reaches beyond the NAND's ${totalBlocks} blocks`);
    for (const other of partitions.slice(index + 1)) {
      if (other.name === partition.name) throw unreadable(`two partitions are called ${other.name}`);
      if (overlaps(range(partition), range(other)))
        throw unreadable(`${partition.name} and ${other.name} overlap`);
    }
  }
}

/**
 * The four pages of a MIBIB for a map, as a package's `partition_complete` file holds them: for the virtual module and
 * for generated packages. The attribute bytes are ones ecflash never reads; the user table is left empty.
 * @throws RangeError when the map does not fit the table
 */
export function buildMibib(map: PartitionMap, { pageSizeBytes }: MibibGeometry): Uint8Array {
  const { partitions } = map;
  if (
    partitions.length > MAX_PARTITIONS ||
    TABLE_HEADER_BYTES + partitions.length * ENTRY_BYTES > pageSizeBytes
  )
    throw new RangeError(`${partitions.length} partitions do not fit one page`);
  const bytes = new Uint8Array(MIBIB_PAGES * pageSizeBytes).fill(0xff);
  const view = viewOf(bytes);
  const age = 1;
  putWords(view, 0, [...HEADER_MAGIC, VERSION, age]);
  putWords(view, pageSizeBytes, [...TABLE_MAGIC, VERSION, partitions.length]);
  for (const [index, partition] of partitions.entries())
    putEntry(bytes, pageSizeBytes + TABLE_HEADER_BYTES + index * ENTRY_BYTES, partition);
  const checksum = crc32Of(bytes.subarray(0, CHECKSUM_PAGE * pageSizeBytes));
  putWords(view, CHECKSUM_PAGE * pageSizeBytes, [...CHECKSUM_MAGIC, CHECKSUM_VERSION, checksum]);
  return bytes;
}

function putEntry(bytes: Uint8Array, at: number, { name, startBlock, blockCount }: Partition): void {
  const text = `${NAME_PREFIX}${name}`;
  if (text.length > NAME_BYTES || !/^\w[\w.-]*$/.test(name))
    throw new RangeError(`"${name}" is no partition name`);
  bytes.fill(0, at, at + NAME_BYTES);
  for (let index = 0; index < text.length; index += 1) bytes[at + index] = text.charCodeAt(index);
  putWords(viewOf(bytes), at + NAME_BYTES, [startBlock, blockCount, 0x000001ff]);
}

/**
 * Whether the checksum page agrees with the pages before it. `differs` is worth saying, but does not refuse a map: some
 * public tools write a fixed value there, and nobody has seen EC25's boot loader insist on it.
 */
export function checkMibibSum(
  bytes: Uint8Array,
  { pageSizeBytes }: MibibGeometry,
): "good" | "differs" | "absent" {
  const at = CHECKSUM_PAGE * pageSizeBytes;
  if (bytes.length < at + 16) return "absent";
  const view = viewOf(bytes);
  if (!hasWords(view, at, [...CHECKSUM_MAGIC, CHECKSUM_VERSION])) return "absent";
  return view.getUint32(at + 12, true) === crc32Of(bytes.subarray(0, at)) ? "good" : "differs";
}

/** CRC-32, polynomial 0x04C11DB7, most significant bit first, start 0, no final XOR. */
function crc32Of(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0);
  }
  return crc >>> 0;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function hasWords(view: DataView, at: number, words: readonly number[]): boolean {
  return words.every((word, index) => view.getUint32(at + index * 4, true) === word);
}

function putWords(view: DataView, at: number, words: readonly number[]): void {
  for (const [index, word] of words.entries()) view.setUint32(at + index * 4, word, true);
}

function unreadable(reason: string): EcflashError {
  return new EcflashError("map-unreadable", { reason });
}
