import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Facts } from "../../src/core/facts.js";
import type { FirmwareIndex } from "../../src/package/index-types.js";
import { generateKeyPair, sign } from "../../src/package/minisign.js";
import { openPackage } from "../../src/package/open-package.js";
import { packTree } from "../../src/package/pack.js";
import { parseRawprogram } from "../../src/protocol/rawprogram.js";
import { releaseTree } from "../../src/sim/images.js";
import type { Scenario } from "../../src/sim/scenario.js";

export type Tree = Map<string, Uint8Array>;

/** A firmware site in memory: what lies beside the index, the key that signs it, and the tree that was packed. */
export interface Site {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly publicKey: string;
  readonly tree: ReadonlyMap<string, Uint8Array>;
}

export interface SiteChanges {
  readonly tree?: ((tree: Tree, top: string) => void) | undefined;
  readonly index?: ((index: FirmwareIndex) => FirmwareIndex) | undefined;
  /** What happens to the files after signing. */
  readonly files?: ((files: Map<string, Uint8Array>) => void) | undefined;
}

export const INDEX = "ecflash-index.json";
export const EPOCH_MS = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;

/** The site of a scenario with something changed in its package, its index, or behind the owner's back. */
export async function makeSite(scenario: Scenario, facts: Facts, changes: SiteChanges = {}): Promise<Site> {
  const { release, edges } = scenario;
  const tree = releaseTree(release);
  changes.tree?.(tree, release.revision);
  const archive = await packTree(tree);
  const url = `${release.revision}.tar.gz`;
  const offered: FirmwareIndex = {
    schema: "ecflash.index/1",
    version: 1,
    issued: new Date(EPOCH_MS).toISOString(),
    expires: new Date(EPOCH_MS + 30 * DAY_MS).toISOString(),
    releases: [
      {
        hardwareCodes: [release.hardwareCode],
        revision: release.revision,
        recommended: true,
        archive: { url, sizeBytes: archive.length, sha256: sha256(archive) },
        planHash: await planHashOf(tree, facts),
      },
    ],
    edges: edges.map(({ fromHardwareCode, toHardwareCode, testedUnits }) => ({
      from: { hardwareCode: fromHardwareCode },
      to: { hardwareCode: toHardwareCode, revision: release.revision },
      testedUnits,
      note: "virtual modules only",
    })),
  };
  const bytes = new TextEncoder().encode(JSON.stringify(changes.index?.(offered) ?? offered));
  const { publicKey, secretKey } = generateKeyPair();
  const files = new Map([
    [INDEX, bytes],
    [`${INDEX}.minisig`, new TextEncoder().encode(sign(bytes, secretKey, "a test's index"))],
    [url, archive],
  ]);
  changes.files?.(files);
  return { files, publicKey, tree };
}

export interface PlacedImage {
  readonly path: string;
  readonly startSector: number;
  readonly bytes: Uint8Array;
}

/** Every image of a package with its place, read from the vendor's rawprogram and nothing of ecflash's plan. */
export function imagesOf(tree: ReadonlyMap<string, Uint8Array>, revision: string): PlacedImage[] {
  const [path, xml] =
    [...tree].find(([name]) => /\/rawprogram_.*_update\.xml$/.test(name)) ?? raise("no rawprogram");
  const { elements } = parseRawprogram(new TextDecoder().decode(xml), path, "update/firehose");
  return elements.flatMap((element) => {
    if (element.kind === "erase") return [];
    const bytes = tree.get(`${revision}/${element.path}`) ?? raise(`no ${element.path}`);
    return [{ path: element.path, startSector: element.startSector, bytes }];
  });
}

/** Corrects `md5.txt` after a change of files, as a vendor would; without it every change is found by its MD5. */
export function renewMd5(tree: Tree, top: string): void {
  const lines = [...tree]
    .filter(([path]) => path !== `${top}/md5.txt`)
    .map(([path, bytes]) => {
      const md5 = createHash("md5").update(bytes).digest("hex");
      return `FILE:\\${path.slice(top.length + 1).replaceAll("/", "\\")}:${md5}`;
    });
  const text = ["VERSION:1.0", "FILE:START", ...lines, "FILE:END", ""].join("\r\n");
  tree.set(`${top}/md5.txt`, new TextEncoder().encode(text));
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The owner's own look at the package; one that cannot be opened gets a hash of nothing. */
async function planHashOf(tree: ReadonlyMap<string, Uint8Array>, facts: Facts): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "ecflash-site-"));
  try {
    for (const [path, bytes] of tree) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), bytes);
    }
    return (await openPackage(root, { facts })).planHash;
  } catch {
    return "0".repeat(64);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

export function raise(message: string): never {
  throw new Error(message);
}
