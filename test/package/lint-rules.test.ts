import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findingOf, LINT_RULES, type LintRule } from "../../src/core/lint/rules.js";
import { lintSteps } from "../../src/core/lint/steps.js";
import type { PartitionMap } from "../../src/core/maps.js";
import { examinePackage } from "../../src/package/proof/examine.js";
import type { Release } from "../../src/package/index/types.js";
import { buildMibib } from "../../src/protocol/mibib.js";
import { wrapInElf } from "../../src/sim/edl/programmer.js";
import { EC25_EFA_LAYOUT, EC25_EFA_MAP } from "../../src/sim/vendor/maps.js";
import { partitionXml } from "../../src/sim/vendor/partition-xml.js";
import { EC25A, editText, FACTS, smallTree, withFile, writeTree } from "./world.js";

type Tree = Map<string, Uint8Array>;
type Rules = () => Promise<readonly LintRule[]> | readonly LintRule[];

const XML = "_update.xml";
const UPDATE = `${EC25A}/update`;
const FIREHOSE = `${UPDATE}/firehose`;
const MIBIB = `${FIREHOSE}/partition_complete_p4K_b256K.mbn`;
const PROGRAMMER = `${FIREHOSE}/prog_nand_firehose_9x07.mbn`;
const BLOCK = 64;
const { geometry } = EC25_EFA_LAYOUT;

const rulesOf = async (
  tree: Tree,
  release?: Pick<Release, "revision">,
  prepare?: (folder: string) => Promise<void>,
) => {
  const folder = await writeTree(tree);
  await prepare?.(folder);
  return (await examinePackage(folder, { facts: FACTS, release })).findings.map(({ rule }) => rule);
};
const tree =
  (edit: (stock: Tree) => Tree, release?: Pick<Release, "revision">): Rules =>
  () =>
    rulesOf(edit(smallTree()), release);
const stock = tree((one) => one);

const ATTRIBUTES = 'PAGES_PER_BLOCK="64" SECTOR_SIZE_IN_BYTES="4096" physical_partition_number="0"';
const erase = (start: number, count: number) =>
  `<erase ${ATTRIBUTES} start_sector="${start}" num_partition_sectors="${count}"/>`;
const program = (file: string, start: number, count: number) =>
  `<program ${ATTRIBUTES} filename="${file}" start_sector="${start}" num_partition_sectors="${count}"/>`;
const plus = (...lines: string[]): Rules =>
  tree((one) => editText(one, XML, (text) => text.replace("</data>", `${lines.join("\n")}</data>`)));
const xml = (edit: (text: string) => string): Rules => tree((one) => editText(one, XML, edit));
const withMap = (map: PartitionMap): Rules =>
  tree((one) =>
    withFile(
      withFile(one, MIBIB, buildMibib(map, geometry)),
      `${UPDATE}/partition_nand.xml`,
      Buffer.from(partitionXml(map, geometry)),
    ),
  );
const sized =
  (image: string, sizes: Record<string, number>): Rules =>
  () =>
    rulesOf(
      smallTree(EC25A, EC25_EFA_LAYOUT, {
        sizes: { programmer: 10_000, ...sizes, [image]: sizes[image] ?? 1 },
      }),
    );
const bytes = (path: string, content: Uint8Array): Rules => tree((one) => withFile(one, path, content));
const without = (ending: string): Rules =>
  tree((one) => new Map([...one].filter(([path]) => !path.endsWith(ending) && !path.endsWith("md5.txt"))));
const release = (revision: string) => ({ revision });
const blockBytes = geometry.pageSizeBytes * BLOCK;
const renamed = (from: string, to: string): PartitionMap => ({
  partitions: EC25_EFA_MAP.partitions.map((row) => (row.name === from ? { ...row, name: to } : row)),
});
const shorter = (blocks: number): PartitionMap => ({
  partitions: EC25_EFA_MAP.partitions.map((row) =>
    row.name === "system" ? { ...row, blockCount: row.blockCount - blocks } : row,
  ),
});
const HANDLERS = "\0program\0read\0getstorageinfo\0";
const programmerSaying = (text: string) =>
  wrapInElf(Buffer.concat([Buffer.from(text), Buffer.alloc(8000, 1)]));
const cut = (content: Uint8Array) => content.subarray(0, -1);
const steps =
  (sectorCount: number): Rules =>
  () =>
    lintSteps({
      geometry,
      targetMap: EC25_EFA_MAP,
      vendorSteps: [{ kind: "erase", line: 1, startSector: 0, sectorCount }],
    }).map(({ rule }) => rule);

/**
 * For each rule a package that trips it, and the nearest that does not. Total by its type: a rule without a pair does not
 * compile. Where a vendor's file cannot even say it (an erase of nothing), the pair is of steps.
 */
