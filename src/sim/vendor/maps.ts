import type { Geometry, Partition, PartitionMap } from "../../core/maps.js";

/** A partition map and the NAND it lies on. */
export interface NandLayout {
  readonly geometry: Geometry & { readonly blockCount: number };
  readonly map: PartitionMap;
}

/** Names and lengths in blocks, in order from block 0. */
function mapOf(lengths: readonly (readonly [string, number])[]): PartitionMap {
  let startBlock = 0;
  const partitions: Partition[] = [];
  for (const [name, blockCount] of lengths) {
    partitions.push({ name, startBlock, blockCount });
    startBlock += blockCount;
  }
  return { partitions };
}

/** 4 Gbit, 4096-byte pages, 64 pages in a block (domain.md 4.3: `p4K_b256K`). */
const NAND_4K = { pageSizeBytes: 4096, pagesPerBlock: 64, blockCount: 2048 } as const;
const NAND_2K_256M = { pageSizeBytes: 2048, pagesPerBlock: 64, blockCount: 2048 } as const;
const NAND_2K_512M = { pageSizeBytes: 2048, pagesPerBlock: 64, blockCount: 4096 } as const;

/**
 * EC25-E, EFA: bounds of SBL to modem and of system as in domain.md 4.4 (sectors / 64). What lies between modem and
 * system is not recorded; modem's end, misc, recoveryfs and usr_data are filled in here.
 */
export const EC25_EFA_MAP: PartitionMap = mapOf([
  ["SBL", 10],
  ["MIBIB", 10],
  ["EFS2", 88],
  ["sys_rev", 20],
  ["RAWDATA", 12],
  ["TZ", 5],
  ["RPM", 6],
  ["aboot", 5],
  ["boot", 36],
  ["recovery", 36],
  ["image_back", 25],
  ["recoveryfs_b", 122],
  ["modem", 400],
  ["misc", 5],
  ["recoveryfs", 160],
  ["usr_data", 264],
  ["system", 844],
]);

/** EG25-G, GGB, release 30.006: all bounds as in domain.md 4.4. */
export const EG25_GGB_MAP: PartitionMap = mapOf([
  ["SBL", 10],
  ["MIBIB", 10],
  ["EFS2", 136],
  ["sys_rev", 40],
  ["RAWDATA", 10],
  ["TZ", 12],
  ["RPM", 9],
  ["cust_info", 16],
  ["aboot", 12],
  ["boot", 62],
  ["recovery", 62],
  ["modem", 428],
  ["misc", 5],
  ["recoveryfs", 162],
  ["usr_data", 480],
  ["sec", 4],
  ["system", 590],
]);

/**
 * EC25-EU, EUGA: a longer EFS2, and oemapp. SBL to oemapp and system as in domain.md 4.4; between TZ and system the
 * lengths of EG25-G are filled in, usr_data takes the rest.
 */
export const EC25_EUGA_MAP: PartitionMap = mapOf([
  ["SBL", 10],
  ["MIBIB", 10],
  ["EFS2", 176],
  ["sys_rev", 40],
  ["RAWDATA", 24],
  ["cust_info", 14],
  ["oemapp", 24],
  ["TZ", 12],
  ["RPM", 9],
  ["aboot", 12],
  ["boot", 62],
  ["recovery", 62],
  ["modem", 428],
  ["misc", 5],
  ["recoveryfs", 162],
  ["usr_data", 1328],
  ["sec", 4],
  ["system", 1714],
]);

export const EC25_EFA_LAYOUT: NandLayout = { geometry: NAND_4K, map: EC25_EFA_MAP };
export const EG25_GGB_LAYOUT: NandLayout = { geometry: NAND_2K_256M, map: EG25_GGB_MAP };
export const EC25_EUGA_LAYOUT: NandLayout = { geometry: NAND_2K_512M, map: EC25_EUGA_MAP };

/**
 * The map with EFS2 longer by `blocks`: what follows moves up by as much and the last partition gives the room, so the
 * whole stays as large as it was. This is how maps of projects really differ (domain.md 4.4, consequence a).
 * @throws RangeError when the last partition cannot give that much
 */
export function withLongerEfs2(map: PartitionMap, blocks: number): PartitionMap {
  const last = map.partitions.length - 1;
  const efs2 = map.partitions.findIndex(({ name }) => name === "EFS2");
  const room = map.partitions[last]?.blockCount ?? 0;
  if (efs2 < 0 || efs2 === last || room <= blocks)
    throw new RangeError(`EFS2 cannot grow by ${blocks} blocks`);
  return mapOf(
    map.partitions.map(({ name, blockCount }, index) => {
      if (index === efs2) return [name, blockCount + blocks];
      return [name, index === last ? blockCount - blocks : blockCount];
    }),
  );
}
