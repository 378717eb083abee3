import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { isEcflashError } from "../../src/core/errors.js";
import { forgetIndex } from "../../src/flow/index/memory.js";
import { generateKeyPair } from "../../src/package/index/minisign.js";
import { packTree } from "../../src/package/archive/pack.js";
import { EC25A, sha256, withFile } from "../package/world.js";
import { DAY_MS, NOW, Shop } from "./shop.js";

async function codeOf(act: Promise<unknown>): Promise<string> {
  try {
    await act;
  } catch (error) {
    if (!isEcflashError(error)) throw error;
    return error.code;
  }
  return "accepted";
}

/** The ten of The Update Framework's list that apply to an index and its archives, each by the way a client goes. */
describe("an attack on the client", () => {
  it("arbitrary install: an index of a stranger, also under the trusted key's id", async () => {
    const shop = await Shop.open();
    const [owner] = shop.keys;
    if (owner === undefined) throw new Error("no key");
    const stranger = {
      ...owner,
      secretKey: { ...generateKeyPair().secretKey, keyId: owner.secretKey.keyId },
    };
    expect(await codeOf(shop.fetch(await shop.publish(shop.index(), { signers: [stranger] })))).toBe(
      "index-signature",
    );
    expect(await codeOf(shop.fetch(await shop.publish(shop.index(), { signers: [] })))).toBe(
      "index-signature",
    );
    expect(await codeOf(shop.fetch(await shop.publish(shop.index())))).toBe("accepted");
  });

  it("rollback: an older index, rightly signed, and other bytes under the same version", async () => {
    const shop = await Shop.open();
    await shop.fetch(await shop.publish(shop.index({ version: 7 })));
    expect(await codeOf(shop.fetch(await shop.publish(shop.index({ version: 6 }))))).toBe("index-rollback");
    const other = shop.index({ version: 7, expires: new Date(NOW + 300 * DAY_MS).toISOString() });
    expect(await codeOf(shop.fetch(await shop.publish(other)))).toBe("index-forked");
    const old = await shop.publish(shop.index({ version: 6 }), { at: "mirror/ecflash-index.json" });
    expect(await codeOf(shop.fetch(old))).toBe("index-rollback");
    await forgetIndex(shop.memory, "shop", { versionToo: false });
    expect(await codeOf(shop.fetch(old))).toBe("index-rollback");
    await writeFile(join(shop.stateDir, "indexes", "shop.json"), "{}");
    expect(await codeOf(shop.fetch(old))).toBe("trust-damaged");
  });

  it("fast-forward: a stolen key cannot put the version out of the owner's reach", async () => {
    const shop = await Shop.open();
    await shop.fetch(await shop.publish(shop.index({ version: 7 })));
    for (const version of [100_008, 2 ** 31 - 1])
      expect(await codeOf(shop.fetch(await shop.publish(shop.index({ version }))))).toBe(
        "index-fast-forward",
      );
    expect(await codeOf(shop.fetch(await shop.publish(shop.index({ version: 2 ** 31 }))))).toBe(
      "index-invalid",
    );
    expect(await codeOf(shop.fetch(await shop.publish(shop.index({ version: 100_007 }))))).toBe("accepted");
  });

  it("freeze: an index that is held back warns, then is refused; grace is only for a known one, and ends", async () => {
    const shop = await Shop.open();
    const path = await shop.publish(shop.index());
    const end = NOW + 90 * DAY_MS;
    const grace = { settings: { graceDays: 365 } };
    expect(await codeOf(shop.fetch(path, { ...grace, now: end }))).toBe("index-expired");
    await shop.fetch(path);
    expect(shop.said.join()).not.toMatch(/EXPIRE/);
    await shop.fetch(path, { now: end - 5 * DAY_MS });
    expect(shop.said.join()).toMatch("THE INDEX EXPIRES");
    expect(await codeOf(shop.fetch(path, { now: end }))).toBe("index-expired");
    await shop.fetch(path, { ...grace, now: end + 29 * DAY_MS });
    expect(shop.said.join()).toMatch("THE INDEX EXPIRED");
    expect(await codeOf(shop.fetch(path, { ...grace, now: end + 30 * DAY_MS }))).toBe("index-expired");
    expect(await codeOf(shop.fetch(path, { now: NOW - 12 * DAY_MS }))).toBe("clock-wrong");
  });

  it("endless data: an index and an archive that never end are cut", async () => {
    const shop = await Shop.open();
    const path = await shop.publish(shop.index());
    await writeFile(path, Buffer.alloc(9 * 1024 * 1024, 0x20));
    expect(await codeOf(shop.fetch(path))).toBe("index-unreachable");
    const { url, sent } = await endless();
    const { archive } = shop.release;
    const releases = [{ ...shop.release, archive: { ...archive, urls: [url] } }];
    expect(await codeOf(shop.fetch(await shop.publish(shop.index({ releases }))))).toBe("package-length");
    expect(sent()).toBeLessThan(archive.sizeBytes + 64 * 1024 * 1024);
  });

  it("extraneous file: one more, one less and one that changed, all with a right archive hash", async () => {
    const shop = await Shop.open();
    const { release } = shop;
    const [first, ...rest] = release.files;
    if (first === undefined) throw new Error("no file");
    const none = { path: "update/extra.bin", sizeBytes: 1, sha256: "0".repeat(64) };
    const lists = {
      more: rest,
      less: [...release.files, none],
      other: [{ ...first, sha256: "0".repeat(64) }, ...rest],
    };
    for (const files of Object.values(lists)) {
      const releases = [{ ...release, files }];
      expect(
        await codeOf(shop.fetch(await shop.publish(shop.index({ releases }), { signers: shop.keys }))),
      ).toBe("package-contradicts-index");
      await forgetIndex(shop.memory, "shop", { versionToo: true });
    }
    for (const change of [
      { packageId: "0".repeat(64) },
      { planHash: "0".repeat(64) },
      { geometry: { pageSizeBytes: 2048, pagesPerBlock: 64 } },
    ]) {
      const releases = [{ ...release, ...change }];
      expect(await codeOf(shop.fetch(await shop.publish(shop.index({ releases }))))).toBe(
        "package-contradicts-index",
      );
      await forgetIndex(shop.memory, "shop", { versionToo: true });
    }
  });

  it("mix-and-match: another index of the same owner at this address, or the wrong one for the pinned name", async () => {
    const shop = await Shop.open();
    const path = await shop.publish(shop.index());
    await shop.fetch(path);
    await shop.publish(shop.index({ name: "lab", version: 9 }));
    expect(await codeOf(shop.fetch(path))).toBe("index-mixed-up");
    const lab = await shop.publish(shop.index({ name: "lab", version: 9 }), { at: "lab/ecflash-index.json" });
    expect(await codeOf(shop.fetch(lab, { settings: { name: "shop" } }))).toBe("index-mixed-up");
  });

  it("wrong software: a release under another revision's name, and the archive of another one", async () => {
    const shop = await Shop.open();
    const revision = "EC25AFAR05A08M4G_30.006.30.006";
    const renamed = shop.index({ releases: [{ ...shop.release, revision }] });
    expect(await codeOf(shop.fetch(await shop.publish(renamed)))).toBe("package-contradicts-index");
    const code = shop.index({ version: 8, releases: [{ ...shop.release, hardwareCodes: ["EC25EFA"] }] });
    expect(await codeOf(shop.fetch(await shop.publish(code)))).toBe("release-missing");
    expect(shop.said.join()).toMatch("left out of the index: release EC25AFAR05A07M4G");
  });

  it("malicious mirror: what it sends is proven, and the next one is asked", async () => {
    const shop = await Shop.open();
    const other = await packTree(withFile(shop.tree, `${EC25A}/update/tz.mbn`, new Uint8Array(30_001)));
    await writeFile(join(shop.folder, "evil.tar.gz"), other);
    const sameLength = Buffer.from(shop.archive);
    sameLength[sameLength.length >> 1] = (sameLength[sameLength.length >> 1] ?? 0) ^ 1;
    await writeFile(join(shop.folder, "bit.tar.gz"), sameLength);
    const { archive } = shop.release;
    const withUrls = (version: number, urls: readonly string[]) =>
      shop.index({ version, releases: [{ ...shop.release, archive: { ...archive, urls } }] });
    expect(await codeOf(shop.fetch(await shop.publish(withUrls(7, ["evil.tar.gz", "bit.tar.gz"]))))).toMatch(
      /^package-(?:length|hash)$/,
    );
    shop.said.length = 0;
    const urls = ["evil.tar.gz", "bit.tar.gz", "gone.tar.gz", "a.tar.gz"];
    const got = await shop.fetch(await shop.publish(withUrls(8, urls)));
    expect(got.archiveSha256).toBe(sha256(shop.archive));
    expect(shop.said.filter((line) => line.includes("next mirror"))).toHaveLength(3);
  });

  it("key compromise with rotation: one stolen key of two is nothing, and is out after the rotation", async () => {
    const shop = await Shop.open();
    const [a, b, c] = shop.keys;
    if (a === undefined || b === undefined || c === undefined) throw new Error("no key");
    const publicOf = (...pairs: { publicKey: string }[]) => pairs.map(({ publicKey }) => publicKey);
    const settings = { publicKeys: publicOf(a, b), threshold: 2 };
    const before = { keys: publicOf(a, b), threshold: 2 };
    const after = { keys: publicOf(b, c), threshold: 2 };
    await shop.fetch(await shop.publish(shop.index(before), { signers: [a, b] }), { settings });
    const attempt = async (version: number, trust: typeof before, signers: (typeof a)[]) =>
      codeOf(shop.fetch(await shop.publish(shop.index({ ...trust, version }), { signers }), { settings }));
    expect(await attempt(8, before, [a])).toBe("index-signature");
    expect(await attempt(8, { keys: publicOf(a), threshold: 1 }, [a])).toBe("index-signature");
    expect(await attempt(8, after, [a, b])).toBe("index-signature");
    expect(await attempt(8, after, [b, c])).toBe("index-signature");
    expect(await attempt(8, after, [a, b, c])).toBe("accepted");
    expect(shop.said.join()).not.toMatch("undefined");
    expect(await attempt(9, before, [a, b])).toBe("index-signature");
    expect(await attempt(9, after, [b, c])).toBe("accepted");
    const kept = JSON.parse(await readFile(join(shop.stateDir, "indexes", "shop.json"), "utf8")) as object;
    expect(kept).toMatchObject({ version: 9, trust: after });
  });

  it("key compromise: a key that was given up counts under no other name and at no other address", async () => {
    const shop = await Shop.open();
    const [old, fresh] = shop.keys;
    if (old === undefined || fresh === undefined) throw new Error("no key");
    const settings = { publicKeys: [old.publicKey] };
    const keys = (pair: typeof old) => ({ keys: [pair.publicKey] });
    await shop.fetch(await shop.publish(shop.index(keys(old)), { signers: [old] }), { settings });
    const rotated = shop.index({ ...keys(fresh), version: 8 });
    await shop.fetch(await shop.publish(rotated, { signers: [old, fresh] }), { settings });
    const elsewhere = { signers: [old], at: "stick/ecflash-index.json" };
    const stolen = await shop.publish(shop.index({ ...keys(old), name: "evil", version: 1 }), elsewhere);
    expect(await codeOf(shop.fetch(stolen, { settings }))).toBe("index-signature");
  });
});

/** A server that never stops sending, and how much it sent. */
async function endless(): Promise<{ url: string; sent: () => number }> {
  let sent = 0;
  const chunk = Buffer.alloc(1 << 16);
  const server = createServer((_request, response) => {
    const more = () => {
      sent += chunk.length;
      if (!response.destroyed && response.write(chunk)) setImmediate(more);
    };
    response.on("drain", more);
    more();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/a`, sent: () => sent };
}
