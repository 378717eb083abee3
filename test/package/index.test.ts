import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EcflashError, isEcflashError } from "../../src/core/errors.js";
import { chooseRelease, crossing, loadIndex } from "../../src/package/index.js";
import type { FirmwareIndex, Release } from "../../src/package/index-types.js";
import { generateKeyPair, sign } from "../../src/package/minisign.js";
import { fetchBytes, resolveSource } from "../../src/package/source.js";
import { EC25A, FACTS, revision, temporaryFolder } from "./world.js";

const pair = generateKeyPair();
const now = new Date("2026-06-01T00:00:00Z");

function release(name: string, rest: Partial<Release> = {}): Release {
  return {
    hardwareCodes: [name.replace(/R\d\dA.*/, "")],
    revision: name,
    recommended: false,
    archive: { url: "packages/x.tar.gz", sizeBytes: 10, sha256: "a".repeat(64) },
    planHash: "b".repeat(64),
    ...rest,
  };
}

const OLDER = "EC25AFAR05A05M4G_30.001.30.001";
const RETRACTED = "EC25AFAR05A06M4G_30.002.30.002";
const OTHER = "EC25EFAR06A11M4G_01.001.01.001";
const INDEX: FirmwareIndex = {
  schema: "ecflash.index/1",
  version: 3,
  issued: "2026-05-01T00:00:00Z",
  expires: "2026-07-01T00:00:00Z",
  releases: [
    release(EC25A, { recommended: true }),
    release(OLDER),
    release(RETRACTED, { recommended: true, retracted: "CFUN 7 on some units" }),
    release(OTHER),
  ],
  edges: [
    {
      from: { hardwareCode: "EC25EFA", revision: "EC25EFAR06A11M4G" },
      to: { hardwareCode: "EC25AFA", buildLine: "30.x" },
      testedUnits: 3,
      note: "seen on a bench",
    },
  ],
};

/** Loads an index from memory; `secretKey` other than the trusted one makes a forgery. */
async function load(
  value: unknown,
  { at = now, secretKey = pair.secretKey, tamper = (text: string) => text } = {},
) {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const served = new Map([
    ["index.json", Buffer.from(tamper(text))],
    ["index.json.minisig", Buffer.from(sign(Buffer.from(text), secretKey, "c"))],
  ]);
  return loadIndex("index.json", {
    publicKeys: [pair.publicKey],
    now: at,
    fetchBytes: async (source) => {
      const bytes = served.get(source);
      if (bytes === undefined) throw new EcflashError("download-failed", { url: source, reason: "absent" });
      return bytes;
    },
  });
}

async function codeOf(act: Promise<unknown>): Promise<{ code: string; facts: string }> {
  try {
    await act;
  } catch (error) {
    if (isEcflashError(error)) return { code: error.code, facts: JSON.stringify(error.facts) };
    throw error;
  }
  throw new Error("it was accepted");
}

describe("the index", () => {
  it("is loaded when signature, schema and date are right", async () => {
    const loaded = await load(INDEX);
    expect(loaded).toMatchObject({ index: INDEX, source: "index.json", trustedComment: "c" });
  });

  it("is read from disk, with its signature beside it", async () => {
    const box = await temporaryFolder();
    const text = JSON.stringify(INDEX);
    await writeFile(join(box, "i.json"), text);
    const options = { publicKeys: [pair.publicKey], now, fetchBytes };
    expect(await codeOf(loadIndex(join(box, "i.json"), options))).toMatchObject({
      code: "index-unreachable",
    });
    await writeFile(join(box, "i.json.minisig"), sign(Buffer.from(text), pair.secretKey, "c"));
    expect((await loadIndex(join(box, "i.json"), options)).index.version).toBe(3);
  });

  it("is not parsed before its signature is proven", async () => {
    const forged = { secretKey: generateKeyPair().secretKey };
    expect(await codeOf(load("not JSON at all", forged))).toMatchObject({ code: "index-signature" });
    expect(await codeOf(load(INDEX, forged))).toMatchObject({ code: "index-signature" });
    const tampered = { tamper: (text: string) => text.replace('"version":3', '"version":4') };
    expect(await codeOf(load(INDEX, tampered))).toMatchObject({ code: "index-signature" });
    expect(await codeOf(load("not JSON at all"))).toMatchObject({ code: "index-invalid" });
  });

  it("is not even fetched when no key is trusted", async () => {
    const fetch = () => Promise.reject(new Error("fetched"));
    const found = codeOf(loadIndex("x", { publicKeys: [], now, fetchBytes: fetch }));
    expect(await found).toMatchObject({ code: "index-signature" });
  });

  it("expires at its instant", async () => {
    const at = new Date(INDEX.expires);
    expect(await codeOf(load(INDEX, { at }))).toMatchObject({ code: "index-expired" });
    expect((await load(INDEX, { at: new Date(at.getTime() - 1) })).index.version).toBe(3);
  });

  it.each<[string, unknown, string]>([
    ["an unknown key", { ...INDEX, extra: 1 }, "extra"],
    ["another schema", { ...INDEX, schema: "ecflash.index/2" }, "schema"],
    ["a date that is none", { ...INDEX, expires: "soon" }, "expires"],
    ["an unknown key in a release", { ...INDEX, releases: [{ ...release(EC25A), force: true }] }, "force"],
    [
      "a hash in capitals",
      { ...INDEX, releases: [release(EC25A, { planHash: "B".repeat(64) })] },
      "planHash",
    ],
    [
      "a release without codes",
      { ...INDEX, releases: [release(EC25A, { hardwareCodes: [] })] },
      "hardwareCodes",
    ],
    [
      "a revision of another code",
      { ...INDEX, releases: [release(EC25A, { hardwareCodes: ["EC25EFA"] })] },
      "revision",
    ],
    [
      "a revision of a longer code",
      { ...INDEX, releases: [release("EC25AFFAR07A08M4G", { hardwareCodes: ["EC25AF"] })] },
      "revision",
    ],
    ["a revision twice", { ...INDEX, releases: [release(EC25A), release(EC25A)] }, "same revision"],
    ["half a unit", { ...INDEX, edges: [{ ...INDEX.edges[0], testedUnits: 0.5 }] }, "testedUnits"],
    ["a list", [], "expected object"],
  ])("is refused with %s", async (_name, value, says) => {
    const found = await codeOf(load(value));
    expect(found.code).toBe("index-invalid");
    expect(found.facts).toMatch(says);
  });
});

