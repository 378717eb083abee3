import { rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isEcflashError } from "../../src/core/errors.js";
import { rangeOf } from "../../src/core/plan.js";
import { openPackage, readPackageFile } from "../../src/package/proof/open-package.js";
import { buildMibib } from "../../src/protocol/mibib.js";
import {
  EC25_EFA_LAYOUT,
  EC25_EFA_MAP,
  EC25_EUGA_LAYOUT,
  EG25_GGB_LAYOUT,
  withLongerEfs2,
} from "../../src/sim/vendor/maps.js";
import { EC25A, EG25G, editText, FACTS, sha256, smallTree, withFile, writeTree } from "./world.js";

const XML = "_update.xml";
const open = async (tree: ReadonlyMap<string, Uint8Array>, release?: { revision: string }) =>
  openPackage(await writeTree(tree), { facts: FACTS, release });

async function refusal(tree: ReadonlyMap<string, Uint8Array>, release?: { revision: string }) {
  try {
    await open(tree, release);
  } catch (error) {
    if (isEcflashError(error)) return { code: error.code, facts: JSON.stringify(error.facts) };
    throw error;
  }
  throw new Error("it was accepted");
}

const releaseOf = (revision: string) => ({ revision });

describe("a package laid out like Quectel's", () => {
  it.each([
    [EC25A, EC25_EFA_LAYOUT],
    [EG25G, EG25_GGB_LAYOUT],
    ["EC25EUGAR06A07M4G_01.001.01.001", EC25_EUGA_LAYOUT],
  ])("%s becomes a plan in the safe order", async (revision, layout) => {
    const { plan, notes, ...opened } = await open(smallTree(revision, layout));
    expect(opened.revision.text).toBe(revision);
    expect(plan).toMatchObject({
      release: revision,
      hardwareCode: opened.revision.hardwareCode,
      targetMap: layout.map,
      geometry: { ...layout.geometry, blockCount: null },
      programmer: { path: "update/firehose/prog_nand_firehose_9x07.mbn" },
    });
    const first = plan.steps[0];
    const last = plan.steps.at(-1);
    expect(first).toEqual({ kind: "erase", startSector: 0, sectorCount: 640, partition: "SBL" });
    expect(last).toMatchObject({ kind: "program", startSector: 0, file: { path: "update/sbl1.mbn" } });
    const kinds = plan.steps.map(({ kind }) => kind).join(" ");
    expect(kinds).toMatch(/^(erase ){10}(program ){9}program$/);
    for (const step of plan.steps.filter(({ kind }) => kind === "program")) {
      const { start, end } = rangeOf(step);
      const covers = plan.steps.some(
        (erase) => erase.kind === "erase" && rangeOf(erase).start <= start && end <= rangeOf(erase).end,
      );
      expect(covers, `${step.partition} is erased`).toBe(true);
    }
    expect(notes.filter((note) => note.includes("before the erase"))).toHaveLength(3);
    expect(notes).toHaveLength(3);
  });

  it("has the plan hash its content has, and no other", async () => {
    const { planHash } = await open(smallTree());
    expect((await open(smallTree())).planHash).toBe(planHash);
    expect((await open(smallTree(EC25A, EC25_EFA_LAYOUT, { seed: 8 }))).planHash).not.toBe(planHash);
  });

  it("is accepted flat only where the index names its revision", async () => {
    const flat = new Map([...smallTree()].map(([path, bytes]) => [path.slice(EC25A.length + 1), bytes]));
    expect(await refusal(flat)).toMatchObject({ code: "package-malformed" });
    const { notes } = await open(flat, releaseOf(EC25A));
    expect(notes.join()).toMatch("rests on the index alone");
  });

  it("is accepted without md5.txt and with files it does not list, and says so", async () => {
    const tree = smallTree();
    tree.set(`${EC25A}/notes.pdf`, new Uint8Array([1]));
    expect((await open(tree)).notes.join()).toMatch("md5.txt does not list notes.pdf");
    tree.delete(`${EC25A}/md5.txt`);
    expect((await open(tree)).notes.join()).toMatch("there is no md5.txt");
  });

  it("never takes the factory rawprogram", async () => {
    const xml = `${EC25A}/update/firehose/rawprogram_nand_p4K_b256K_update.xml`;
    const factory = xml.replace("_update", "_factory");
    const both = withFile(smallTree(), factory, Buffer.from("<not even xml"));
    expect((await open(both)).notes.join()).toMatch(/never used: .*_factory\.xml/);
    both.delete(xml);
    both.delete(`${EC25A}/md5.txt`);
    const found = await refusal(both);
    expect(found).toMatchObject({ code: "package-file-missing" });
    expect(found.facts).toMatch("_factory");
  });
});