const PAIRS: { readonly [R in LintRule]: { readonly trips: Rules; readonly passes: Rules } } = {
  "archive-unsafe": {
    trips: () =>
      rulesOf(smallTree(), undefined, (folder) => symlink("sbl1.mbn", join(folder, UPDATE, "link"))),
    passes: bytes(`${UPDATE}/link`, new Uint8Array([1])),
  },
  "package-malformed": {
    trips: () => rulesOf(smallTree("EC25ZZAR05A07M4G_30.005.30.005")),
    passes: () => rulesOf(smallTree("EC25EFAR05A07M4G_30.005.30.005")),
  },
  "package-file-missing": { trips: without("update/tz.mbn"), passes: without("/contents.xml") },
  "package-md5": {
    trips: tree((one) => new Map(one).set(`${UPDATE}/rpm.mbn`, new Uint8Array(9000))),
    passes: bytes(`${UPDATE}/rpm.mbn`, new Uint8Array(9000)),
  },
  "package-contradicts-index": {
    trips: tree((one) => one, release("EC25AFAR05A07M4G_30.003.30.003")),
    passes: tree((one) => one, release(EC25A)),
  },
  "rawprogram-malformed": {
    trips: xml((text) => text.replace("<erase ", '<erase vendor="quectel" ')),
    passes: xml((text) => text.replace("<erase ", '<erase label="quectel" ')),
  },
  "map-absent": {
    trips: bytes(MIBIB, new Uint8Array(16_384)),
    passes: bytes(MIBIB, buildMibib(EC25_EFA_MAP, geometry)),
  },
  "no-sbl-partition": { trips: withMap(renamed("SBL", "misc2")), passes: withMap(renamed("misc", "misc2")) },
  "touches-protected": {
    trips: plus(erase(1280 - BLOCK, 2 * BLOCK)),
    passes: plus(erase(1280 - BLOCK, BLOCK)),
  },
  "outside-partition": { trips: plus(erase(2048 * BLOCK, BLOCK)), passes: plus(erase(2047 * BLOCK, BLOCK)) },
  "spans-partitions": { trips: plus(erase(8960, 6 * BLOCK)), passes: plus(erase(8960, 5 * BLOCK)) },
  "image-too-large": {
    trips: sized("tz", { tz: 5 * blockBytes + 1 }),
    passes: sized("tz", { tz: 3 * blockBytes }),
  },
  "no-room-for-bad-blocks": {
    trips: sized("tz", { tz: 3 * blockBytes + 1 }),
    passes: sized("tz", { tz: 3 * blockBytes }),
  },
  unaligned: { trips: plus(erase(8960, BLOCK + 1)), passes: plus(erase(8960, 2 * BLOCK)) },
  "empty-step": { trips: steps(0), passes: steps(BLOCK) },
  "not-erased-first": {
    trips: plus(program("..\\rpm.mbn", 49_600, 3)),
    passes: plus(program("..\\rpm.mbn", 49_600, 3), erase(49_600, BLOCK)),
  },
  "programs-overlap": {
    trips: plus(program("..\\rpm.mbn", 8960, 3)),
    passes: plus(program("..\\tz.mbn", 8960, 8)),
  },
  "sbl-not-erased": {
    trips: xml((text) => text.replace(/<erase [^>]* start_sector="0"\/>/, erase(0, 576))),
    passes: xml((text) =>
      text.replace(/<erase [^>]* start_sector="0"\/>/, `${erase(0, 576)}${erase(576, 64)}`),
    ),
  },
  "sbl-not-once": {
    trips: plus(program("..\\rpm.mbn", 320, 3)),
    passes: plus(program("..\\sbl1.mbn", 0, 640)),
  },
  "map-not-written": {
    trips: xml((text) =>
      text.replace('filename="partition_complete_p4K_b256K.mbn"', 'filename="..\\rpm.mbn"'),
    ),
    passes: xml((text) =>
      text.replace(
        'filename="partition_complete_p4K_b256K.mbn"',
        'filename=".\\partition_complete_p4K_b256K.mbn"',
      ),
    ),
  },
  "table-contradicts-map": {
    trips: bytes(`${UPDATE}/partition_nand.xml`, Buffer.from(partitionXml(shorter(1), geometry))),
    passes: bytes(
      `${UPDATE}/partition_nand.xml`,
      // A size that is no whole block is rounded up.
      Buffer.from(partitionXml(EC25_EFA_MAP, geometry).replace(">2048</size_kb>", ">2047</size_kb>")),
    ),
  },
  "programmer-implausible": {
    trips: bytes(PROGRAMMER, cut(programmerSaying(HANDLERS))),
    passes: bytes(PROGRAMMER, programmerSaying(HANDLERS)),
  },
  "vendor-order": {
    trips: stock,
    passes: xml((text) => {
      const lines = text.split("\r\n");
      const erases = lines.filter((line) => line.includes("<erase"));
      const programs = lines.filter((line) => line.includes("<program"));
      return ["<data>", ...erases, ...programs, "</data>"].join("\r\n");
    }),
  },
  "factory-rawprogram": {
    trips: bytes(`${FIREHOSE}/rawprogram_nand_p4K_b256K_factory.xml`, Buffer.from("<not even xml")),
    passes: bytes(`${FIREHOSE}/factory.txt`, Buffer.from("x")),
  },
  "programmer-cannot-look": {
    trips: bytes(PROGRAMMER, programmerSaying("\0program\0Trying to read beyond\0getstorageinfo\0")),
    passes: bytes(PROGRAMMER, programmerSaying(HANDLERS)),
  },
  "table-unreadable": {
    trips: bytes(`${UPDATE}/partition_nand.xml`, Buffer.from("<nandboot><partition/></nandboot>")),
    passes: without("partition_nand.xml"),
  },
  "map-checksum": {
    trips: bytes(MIBIB, buildMibib(EC25_EFA_MAP, geometry).fill(7, 12_300)),
    passes: bytes(MIBIB, buildMibib(EC25_EFA_MAP, geometry)),
  },
  "map-short-of-flash": { trips: withMap(shorter(1)), passes: withMap(shorter(0)) },
  "md5-absent": {
    trips: without("nothing of this name"),
    passes: stock,
  },
  "md5-unlisted": {
    trips: tree((one) => new Map(one).set(`${EC25A}/notes.pdf`, new Uint8Array([1]))),
    passes: bytes(`${EC25A}/notes.pdf`, new Uint8Array([1])),
  },
  "revision-by-index-only": {
    trips: () => rulesOf(smallTree("firmware"), release(EC25A)),
    passes: tree((one) => one, release(EC25A)),
  },
};

