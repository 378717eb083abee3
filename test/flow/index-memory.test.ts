import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { isEcflashError } from "../../src/core/errors.js";
import { forgetIndex, keepMemory, readMemories } from "../../src/flow/index/memory.js";
import { tryLock } from "../../src/package/fetch/host-lock.js";
import { signatureSource } from "../../src/package/index/signatures.js";
import { keyIdOf } from "../../src/package/index/minisign.js";
import { Shop } from "./shop.js";

async function codeOf(act: Promise<unknown>): Promise<string> {
  try {
    await act;
  } catch (error) {
    if (!isEcflashError(error)) throw error;
    return error.code;
  }
  return "accepted";
}

/** A mirror that holds the index back until it is let go. */
async function slowMirror(path: string, minisig: string) {
  const [index, signature] = [await readFile(path), await readFile(minisig)];
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((done) => (letGo = done));
  let asked: () => void = () => undefined;
  const isAsked = new Promise<void>((done) => (asked = done));
  const server = createServer((request, response) => {
    asked();
    void held.then(() => response.end(request.url?.endsWith(".json") === true ? index : signature));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ecflash-index.json`;
  return { url, isAsked, letGo };
}

describe("two processes that accept an index at once", () => {
  it("an older one that was judged before the newer one was kept is judged again, and refused", async () => {
    const shop = await Shop.open();
    const path = await shop.publish(shop.index({ version: 7 }));
    const [owner] = shop.keys;
    const { url, isAsked, letGo } = await slowMirror(
      path,
      signatureSource(path, keyIdOf(owner?.publicKey ?? "")),
    );
    const older = codeOf(shop.fetch(url));
    await isAsked;
    await shop.fetch(await shop.publish(shop.index({ version: 8 })));
    letGo();
    expect(await older).toBe("index-rollback");
    expect(await readMemories(shop.stateDir)).toMatchObject([{ name: "shop", version: 8 }]);
  });

  it("many of the same are all accepted, and every address is kept", async () => {
    const shop = await Shop.open();
    const places = ["a", "b", "c", "d"].map((name) => `${name}/ecflash-index.json`);
    const { archive } = shop.release;
    const there = { ...archive, urls: [join(shop.folder, "a.tar.gz")] };
    const index = shop.index({ releases: [{ ...shop.release, archive: there }] });
    const urls = await Promise.all(places.map((at) => shop.publish(index, { at })));
    await Promise.all(urls.map((url) => shop.fetch(url)));
    const [memory] = await readMemories(shop.stateDir);
    expect(memory?.version).toBe(7);
    expect([...(memory?.addresses ?? [])].sort()).toEqual(urls.sort());
  });

  it("what was seen before is not overwritten by what was judged from it", async () => {
    const shop = await Shop.open();
    await shop.fetch(await shop.publish(shop.index()));
    const seen = await readMemories(shop.stateDir);
    const [memory] = seen;
    if (memory === undefined) throw new Error("nothing kept");
    expect(await keepMemory(shop.memory, seen, { ...memory, version: 9 })).toBe(true);
    expect(await keepMemory(shop.memory, seen, { ...memory, version: 8 })).toBe(false);
    expect(await readMemories(shop.stateDir)).toMatchObject([{ version: 9 }]);
  });

  it("one that is stuck with the memory is waited for, not for ever; a run takes no index meanwhile", async () => {
    const shop = await Shop.open();
    const path = await shop.publish(shop.index());
    const lock = await tryLock(join(shop.stateDir, "indexes", ".memory"));
    if (lock.kind !== "held") throw new Error("not held");
    let ms = 0;
    const clock = { nowMs: () => ms, sleep: async (forMs: number) => void (ms += forMs) };
    const place = { stateDir: shop.stateDir, clock };
    await expect(forgetIndex(place, "shop", { versionToo: true })).rejects.toMatchObject({
      code: "state-unwritable",
      facts: { reason: expect.stringMatching(/process \d+ has kept it locked for 10\.2 s/) as string },
    });
    await lock.release();
    expect(await codeOf(shop.fetch(path))).toBe("accepted");
    expect(await forgetIndex(place, "shop", { versionToo: true })).toBe(true);
  });
});
