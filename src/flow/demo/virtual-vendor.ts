import { createHash, randomUUID } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Facts } from "../../core/facts.js";
import { generateKeyPair, sign } from "../../package/minisign.js";
import { openPackage } from "../../package/open-package.js";
import { packTree } from "../../package/pack.js";
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
  const index = {
    schema: "ecflash.index/1",
    version: 1,
    issued: now.toISOString(),
    expires: new Date(now.getTime() + 30 * DAY_MS).toISOString(),
    releases: [
      {
        hardwareCodes: [release.hardwareCode],
        revision: release.revision,
        recommended: true,
        archive: {
          url,
          sizeBytes: archive.length,
          sha256: createHash("sha256").update(archive).digest("hex"),
        },
        planHash: await planHashOf(tree, facts, scratchDir),
      },
    ],
    edges: edges.map(({ fromHardwareCode, toHardwareCode, testedUnits }) => ({
      from: { hardwareCode: fromHardwareCode },
      to: { hardwareCode: toHardwareCode, revision: release.revision },
      testedUnits,
      note: "virtual modules only",
    })),
  };
  const bytes = new TextEncoder().encode(`${JSON.stringify(index, null, 2)}\n`);
  const { publicKey, secretKey } = generateKeyPair();
  const signature = new TextEncoder().encode(
    sign(bytes, secretKey, `virtual index, version ${index.version}`),
  );
  return {
    files: new Map([
      [INDEX_NAME, bytes],
      [`${INDEX_NAME}.minisig`, signature],
      [url, archive],
    ]),
    publicKey,
  };
}

/** The owner of an index computes the plan's hash by opening the package, as ecflash does before a flash. */
async function planHashOf(
  tree: ReadonlyMap<string, Uint8Array>,
  facts: Facts,
  scratchDir: string,
): Promise<string> {
  const root = join(scratchDir, `vendor-${randomUUID()}`);
  try {
    for (const [path, bytes] of tree) {
      await mkdir(join(root, path, ".."), { recursive: true });
      await writeFile(join(root, path), bytes);
    }
    return (await openPackage(root, { facts })).planHash;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
