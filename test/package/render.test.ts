import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { examinePackage } from "../../src/package/proof/examine.js";
import { surveyPackage } from "../../src/package/proof/inventory.js";
import { QDL_XML, renderPackage } from "../../src/package/render/render.js";
import type { RenderTool } from "../../src/package/render/tools.js";
import { parseRawprogram } from "../../src/protocol/rawprogram.js";
import { EC25_EFA_LAYOUT, EG25_GGB_LAYOUT } from "../../src/sim/vendor/maps.js";
import {
  EC25A,
  EG25G,
  everythingIn,
  FACTS,
  smallTree,
  temporaryFolder,
  withFile,
  writeTree,
} from "./world.js";

const LAYOUTS = [
  [EC25A, EC25_EFA_LAYOUT],
  [EG25G, EG25_GGB_LAYOUT],
] as const;

async function opened(tree = smallTree()) {
  const { root, plan, rawprogram } = await examinePackage(await writeTree(tree), { facts: FACTS });
  if (plan === null || rawprogram === null) throw new Error("no plan");
  return { root, plan, rawprogram };
}

async function rendered(tool: RenderTool, tree = smallTree()) {
  const source = await opened(tree);
  const into = join(await temporaryFolder(), "out");
  return { ...source, ...(await renderPackage(source, tool, into)) };
}

describe("a package rendered for qdl", () => {
  it.each(LAYOUTS)("%s: the plan in its order, each line as the plan has it", async (revision, layout) => {
    const { directory, plan } = await rendered("qdl", smallTree(revision, layout));
    const text = await readFile(join(directory, QDL_XML), "utf8");
    const { elements, geometry } = parseRawprogram(text, QDL_XML, "");
    expect(geometry).toEqual(plan.geometry);
    const said = elements.map(({ kind, startSector, sectorCount }) => ({ kind, startSector, sectorCount }));
    expect(said).toEqual(
      plan.steps.map(({ kind, startSector, sectorCount }) => ({ kind, startSector, sectorCount })),
    );
    expect(text).not.toContain("\\");
    for (const line of text.split("\n").filter((one) => one.includes("<program")))
      expect(line).toMatch(/ label="\w+" last_sector="\d+" /);
    for (const element of elements)
      if (element.kind === "program") await readFile(join(directory, element.path));
  });
});

describe("a package rendered for QFirehose", () => {
  it("holds what the plan names, the vendor's rawprogram and an md5.txt of all, and nothing else", async () => {
    const factory = `${EC25A}/update/firehose/rawprogram_nand_p4K_b256K_factory.xml`;
    const { directory, plan, files } = await rendered(
      "qfirehose",
      withFile(smallTree(), factory, Buffer.from("x")),
    );
    const { md5, files: found } = await surveyPackage(directory);
    expect([...found.keys()].sort()).toEqual([...files]);
    expect(md5).toEqual({ kind: "checked", lists: ["md5.txt"], listed: files.length - 1, unlisted: [] });
    const named = plan.steps.flatMap((step) => (step.kind === "program" ? [step.file.path] : []));
    const rawprogram = "update/firehose/rawprogram_nand_p4K_b256K_update.xml";
    expect(new Set(files)).toEqual(new Set([...named, plan.programmer.path, rawprogram, "md5.txt"]));
  });
});

describe("the folder of a rendering", () => {
  it("may be there empty, and is refused untouched when it is not", async () => {
    const source = await opened();
    const into = join(await temporaryFolder(), "out");
    await mkdir(into);
    await renderPackage(source, "qdl", into);
    const before = await everythingIn(into);
    await expect(renderPackage(source, "qfirehose", into)).rejects.toMatchObject({
      code: "output-unwritable",
    });
    expect(await everythingIn(into)).toEqual(before);
  });

  it("is not there at all after a file changed behind the examination", async () => {
    const source = await opened();
    await writeFile(join(source.root, "update/tz.mbn"), "another");
    const parent = await temporaryFolder();
    await expect(renderPackage(source, "qdl", join(parent, "out"))).rejects.toMatchObject({
      code: "package-changed",
    });
    expect(await everythingIn(parent)).toEqual([]);
  });
});

/** As far as qdl goes without a device: it parses XML and programmer, opens each image, and waits for EDL for ever. */
const READY = "Waiting for EDL device";
const NO_QDL = spawnSync("qdl", []).error !== undefined && process.env["ECFLASH_REQUIRE_TOOLS"] !== "1";

async function qdlSays(directory: string, include: string, programmer: string, xml: string): Promise<string> {
  const child = spawn("qdl", ["--storage", "nand", "--include", include, programmer, xml], {
    cwd: directory,
  });
  const ended = once(child, "close");
  const bound = setTimeout(() => child.kill(), 2000);
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.includes(READY)) child.kill();
    });
  await ended;
  clearTimeout(bound);
  return said;
}

describe.skipIf(NO_QDL)("qdl's own parser (absent: skipped)", () => {
  const programmer = "prog_nand_firehose_9x07.mbn";

  it.each(LAYOUTS)(
    "%s: accepts what was rendered, and refuses the vendor's file",
    async (revision, layout) => {
      const { directory, root, rawprogram, plan } = await rendered("qdl", smallTree(revision, layout));
      const ours = await qdlSays(directory, ".", plan.programmer.path, QDL_XML);
      expect(ours).toContain(READY);
      expect(ours).not.toContain("errors");
      const name = rawprogram.path.split("/").at(-1) ?? "";
      const stock = await qdlSays(join(root, "update/firehose"), ".", programmer, name);
      expect(stock).toContain("errors while parsing program");
      expect(stock).not.toContain(READY);
    },
  );
});
