/** Every parser of what comes in a package, with packages of our own making to start from. */
import { gunzipSync } from "node:zlib";
import { EcflashError } from "../../dist/core/errors.js";
import { readDescription } from "../../dist/package/description.js";
import { packTree } from "../../dist/package/archive/pack.js";
import { parseMd5List, parseMd5Sums } from "../../dist/package/proof/md5-list.js";
import { TarReader } from "../../dist/package/archive/tar-stream.js";
import { buildMibib, checkMibibSum, parseMibib } from "../../dist/protocol/mibib.js";
import { parsePartitionTable } from "../../dist/protocol/partition-table-xml.js";
import { parseRawprogram } from "../../dist/protocol/rawprogram.js";
import { EC25_EFA_LAYOUT } from "../../dist/sim/vendor/maps.js";
import { makeVendorTree } from "../../dist/sim/vendor/tree.js";

const REVISION = "EC25AFAR05A07M4G_30.005.30.005";
/** Smaller than any NAND's, so that changes meet the table and not the empty page behind it. */
const MIBIB = { pageSizeBytes: 512, totalBlocks: 2048 };
const SHA256 = "0123456789abcdef".repeat(4);

const tree = makeVendorTree({ revision: REVISION, ...EC25_EFA_LAYOUT, seed: 1 });
const textOf = (ending) => {
  const [, bytes] = [...tree].find(([path]) => path.endsWith(ending)) ?? [];
  if (bytes === undefined) throw new Error(`no generated package holds ${ending}`);
  return Buffer.from(bytes).toString("latin1");
};

const rawprogram = textOf("_update.xml");
const table = textOf("partition_nand.xml");
const md5List = textOf("md5.txt");
const md5Sums = `${"0a".repeat(16)}  update/sbl1.mbn\n\\${"0b".repeat(16)} *update\\\\tz.mbn\n`;
const mibib = Buffer.from(buildMibib(EC25_EFA_LAYOUT.map, MIBIB)).toString("latin1");
const tar = gunzipSync(
  await packTree(
    new Map([
      ["top/update/a", Buffer.from("content")],
      [`top/${"long/".repeat(30)}b`, Buffer.alloc(600, 1)],
    ]),
  ),
).toString("latin1");
const image = { path: "update/sbl1.mbn", sizeBytes: 10, sha256: SHA256 };
const description = JSON.stringify({
  schema: "ecflash.package/1",
  id: SHA256,
  sizeBytes: 10_240,
  revision: REVISION,
  hardwareCode: "EC25AFA",
  buildLine: "30.x",
  geometry: { pageSizeBytes: 4096, pagesPerBlock: 64, blockCount: 2048 },
  targetMap: { partitions: EC25_EFA_LAYOUT.map.partitions.slice(0, 3) },
  protected: EC25_EFA_LAYOUT.map.partitions.slice(2, 3),
  files: [image],
  programmer: image,
  plan: [{ kind: "program", startSector: 0, sectorCount: 1, partition: "SBL", file: image.path }],
  planHash: SHA256,
  notes: ["said"],
  provenance: {
    source: { kind: "zip", name: "a.zip", sizeBytes: 1, sha256: SHA256 },
    revisionFrom: [{ place: "archive name", text: "a.zip" }],
    md5: { kind: "absent" },
    importedAt: "2026-11-01T00:00:00.000Z",
    by: "ecflash 0.1.0",
  },
});

/** Each as a whole, and those that are text also by their lines. */
const whole = (text) => [text];
const lines = (text) => text.split("\n").filter((line) => line.trim() !== "");

/** By name: what it reads, and where its inputs come from. What it does not accept, it says with an EcflashError. */
export const PACKAGE_PARSERS = {
  rawprogram: {
    texts: [whole(rawprogram), lines(rawprogram)],
    parse: (text) => {
      for (const { startSector, sectorCount } of parseRawprogram(text, "a.xml").elements)
        if (!Number.isSafeInteger(startSector) || !Number.isSafeInteger(sectorCount) || startSector < 0)
          throw new Error(`no range: ${startSector}+${sectorCount}`);
    },
  },
  rawprogramLines: {
    texts: [lines(rawprogram).filter((line) => /^\s*<(?:erase|program)\s/.test(line))],
    parse: (text) => parseRawprogram(`<data>${text}</data>`, "a.xml"),
  },
  partitionTable: { texts: [whole(table), lines(table)], parse: (text) => parsePartitionTable(text) },
  md5List: {
    texts: [whole(md5List), lines(md5List)],
    parse: (text) => stayInside(parseMd5List(text)),
  },
  md5Sums: { texts: [lines(md5Sums), lines(md5List)], parse: (text) => stayInside(parseMd5Sums(text)) },
  mibib: {
    texts: [whole(mibib)],
    parse: (text) => {
      const bytes = Buffer.from(text, "latin1");
      checkMibibSum(bytes, MIBIB);
      let end = 0;
      for (const { name, startBlock, blockCount } of parseMibib(bytes, MIBIB).partitions) {
        if (name === "" || blockCount < 1 || startBlock < 0) throw new Error(`no partition: ${name}`);
        end = Math.max(end, startBlock + blockCount);
      }
      if (end > MIBIB.totalBlocks) throw new Error(`it ends at block ${end}`);
    },
  },
  tar: {
    texts: [whole(tar)],
    parse: async (text) => {
      const bytes = Buffer.from(text, "latin1");
      const reader = await TarReader.create();
      let contentBytes = 0;
      const half = bytes.length >> 1;
      for (const part of [bytes.subarray(0, half), bytes.subarray(half)])
        for (const piece of reader.push(part)) if (piece.kind === "bytes") contentBytes += piece.bytes.length;
      reader.finish();
      if (contentBytes > bytes.length) throw new Error("there is more in the files than in the tar");
    },
  },
  description: { texts: [whole(description)], parse: (text) => readDescription(text, "a.json") },
};

// What the inputs are made of is accepted itself, or they would only meet the first check.
for (const { texts, parse } of Object.values(PACKAGE_PARSERS)) await parse(texts[0].join("\n"));

/** The parser as one that throws only what is no refusal of ours. */
export function orRefuses(parse) {
  return async (text) => {
    try {
      await parse(text);
    } catch (error) {
      if (!(error instanceof EcflashError)) throw error;
    }
  };
}

function stayInside(listed) {
  for (const path of listed.keys())
    if (path.startsWith("/") || path.split("/").includes("..")) throw new Error(`${path} leads out`);
}
