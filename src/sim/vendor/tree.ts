import { createHash } from "node:crypto";
import type { Geometry, PartitionMap } from "../../core/maps.js";
import { buildMibib } from "../../protocol/mibib.js";
import { ELF_OVERHEAD_BYTES, wrapInElf } from "../edl/programmer.js";
import { fill, imageHeader, sblHeader } from "./content.js";
import { partitionXml } from "./partition-xml.js";
import { type ImagePlace, vendorRawprogram } from "./rawprogram.js";

/** Sizes in bytes of the generated images, by what they are. */
export interface VendorSizes {
  readonly sbl: number;
  readonly tz: number;
  readonly rpm: number;
  readonly aboot: number;
  readonly boot: number;
  readonly modem: number;
  readonly recoveryfs: number;
  readonly system: number;
  readonly programmer: number;
}

export interface VendorTreeInput {
  /** Whole, as `AT+QGMR` gives it; it names the top directory. */
  readonly revision: string;
  readonly geometry: Geometry;
  readonly map: PartitionMap;
  /** Any integer: the same seed gives the same bytes. */
  readonly seed: number;
  readonly sizes?: Partial<VendorSizes> | undefined;
}

/** The small images as in EG25-G's package (domain.md 4.3); the four large ones cut down so that a demo stays quick. */
const SIZES: VendorSizes = {
  sbl: 223_176,
  tz: 526_844,
  rpm: 160_904,
  aboot: 477_916,
  boot: 560_000,
  modem: 900_000,
  recoveryfs: 400_000,
  system: 1_000_000,
  programmer: 128_376,
};

/** Names of the large files: projects with 4096-byte pages say `perf` (domain.md 4.3). */
const NAMES_4K = {
  boot: "mdm9607-perf-boot.img",
  system: "mdm9607-perf-sysfs.ubi",
  recoveryfs: "mdm-perf-recovery-image-mdm9607-perf.ubi",
} as const;
const NAMES_2K = {
  boot: "mdm9607-boot.img",
  system: "mdm9607-sysfs.ubi",
  recoveryfs: "mdm9607-recovery.ubi",
} as const;

/**
 * A package laid out as Quectel lays out one for this family (domain.md 4.3, 4.4), with generated content: path to
 * bytes, the revision as top directory. For the demo, and to be broken in tests.
 */
export function makeVendorTree(input: VendorTreeInput): Map<string, Uint8Array> {
  const { revision, geometry, map, seed } = input;
  const sizes = { ...SIZES, ...input.sizes };
  const names = geometry.pageSizeBytes === 4096 ? NAMES_4K : NAMES_2K;
  const tag = `p${geometry.pageSizeBytes / 1024}K_b${(geometry.pageSizeBytes * geometry.pagesPerBlock) / 1024}K`;
  const mibib = `partition_complete_${tag}.mbn`;
  const images: readonly ImagePlace[] = [
    { partition: "SBL", filename: "..\\sbl1.mbn" },
    { partition: "MIBIB", filename: mibib },
    { partition: "TZ", filename: "..\\tz.mbn" },
    { partition: "aboot", filename: "..\\appsboot.mbn" },
    { partition: "boot", filename: `..\\${names.boot}` },
    { partition: "recovery", filename: `..\\${names.boot}` },
    { partition: "modem", filename: "..\\NON-HLOS.ubi" },
    { partition: "recoveryfs", filename: `..\\${names.recoveryfs}` },
    { partition: "system", filename: `..\\${names.system}` },
    { partition: "RPM", filename: "..\\rpm.mbn" },
  ];
  const marked = imageHeader(revision);
  const make = (name: string, size: number, header?: Uint8Array) => fill(seed, name, size, header);
  const files: readonly (readonly [string, Uint8Array])[] = [
    ["contents.xml", text(CONTENTS_XML)],
    ["update/appsboot.mbn", make("appsboot.mbn", sizes.aboot)],
    ["update/sbl1.mbn", make("sbl1.mbn", sizes.sbl, sblHeader())],
    ["update/tz.mbn", make("tz.mbn", sizes.tz)],
    ["update/rpm.mbn", make("rpm.mbn", sizes.rpm)],
    [`update/${names.boot}`, make(names.boot, sizes.boot)],
    ["update/NON-HLOS.ubi", make("NON-HLOS.ubi", sizes.modem, marked)],
    [`update/${names.system}`, make(names.system, sizes.system, marked)],
    [`update/${names.recoveryfs}`, make(names.recoveryfs, sizes.recoveryfs)],
    ["update/partition_nand.xml", text(partitionXml(map, geometry))],
    ["update/firehose/prog_nand_firehose_9x07.mbn", programmer(seed, sizes.programmer)],
    [`update/firehose/${mibib}`, buildMibib(map, geometry)],
    [`update/firehose/rawprogram_nand_${tag}_update.xml`, text(vendorRawprogram(images, map, geometry))],
    [`update/firehose/patch_${tag}.xml`, text(patchXml(mibib, geometry))],
  ];
  const tree = new Map(files.map(([path, bytes]) => [`${revision}/${path}`, bytes]));
  tree.set(`${revision}/md5.txt`, text(md5List(files)));
  return tree;
}

/** Commands of the EC25's programmer, each a C string in its handler table (domain.md 4.2b). */
const HANDLERS = ["program", "configure", "power", "benchmark", "read", "getstorageinfo", "erase", "nop"];

/** An ELF of `sizeBytes` in all: the boot ROM learns its size from its headers. */
function programmer(seed: number, sizeBytes: number): Uint8Array {
  const handlers = text(`\0${HANDLERS.join("\0")}\0`);
  return wrapInElf(fill(seed, "prog_nand_firehose_9x07.mbn", sizeBytes - ELF_OVERHEAD_BYTES, handlers));
}

/** Generic and with a byte order mark, like the vendor's: it names no variant (domain.md 4.3). */
const CONTENTS_XML = [
  '\ufeff<?xml version="1.0" encoding="utf-8"?>',
  "<contents>",
  "  <product_flavors><product_name>MDM9607.LE.1.0</product_name></product_flavors>",
  "</contents>",
  "",
].join("\r\n");

/** Aimed at a file, not at the disk, so every tool ignores it (domain.md 4.4). */
function patchXml(mibib: string, geometry: Geometry): string {
  return [
    '<?xml version="1.0" ?>',
    "<patches>",
    `  <patch PAGES_PER_BLOCK="${geometry.pagesPerBlock}" SECTOR_SIZE_IN_BYTES="${geometry.pageSizeBytes}" byte_offset="12" filename="${mibib}" physical_partition_number="0" size_in_bytes="4" start_sector="1" value="0" what="generated"/>`,
    "</patches>",
    "",
  ].join("\r\n");
}

/** The vendor's list: backslash paths, upper-case digits, CRLF, and one file that is not there (domain.md 4.3). */
function md5List(files: readonly (readonly [string, Uint8Array])[]): string {
  const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest("hex").toUpperCase();
  const lines = files.map(([path, bytes]) => `FILE:\\${path.replaceAll("/", "\\")}:${md5(bytes)}`);
  const absent = `FILE:\\upgrade\\targetfiles.zip:${md5(text("absent"))}`;
  return ["VERSION:1.0", "FILE:START", ...lines, absent, "FILE:END", ""].join("\r\n");
}

function text(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}
