import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { fetchPackage, type IndexSettings } from "../../src/flow/fetch.js";
import { StopSwitch } from "../../src/flow/stop-switch.js";
import { signatureSource } from "../../src/package/index/signatures.js";
import type { FirmwareIndex, Release } from "../../src/package/index/types.js";
import { type KeyPair, generateKeyPair, keyIdOf, sign } from "../../src/package/index/minisign.js";
import { openPackage } from "../../src/package/proof/open-package.js";
import { packTree } from "../../src/package/archive/pack.js";
import { packageIdOf } from "../../src/package/archive/package-id.js";
import { releaseOf } from "../../src/package/index/release-of.js";
import { EC25A, sha256, smallTree, writeTree } from "../package/world.js";
import { systemClock } from "../../src/device/clock.js";
import { facts, makeBench } from "./bench.js";

export const DAY_MS = 86_400_000;
export const NOW = Date.UTC(2026, 5, 1);

/** An owner with a package, keys and a folder that anybody may have written to, and a host that fetches from it. */
export class Shop {
  readonly folder: string;
  readonly keys: readonly KeyPair[] = [generateKeyPair(), generateKeyPair(), generateKeyPair()];
  readonly tree = smallTree();
  readonly said: string[] = [];
  release!: Release;
  archive!: Uint8Array;
  #host!: Awaited<ReturnType<typeof makeBench>>;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<Shop> {
    const folder = await mkdtemp(join(tmpdir(), "ecflash-shop-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const shop = new Shop(folder);
    shop.#host = await makeBench();
    await shop.stock(shop.tree);
    return shop;
  }

  /** Puts an archive of the tree there and describes it. */
  async stock(tree: ReadonlyMap<string, Uint8Array>): Promise<Release> {
    const opened = await openPackage(await writeTree(tree), { facts });
    this.archive = await packTree(tree);
    await writeFile(join(this.folder, "a.tar.gz"), this.archive);
    const { length } = this.archive;
    this.release = releaseOf(opened, {
      archive: { urls: ["a.tar.gz"], sizeBytes: length, sha256: sha256(this.archive) },
      packageId: await packageIdOf(opened.root, EC25A, opened.files),
      orderOptions: ["*"],
      recommended: true,
      severity: "medium",
      notes: "",
      evidence: [],
      blockedEngines: [],
    });
    return this.release;
  }

  index(changes: Partial<FirmwareIndex> = {}): FirmwareIndex {
    return {
      schema: "ecflash.index/1",
      name: "shop",
      version: 7,
      issued: new Date(NOW - 10 * DAY_MS).toISOString(),
      expires: new Date(NOW + 90 * DAY_MS).toISOString(),
      keys: this.keys.slice(0, 1).map(({ publicKey }) => publicKey),
      threshold: 1,
      releases: [this.release],
      edges: [],
      ...changes,
    };
  }

  /** Signs and lays it out; gives its path. */
  async publish(
    index: FirmwareIndex,
    {
      signers = this.keys.slice(0, 1),
      at = "ecflash-index.json",
    }: { signers?: readonly KeyPair[]; at?: string } = {},
  ): Promise<string> {
    const path = join(this.folder, at);
    await mkdir(join(path, ".."), { recursive: true });
    const bytes = Buffer.from(JSON.stringify(index));
    await writeFile(path, bytes);
    for (const { publicKey } of this.keys)
      await rm(signatureSource(path, keyIdOf(publicKey)), { force: true });
    for (const { publicKey, secretKey } of signers)
      await writeFile(signatureSource(path, keyIdOf(publicKey)), sign(bytes, secretKey, "shop"));
    return path;
  }

  async fetch(
    url: string,
    {
      settings = {},
      now = NOW,
      release = null,
    }: { settings?: Partial<IndexSettings>; now?: number; release?: string | null } = {},
  ) {
    const context = this.#host.context(() => undefined, new StopSwitch(), { now: () => new Date(now) });
    const [first] = this.keys;
    const index = { url, publicKeys: first === undefined ? [] : [first.publicKey], ...settings };
    const wish = { index, hardwareCode: "EC25AFA", orderOption: "STD", release, from: null, virtual: false };
    return fetchPackage(context, wish, {
      line: (_from, text) => void this.said.push(text),
      progress: () => undefined,
      wait: () => undefined,
    });
  }

  get memory() {
    return { stateDir: this.stateDir, clock: systemClock };
  }

  get stateDir(): string {
    return this.#host.stateDir;
  }
}
