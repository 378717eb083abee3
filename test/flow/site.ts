import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Facts } from "../../src/core/facts.js";
import { codeOfRevision } from "../../src/core/revision.js";
import { parseRevision } from "../../src/core/revision.js";
import { signatureSource } from "../../src/package/index/signatures.js";
import type { ArchiveRef, FirmwareIndex, Release } from "../../src/package/index/types.js";
import { generateKeyPair, type KeyPair, keyIdOf, sign } from "../../src/package/index/minisign.js";
import { packageIdOf } from "../../src/package/archive/package-id.js";
import { releaseOf } from "../../src/package/index/release-of.js";
import { openPackage } from "../../src/package/proof/open-package.js";
import { packTree } from "../../src/package/archive/pack.js";
import { parseRawprogram } from "../../src/protocol/rawprogram.js";
import { releaseTree } from "../../src/sim/images.js";
import type { Scenario } from "../../src/sim/scenario.js";

export type Tree = Map<string, Uint8Array>;

/** A firmware site in memory: what lies beside the index, the key that signs it, and the tree that was packed. */
export interface Site {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly publicKey: string;
  readonly secretKey: KeyPair["secretKey"];
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
  const { publicKey, secretKey } = generateKeyPair();
  const reference = { urls: [url], sizeBytes: archive.length, sha256: sha256(archive) };
  const offered: FirmwareIndex = {
    schema: "ecflash.index/1",
    name: "test-site",
    version: 1,
    issued: new Date(EPOCH_MS).toISOString(),
    expires: new Date(EPOCH_MS + 30 * DAY_MS).toISOString(),
    keys: [publicKey],
    threshold: 1,
    releases: [await describe(tree, facts, release, reference)],
    edges: edges.map(({ fromRevision, testedUnits }) => ({
      from: { hardwareCode: codeOfRevision(fromRevision, facts) ?? "", revision: fromRevision },
      to: { hardwareCode: release.hardwareCode, revision: release.revision },
      evidence: testedUnits === 0 ? [] : [{ by: "test", modules: testedUnits, virtual: true }],
      note: "virtual modules only",
    })),
  };
  const bytes = new TextEncoder().encode(JSON.stringify(changes.index?.(offered) ?? offered));
  const files = new Map([
    [INDEX, bytes],
    [
      signatureSource(INDEX, keyIdOf(publicKey)),
      new TextEncoder().encode(sign(bytes, secretKey, "a test's index")),
    ],
    [url, archive],
  ]);
  changes.files?.(files);
  return { files, publicKey, secretKey, tree };
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

const WORD = { orderOptions: ["*"], recommended: true, severity: "medium", notes: "" } as const;

/** The owner's own look at the package; one that cannot be opened is offered all the same, by an owner who did not look. */
async function describe(
  tree: ReadonlyMap<string, Uint8Array>,
  facts: Facts,
  { revision, hardwareCode }: Scenario["release"],
  archive: ArchiveRef,
): Promise<Release> {
  const root = await mkdtemp(join(tmpdir(), "ecflash-site-"));
  const word = { ...WORD, archive, evidence: [], blockedEngines: [] };
  try {
    for (const [path, bytes] of tree) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), bytes);
    }
    const opened = await openPackage(root, { facts });
    const packageId = await packageIdOf(opened.root, opened.revision.text, opened.files);
    return releaseOf(opened, { ...word, packageId });
  } catch {
    const none = "0".repeat(64);
    const read = parseRevision(revision, facts);
    const line = read.kind === "revision" ? (read.revision.buildLine ?? "") : "";
    const geometry = { pageSizeBytes: 4096, pagesPerBlock: 64 };
    const files = [{ path: "update/sbl1.mbn", sizeBytes: 1, sha256: none }];
    const named = { hardwareCodes: [hardwareCode], revision, line, geometry };
    return { ...word, ...named, files, packageId: none, planHash: none };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

export function raise(message: string): never {
  throw new Error(message);
}
