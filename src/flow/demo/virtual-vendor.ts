import { createHash, randomUUID } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Facts } from "../../core/facts.js";
import { codeOfRevision } from "../../core/revision.js";
import type { UnitEvidence } from "../../core/unit-evidence.js";
import { signatureSource } from "../../package/index/signatures.js";
import {
  type ArchiveRef,
  type FirmwareIndex,
  INDEX_SCHEMA,
  type Release,
} from "../../package/index/types.js";
import { generateKeyPair, keyIdOf, sign } from "../../package/index/minisign.js";
import { openPackage } from "../../package/proof/open-package.js";
import { packTree } from "../../package/archive/pack.js";
import { packageIdOf } from "../../package/archive/package-id.js";
import { releaseOf } from "../../package/index/release-of.js";
import type { Scenario } from "../../sim/scenario.js";
import { releaseTree } from "../../sim/images.js";

export const INDEX_NAME = "ecflash-index.json";

/** The files of a firmware site and the key that signs them. */
export interface VirtualVendor {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly publicKey: string;
}

const DAY_MS = 86_400_000;

/**
 * Makes the vendor side of a scenario: a key, a package laid out like Quectel's with generated content, and a signed
 * index that offers it. The key lives for this one call, so nothing made here is ever trusted for a real module.
 */
export async function makeVirtualVendor(
  scenario: Scenario,
  facts: Facts,
  now: Date,
  scratchDir: string,
): Promise<VirtualVendor> {
  const { release, edges } = scenario;
  const tree = releaseTree(release);
  const archive = await packTree(tree);
  const url = `${release.revision}.tar.gz`;
  const { publicKey, secretKey } = generateKeyPair();
  const index: FirmwareIndex = {
    schema: INDEX_SCHEMA,
    name: "virtual",
    version: 1,
    issued: now.toISOString(),
    expires: new Date(now.getTime() + 30 * DAY_MS).toISOString(),
    keys: [publicKey],
    threshold: 1,
    releases: [
      await describe(tree, facts, scratchDir, {
        urls: [url],
        sizeBytes: archive.length,
        sha256: createHash("sha256").update(archive).digest("hex"),
      }),
    ],
    edges: edges.map(({ fromRevision, testedUnits }) => ({
      from: { hardwareCode: codeOfRevision(fromRevision, facts) ?? "", revision: fromRevision },
      to: { hardwareCode: release.hardwareCode, revision: release.revision },
      evidence: virtualEvidence(testedUnits),
      note: "virtual modules only",
    })),
  };
  const bytes = new TextEncoder().encode(`${JSON.stringify(index, null, 2)}\n`);
  const signature = sign(bytes, secretKey, `virtual index, version ${index.version}`);
  return {
    files: new Map([
      [INDEX_NAME, bytes],
      [signatureSource(INDEX_NAME, keyIdOf(publicKey)), new TextEncoder().encode(signature)],
      [url, archive],
    ]),
    publicKey,
  };
}

function virtualEvidence(modules: number): UnitEvidence[] {
  return modules === 0 ? [] : [{ by: "ecflash", modules, virtual: true }];
}

/** The owner of an index opens the package to describe it, as ecflash does before a flash. */
async function describe(
  tree: ReadonlyMap<string, Uint8Array>,
  facts: Facts,
  scratchDir: string,
  archive: ArchiveRef,
): Promise<Release> {
  const root = join(scratchDir, `vendor-${randomUUID()}`);
  try {
    for (const [path, bytes] of tree) {
      await mkdir(join(root, path, ".."), { recursive: true });
      await writeFile(join(root, path), bytes);
    }
    const opened = await openPackage(root, { facts });
    return releaseOf(opened, {
      archive,
      packageId: await packageIdOf(opened.root, opened.revision.text, opened.files),
      orderOptions: ["*"],
      recommended: true,
      severity: "medium",
      notes: "",
      evidence: virtualEvidence(1),
      blockedEngines: [],
    });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