describe("a package is refused", () => {
  const programEfs2 = (text: string) =>
    text.replace(
      "</data>",
      '<erase PAGES_PER_BLOCK="64" SECTOR_SIZE_IN_BYTES="4096" num_partition_sectors="64" physical_partition_number="0" start_sector="1280"/></data>',
    );

  it("when a step touches EFS2", async () => {
    const found = await refusal(editText(smallTree(), XML, programEfs2));
    expect(found.code).toBe("plan-unsafe");
    expect(found.facts).toMatch("touches EFS2");
  });

  it("when its rawprogram does not agree with its map", async () => {
    const mibib = `${EC25A}/update/firehose/partition_complete_p4K_b256K.mbn`;
    const other = buildMibib(withLongerEfs2(EC25_EFA_MAP, 4), EC25_EFA_LAYOUT.geometry);
    const found = await refusal(withFile(smallTree(), mibib, other));
    expect(found.code).toBe("plan-unsafe");
    expect(found.facts).toMatch("touches RAWDATA");
  });

  it("when an erase reaches beyond its partition", async () => {
    const tree = editText(smallTree(), XML, (text) =>
      text.replace(
        'num_partition_sectors="320" physical_partition_number="0" start_sector="9664"/>',
        'num_partition_sectors="384" physical_partition_number="0" start_sector="9664"/>',
      ),
    );
    const found = await refusal(tree);
    expect(found.code).toBe("plan-unsafe");
    expect(found.facts).toMatch("reaches beyond aboot");
  });

  it("when another file than the map it was proven by goes to MIBIB", async () => {
    const tree = editText(smallTree(), XML, (text) =>
      text.replace('filename="partition_complete_p4K_b256K.mbn"', 'filename="..\\rpm.mbn"'),
    );
    const found = await refusal(tree);
    expect(found.code).toBe("plan-unsafe");
    expect(found.facts).toMatch("MIBIB is programmed with update/rpm.mbn");
  });

  it.each([
    ["sbl1.mbn", "package-file-missing", "_update.xml"],
    ["prog_nand_firehose_9x07.mbn", "package-file-missing", "every plan"],
    ["_update.xml", "package-file-missing", "every plan"],
    ["partition_complete_p4K_b256K.mbn", "package-file-missing", "_update.xml"],
  ])("when %s is missing", async (ending, code, namedBy) => {
    const tree = smallTree();
    for (const path of [...tree.keys()].filter((key) => key.endsWith(ending) || key.endsWith("md5.txt")))
      tree.delete(path);
    const found = await refusal(tree);
    expect(found.code).toBe(code);
    expect(found.facts).toMatch(namedBy);
  });

  it("when a file that md5.txt lists is missing or another", async () => {
    const missing = smallTree();
    missing.delete(`${EC25A}/contents.xml`);
    const found = await refusal(missing);
    expect(found).toMatchObject({ code: "package-file-missing" });
    expect(found.facts).toMatch("md5.txt");
    const flipped = smallTree();
    const rpm = flipped.get(`${EC25A}/update/rpm.mbn`) ?? new Uint8Array();
    rpm[100] = (rpm[100] ?? 0) ^ 1;
    expect(await refusal(flipped)).toMatchObject({ code: "package-md5" });
  });

  it("when it has no readable map, or two", async () => {
    const name = `${EC25A}/update/firehose/partition_complete_p4K_b256K.mbn`;
    expect(await refusal(withFile(smallTree(), name, new Uint8Array(16384)))).toMatchObject({
      code: "map-absent",
    });
    const two = withFile(smallTree(), name.replace("p4K", "p4K_b256K_p4K"), new Uint8Array(4));
    expect(await refusal(two)).toMatchObject({ code: "map-absent" });
  });

  it("when two rawprograms end in _update", async () => {
    const second = `${EC25A}/update/firehose/rawprogram_nand_update.xml`;
    expect(await refusal(withFile(smallTree(), second, new Uint8Array(4)))).toMatchObject({
      code: "rawprogram-malformed",
    });
  });

  it("when the geometry in a file's name is not the plan's", async () => {
    const tree = new Map(
      [...smallTree()].map(([path, bytes]) => [
        path.replace("nand_p4K_b256K_update", "nand_p2K_b128K_update"),
        bytes,
      ]),
    );
    tree.delete(`${EC25A}/md5.txt`);
    const found = await refusal(tree);
    expect(found.code).toBe("rawprogram-malformed");
    expect(found.facts).toMatch("p2K_b128K");
  });

  it("when its folder names another revision than the index, none, or an unknown code", async () => {
    const other = "EC25AFAR05A06M4G_30.004.30.004";
    expect(await refusal(smallTree(), releaseOf(other))).toMatchObject({ code: "package-contradicts-index" });
    expect(await refusal(smallTree("firmware"))).toMatchObject({ code: "package-malformed" });
    expect(await refusal(smallTree("EC25ZZAR05A07M4G"))).toMatchObject({ code: "package-malformed" });
  });

  it("when its map ends beyond the NAND that its revision names", async () => {
    expect(await refusal(smallTree("EC25AFAR05A07M2G"))).toMatchObject({ code: "map-absent" });
  });

  it("when it holds a link", async () => {
    const folder = await writeTree(smallTree());
    await symlink("/etc/hostname", join(folder, EC25A, "update", "link"));
    await expect(openPackage(folder, { facts: FACTS })).rejects.toMatchObject({ code: "archive-unsafe" });
  });
});

describe("reading a file of the plan", () => {
  it("gives the bytes that were proven, and refuses any others", async () => {
    const tree = smallTree();
    const folder = await writeTree(tree);
    const { root, plan } = await openPackage(folder, { facts: FACTS });
    const bytes = await readPackageFile(root, plan.programmer);
    expect(sha256(bytes)).toBe(plan.programmer.sha256);
    const path = join(root, plan.programmer.path);
    const changed = Buffer.from(bytes);
    changed[5] = (changed[5] ?? 0) ^ 1;
    await writeFile(path, changed);
    await expect(readPackageFile(root, plan.programmer)).rejects.toMatchObject({ code: "package-changed" });
    await writeFile(path, bytes.subarray(1));
    await expect(readPackageFile(root, plan.programmer)).rejects.toMatchObject({ code: "package-changed" });
    await rm(path);
    await expect(readPackageFile(root, plan.programmer)).rejects.toMatchObject({
      code: "package-file-missing",
    });
  });
});