describe("choosing a release", () => {
  const choose = (code: string, asked: string | null, index = INDEX) =>
    chooseRelease(index, code, asked).revision;
  const refused = (...args: Parameters<typeof choose>) =>
    codeOf(Promise.resolve().then(() => choose(...args)));

  it("takes the recommended one, or the one that was asked for", () => {
    expect(choose("EC25AFA", null)).toBe(EC25A);
    expect(choose("EC25AFA", OLDER)).toBe(OLDER);
  });

  it("refuses none, two, a part of a name, and a retracted one", async () => {
    const two = { ...INDEX, releases: INDEX.releases.map((item) => ({ ...item, recommended: true })) };
    expect(await refused("EC25EFA", null)).toMatchObject({ code: "release-missing" });
    expect(await refused("EC25AFA", null, two)).toMatchObject({ code: "release-missing" });
    expect(await refused("EC25AFA", "EC25AFAR05A07M4G")).toMatchObject({ code: "release-missing" });
    const retracted = await refused("EC25AFA", RETRACTED);
    expect(retracted.code).toBe("release-missing");
    expect(JSON.parse(retracted.facts)).toEqual({
      hardwareCode: "EC25AFA",
      asked: RETRACTED,
      known: [EC25A, OLDER],
    });
  });

  it("says when what was asked for is for other hardware", async () => {
    const found = await refused("EC25AFA", OTHER);
    expect(found.code).toBe("package-for-other-hardware");
    expect(JSON.parse(found.facts)).toEqual({
      release: OTHER,
      packageCode: "EC25EFA",
      declaredCode: "EC25AFA",
    });
  });
});

describe("crossing to a release", () => {
  it("goes by the index's edges", () => {
    const to = chooseRelease(INDEX, "EC25AFA", null);
    expect(crossing(INDEX, revision(OTHER), to, FACTS)).toMatchObject({
      allowed: true,
      edge: INDEX.edges[0],
    });
    expect(crossing(INDEX, revision("EC25EFAR06A17M4G_20.200.20.200"), to, FACTS).allowed).toBe(false);
  });

  it("refuses a release whose name is no revision", () => {
    expect(() => crossing(INDEX, revision(OTHER), release("EC25AFAR05A"), FACTS)).toThrow("index-invalid");
  });
});

describe("an address in an index", () => {
  it.each([
    ["https://fw.example/a/index.json", "p/x.tar.gz", "https://fw.example/a/p/x.tar.gz"],
    ["https://fw.example/a/index.json", "/x.tar.gz", "https://fw.example/x.tar.gz"],
    ["https://fw.example/a/index.json", "https://other.example/x", "https://other.example/x"],
    ["https://fw.example/a/index.json", "file:///etc/passwd", null],
    ["https://fw.example/a/index.json", "ftp://x/y", null],
    ["/srv/fw/index.json", "p/x.tar.gz", "/srv/fw/p/x.tar.gz"],
    ["file:///srv/fw/index.json", "p/x.tar.gz", "/srv/fw/p/x.tar.gz"],
    ["/srv/fw/index.json", "https://fw.example/x", "https://fw.example/x"],
    ["/srv/fw/index.json", "ftp://x/y", null],
  ])("of %s, %s is %s", (document, reference, expected) => {
    if (expected === null) expect(() => resolveSource(document, reference)).toThrow("index-invalid");
    else expect(resolveSource(document, reference)).toBe(expected);
  });
});
