import type { PartitionMap } from "../core/maps.js";
import { parseRawprogram } from "../protocol/rawprogram.js";
import { parseMibib } from "../protocol/mibib.js";
import { isEcflashError } from "../core/errors.js";
import type { Nand, NandGeometry } from "./nand.js";
import type { GeometryName, MapChoice, MapName, ReleaseSetup } from "./scenario.js";
import { EC25_EFA_MAP, EC25_EUGA_MAP, EG25_GGB_MAP, withLongerEfs2 } from "./vendor/maps.js";
import { makeVendorTree, type VendorTreeInput } from "./vendor/tree.js";

const PAGE_SIZES: Readonly<Record<GeometryName, number>> = { p4K_b256K: 4096, p2K_b128K: 2048 };
const PAGES_PER_BLOCK = 64;
const MAPS: Readonly<Record<MapName, PartitionMap>> = {
  EC25_EFA: EC25_EFA_MAP,
  EC25_EUGA: EC25_EUGA_MAP,
  EG25_GGB: EG25_GGB_MAP,
};

export interface LayoutChoice {
  readonly geometry: GeometryName;
  readonly blockCount: number;
  readonly map: MapChoice;
}

export function geometryOf({ geometry, blockCount }: LayoutChoice): NandGeometry {
  return { pageSizeBytes: PAGE_SIZES[geometry], pagesPerBlock: PAGES_PER_BLOCK, blockCount };
}

/** @throws RangeError when the last partition cannot give what EFS2 takes */
export function mapOf({ map }: LayoutChoice): PartitionMap {
  const base = MAPS[map.name];
  return map.efs2LongerByBlocks === 0 ? base : withLongerEfs2(base, map.efs2LongerByBlocks);
}

/** The package a scenario's index offers: path to bytes, the revision as top directory. */
export function releaseTree(release: ReleaseSetup): Map<string, Uint8Array> {
  return makeVendorTree(treeInput(release));
}

export function treeInput({ revision, seed, sizes, ...layout }: ReleaseSetup): VendorTreeInput {
  return { revision, geometry: geometryOf(layout), map: mapOf(layout), seed, sizes };
}

/** Puts a whole package on an erased NAND, as a factory or an earlier flash did: its own rawprogram says what goes where. */
export function programTree(nand: Nand, revision: string, tree: ReadonlyMap<string, Uint8Array>): void {
  const directory = "update/firehose";
  const found = [...tree].find(([path]) => path.startsWith(`${revision}/${directory}/rawprogram_`));
  if (found === undefined) throw new RangeError(`the tree of ${revision} has no rawprogram`);
  const [path, bytes] = found;
  for (const element of parseRawprogram(new TextDecoder().decode(bytes), path, directory).elements) {
    if (element.kind === "erase") continue;
    const image = tree.get(`${revision}/${element.path}`);
    if (image === undefined) throw new RangeError(`the tree of ${revision} has no ${element.path}`);
    nand.programImage(element.startSector, image);
  }
}

const MIBIB_PAGES = 4;
/** MIBIB lies behind SBL, near the start, in every map that is known (domain.md 4.4). */
const MIBIB_SEARCH_BLOCKS = 64;

/** The partition map that is in the NAND now, found as a boot loader finds it: by its magic at the start of a block. */
export function currentMap(nand: Nand): PartitionMap | null {
  const { pageSizeBytes, pagesPerBlock, blockCount } = nand.geometry;
  for (let block = 0; block < Math.min(MIBIB_SEARCH_BLOCKS, blockCount); block += 1) {
    if (nand.badBlocks.has(block) || nand.isErased(block * pagesPerBlock)) continue;
    const start = block * pagesPerBlock;
    try {
      return parseMibib(nand.read({ start, end: start + MIBIB_PAGES }), {
        pageSizeBytes,
        totalBlocks: blockCount,
      });
    } catch (error) {
      // Most blocks hold something else; only an unforeseen failure is one.
      if (!isEcflashError(error, "map-unreadable")) throw error;
    }
  }
  return null;
}

/** Name of the partition a block lies in, or null. */
export function partitionAt({ partitions }: PartitionMap, block: number): string | null {
  const home = partitions.find(
    ({ startBlock, blockCount }) => block >= startBlock && block < startBlock + blockCount,
  );
  return home?.name ?? null;
}
