import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../src/device/clock.js";
import { isWhole } from "../../src/core/index-report.js";
import { verifyIndex } from "../../src/flow/index/check.js";
import { readMemories } from "../../src/flow/index/memory.js";
import type { FirmwareIndex } from "../../src/package/index/types.js";
import { verifyJson, verifyText } from "../../src/ui/index-owner.js";
import { shippedSchema } from "../schemas.js";
import { facts } from "./bench.js";
import { NOW, Shop } from "./shop.js";

async function serve(bodies: Readonly<Record<string, Uint8Array>>): Promise<string> {
  const server = createServer((request, response) => {
    const body = bodies[request.url ?? ""];
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function verified(shop: Shop, index: FirmwareIndex, archives = true) {
  const url = await shop.publish(index);
  const settings = { url, publicKeys: [shop.keys[0]?.publicKey ?? ""] };
  const { stateDir } = shop;
  const proxy = { https: null, http: null, none: "" };
  const now = new Date(NOW);
  return verifyIndex(settings, { facts, stateDir, now, clock: systemClock, proxy, archives });
}

describe("verifying an index", () => {
  it("hashes each archive at each of its addresses, and says of each what is wrong with it", async () => {
    const shop = await Shop.open();
    const bit = Buffer.from(shop.archive);
    bit[100] = (bit[100] ?? 0) ^ 1;
    const site = await serve({ "/a": shop.archive, "/bit": bit, "/long": Buffer.concat([bit, bit]) });
    await writeFile(join(shop.folder, "bit.tar.gz"), bit);
    const urls = [
      "a.tar.gz",
      pathToFileURL(join(shop.folder, "a.tar.gz")).href,
      `${site}/a`,
      "bit.tar.gz",
      `${site}/bit`,
      `${site}/long`,
      `${site}/gone`,
      "none.tar.gz",
    ];
    const { archive } = shop.release;
    const report = await verified(
      shop,
      shop.index({ releases: [{ ...shop.release, archive: { ...archive, urls } }] }),
    );
    expect(report.archives?.map(({ problem }) => problem?.code ?? "as signed")).toEqual([
      ...["as signed", "as signed", "as signed"],
      ...["package-hash", "package-hash", "package-length", "download-failed", "input-unreadable"],
    ]);
    expect(isWhole(report)).toBe(false);
    expect(verifyText(report)).toMatch(/NOT AS SIGNED at bit\.tar\.gz: The package's SHA-256 is/);
    const json = JSON.parse(verifyJson(report)) as unknown;
    expect((await shippedSchema("ecflash.index-verify-1")).safeParse(json).error).toBeUndefined();
    expect(json).toMatchObject({ exit: 5 });
  });

  it("is not whole where clients would leave an entry out; it remembers nothing", async () => {
    const shop = await Shop.open();
    const strange = { ...shop.release, hardwareCodes: ["EC25AFA", "EC25EFA"] };
    const report = await verified(shop, shop.index({ releases: [strange] }), false);
    expect(report).toMatchObject({ archives: null, releases: 0 });
    expect(isWhole(report)).toBe(false);
    expect(verifyText(report)).toMatch(
      /LEFT OUT by clients: release EC25AFAR05A07M4G\S*: hardwareCodes: EC25EFA/,
    );
    const whole = await verified(shop, shop.index(), false);
    expect(isWhole(whole)).toBe(true);
    expect(JSON.parse(verifyJson(whole))).toMatchObject({ exit: 0, releases: 1, ignored: [] });
    expect(await readMemories(shop.stateDir)).toEqual([]);
  });
});