describe("each rule of the lint: a package that trips it, and the nearest that does not", () => {
  it.each(Object.entries(PAIRS))("%s", async (rule, { trips, passes }) => {
    expect(await trips()).toContain(rule);
    const found = await passes();
    expect(found).not.toContain(rule);
  });

  it("tells its severity and sentence by its code alone", () => {
    for (const [code, { severity, rule }] of Object.entries(LINT_RULES)) {
      expect(rule).toMatch(/^[A-Za-z].*\.$/);
      expect(findingOf(code as LintRule, "x").severity).toBe(severity);
    }
  });
});

describe("an examination", () => {
  it("tells of everything that is wrong at once, and makes no plan", async () => {
    const broken = editText(smallTree(), XML, (text) =>
      text.replace("</data>", `${erase(1280, BLOCK)}${program("..\\absent.mbn", 49_600, 1)}</data>`),
    );
    broken.set(`${UPDATE}/rpm.mbn`, new Uint8Array(9000));
    broken.delete(`${EC25A}/contents.xml`);
    const { findings, faults, plan, planHash } = await examinePackage(await writeTree(broken), {
      facts: FACTS,
    });
    expect(findings.filter(({ severity }) => severity === "error").map(({ rule }) => rule)).toEqual([
      "package-file-missing",
      "package-md5",
      "package-file-missing",
      "touches-protected",
    ]);
    expect(faults[0]?.code).toBe("package-file-missing");
    expect([plan, planHash]).toEqual([null, null]);
    expect(findings.find(({ rule }) => rule === "touches-protected")).toMatchObject({
      file: "update/firehose/rawprogram_nand_p4K_b256K_update.xml",
      line: 23,
    });
  });

  it("says where a rawprogram is malformed, by line and column", async () => {
    const broken = editText(smallTree(), XML, (text) => text.replace("<erase ", '<erase ecc_disabled="1" '));
    const { findings } = await examinePackage(await writeTree(broken), { facts: FACTS });
    const found = findings.find(({ rule }) => rule === "rawprogram-malformed");
    expect(found).toMatchObject({ line: 6 });
    expect(found?.says).toMatch(/line 6, column 9: the attribute ecc_disabled of <erase> is not known/);
  });

  it("of a folder that is no package is one finding, and of none at all a failure of the host's", async () => {
    const folder = await writeTree(
      new Map([
        ["x/y", new Uint8Array([1])],
        ["z/y", new Uint8Array([1])],
      ]),
    );
    const { findings } = await examinePackage(folder, { facts: FACTS });
    expect(findings.map(({ rule }) => rule)).toEqual(["package-file-missing"]);
    await expect(examinePackage(join(folder, "absent"), { facts: FACTS })).rejects.toThrow(
      "input-unreadable",
    );
  });
});
