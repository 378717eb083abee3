import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EcflashError, isEcflashError } from "../../src/core/errors.js";
import { signatureSource } from "../../src/package/index/signatures.js";
import { crossing, loadIndex } from "../../src/package/index/load.js";
import type { FirmwareIndex } from "../../src/package/index/types.js";
import { generateKeyPair, keyIdOf, sign } from "../../src/package/index/minisign.js";
import { fetchBytes, resolveSource } from "../../src/package/fetch/source.js";
import { EC25A, FACTS, release, revision, temporaryFolder } from "./world.js";

const pair = generateKeyPair();
const REAL = { virtual: false };
const now = new Date("2026-06-01T00:00:00Z");

const OTHER = "EC25EFAR06A11M4G_01.001.01.001";
const INDEX: FirmwareIndex = {
  schema: "ecflash.index/1",
  name: "site",
  version: 3,
  issued: "2026-05-01T00:00:00Z",
  expires: "2026-07-01T00:00:00Z",
  keys: [pair.publicKey],
  threshold: 1,
  releases: [release(EC25A, { recommended: true }), release(OTHER)],
  edges: [
    {
      from: { hardwareCode: "EC25EFA", revision: "EC25EFAR06A11M4G" },
      to: { hardwareCode: "EC25AFA", buildLine: "30.x" },
      evidence: [{ by: "bench", modules: 3, virtual: false }],
      note: "seen on a bench",
    },
  ],
};
const options = { settings: { publicKeys: [pair.publicKey] }, facts: FACTS, memories: [], now };

/** Loads an index from memory; `secretKey` other than the trusted one makes a forgery. */
async function load(
  value: unknown,
  { at = now, secretKey = pair.secretKey, tamper = (text: string) => text } = {},
) {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const served = new Map([
    ["index.json", Buffer.from(tamper(text))],
    [
      signatureSource("index.json", keyIdOf(pair.publicKey)),
      Buffer.from(sign(Buffer.from(text), secretKey, "c")),
    ],
  ]);
  return loadIndex("index.json", {
    ...options,
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
    expect(loaded).toMatchObject({ index: INDEX, source: "index.json", notes: [], ignored: [] });
  });

  it("is read from disk, with its signature beside it", async () => {
    const box = await temporaryFolder();
    const text = JSON.stringify(INDEX);
    await writeFile(join(box, "i.json"), text);
    const read = { ...options, fetchBytes };
    expect(await codeOf(loadIndex(join(box, "none.json"), read))).toMatchObject({
      code: "index-unreachable",
    });
    expect(await codeOf(loadIndex(join(box, "i.json"), read))).toMatchObject({ code: "index-signature" });
    const beside = signatureSource(join(box, "i.json"), keyIdOf(pair.publicKey));
    await writeFile(beside, sign(Buffer.from(text), pair.secretKey, "c"));
    expect((await loadIndex(join(box, "i.json"), read)).index.version).toBe(3);
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
    const found = codeOf(loadIndex("x", { ...options, settings: { publicKeys: [] }, fetchBytes: fetch }));
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
    ["a revision twice", { ...INDEX, releases: [release(EC25A), release(EC25A)] }, "same revision"],
    ["a name with capitals", { ...INDEX, name: "Site" }, "name"],
    ["a threshold nobody can meet", { ...INDEX, threshold: 2 }, "never be met"],
    ["a key twice", { ...INDEX, keys: [pair.publicKey, pair.publicKey] }, "twice"],
    ["a life that ends before it begins", { ...INDEX, expires: INDEX.issued }, "not after issued"],
    ["a list", [], "expected object"],
  ])("is refused with %s", async (_name, value, says) => {
    const found = await codeOf(load(value));
    expect(found.code).toBe("index-invalid");
    expect(found.facts).toMatch(says);
  });
});

describe("one bit", () => {
  const text = JSON.stringify(INDEX);
  const signature = sign(Buffer.from(text), pair.secretKey, "site version 3");
  const flip = (bytes: Uint8Array, at: number, bit: number) => {
    const other = Buffer.from(bytes);
    other[at] = (other[at] ?? 0) ^ (1 << bit);
    return other;
  };
  const offered = (index: Uint8Array, minisig: Uint8Array) =>
    codeOf(
      loadIndex("index.json", {
        ...options,
        fetchBytes: async (source) => (source === "index.json" ? index : minisig),
      }),
    );

  it("flipped anywhere in the index is refused", async () => {
    const bytes = Buffer.from(text);
    for (const at of bytes.keys())
      expect(await offered(flip(bytes, at, at % 8), Buffer.from(signature)), `byte ${at}`).toMatchObject({
        code: "index-signature",
      });
    expect(bytes.length).toBeGreaterThan(1000);
  });

  it("flipped anywhere in the signature is refused; its untrusted comment says nothing", async () => {
    const bytes = Buffer.from(signature);
    const comment = "untrusted comment: ".length;
    const end = signature.indexOf("\n");
    for (const at of bytes.keys())
      if (at < comment || at >= end)
        for (let bit = 0; bit < 8; bit += 1)
          expect(await offered(Buffer.from(text), flip(bytes, at, bit)), `bit ${bit} of ${at}`).toMatchObject(
            {
              code: "index-signature",
            },
          );
    const other = signature.replace("signature by ecflash", "anything");
    await expect(offered(Buffer.from(text), Buffer.from(other))).rejects.toThrow("it was accepted");
  });
});

describe("whose keys", () => {
  it.each(["http://site.example/i.json", "http://127.0.0.1.site.example/i.json", "HTTP://10.0.0.1/i.json"])(
    "are not asked of an index over plain http: %s",
    async (source) => {
      const fetchBytesOf = () => Promise.reject(new Error("fetched"));
      expect(await codeOf(loadIndex(source, { ...options, fetchBytes: fetchBytesOf }))).toMatchObject({
        code: "usage",
        facts: expect.stringMatching("must be fetched over https") as string,
      });
    },
  );

  it("are told with what is missing of them: configured, or remembered from an index", async () => {
    const stranger = { secretKey: generateKeyPair().secretKey };
    expect((await codeOf(load(INDEX, stranger))).facts).toMatch(
      "0 of 1 needed signatures by the configured keys",
    );
    const { memory } = await load(INDEX);
    const box = await temporaryFolder();
    const elsewhere = join(box, "i.json");
    const trust = { keys: [generateKeyPair().publicKey], threshold: 1 };
    const memories = [{ ...memory, trust, addresses: [elsewhere] }];
    await writeFile(elsewhere, JSON.stringify(INDEX));
    expect((await codeOf(loadIndex(elsewhere, { ...options, memories, fetchBytes }))).facts).toMatch(
      "by the keys of site version 3, which this host accepted before",
    );
  });

  it("a configured key as a whole .pub file is the same key, and not given up", async () => {
    const box = await temporaryFolder();
    const path = join(box, "i.json");
    const text = JSON.stringify(INDEX);
    await writeFile(path, text);
    await writeFile(
      signatureSource(path, keyIdOf(pair.publicKey)),
      sign(Buffer.from(text), pair.secretKey, "c"),
    );
    const settings = { publicKeys: [`untrusted comment: minisign public key\n${pair.publicKey}\n`] };
    const { memory } = await loadIndex(path, { ...options, settings, fetchBytes });
    expect(memory.retired).toEqual([]);
  });
});

describe("an entry that is not wholly understood", () => {
  const lacking = { ...release(EC25A), severity: undefined };
  it.each<[string, unknown, string]>([
    ["lacks a field", lacking, "severity"],
    ["has an unknown field", { ...release(EC25A), force: true }, "force"],
    ["has a hash in capitals", release(EC25A, { planHash: "B".repeat(64) }), "planHash"],
    ["has no codes", release(EC25A, { hardwareCodes: [] }), "hardwareCodes"],
    [
      "has the revision of another code",
      release(EC25A, { hardwareCodes: ["EC25EFA"] }),
      "EC25AFA of the revision",
    ],
    [
      "is for other hardware besides its own",
      release(EC25A, { hardwareCodes: ["EC25AFA", "EC25EFA"] }),
      "EC25EFA is not that of the revision, EC25AFA",
    ],
    ["has a code nobody knows", release("EC25QQAR07A08M4G_01.001.01.001"), "not in the table"],
    ["has a short revision", release("EC25AFAR05A07M4G"), "not in full"],
    ["has another line than its revision", release(EC25A, { line: "20.2xx" }), "that of the revision 30.x"],
    [
      "names a file outside",
      release(EC25A, { files: [{ path: "../x", sizeBytes: 1, sha256: "d".repeat(64) }] }),
      "inside",
    ],
    ["has a revision that is none", release("EC25AFAR05A"), "not a revision"],
  ])("a release that %s is left out and told", async (_name, entry, says) => {
    const { index, notes, ignored } = await load({ ...INDEX, releases: [entry, release(OTHER)] });
    expect(index.releases.map(({ revision: text }) => text)).toEqual([OTHER]);
    expect(notes).toEqual([]);
    expect(ignored).toHaveLength(1);
    expect(ignored[0]).toMatch(says);
  });

  it("an edge without evidence is left out and told", async () => {
    const { index, ignored } = await load({ ...INDEX, edges: [{ ...INDEX.edges[0], evidence: undefined }] });
    expect(index.edges).toEqual([]);
    expect(ignored[0]).toMatch("edge 1: evidence");
  });
});

describe("crossing to a release", () => {
  it("goes by the index's edges", () => {
    const to = release(EC25A);
    expect(crossing(INDEX, revision(OTHER), to, FACTS, REAL)).toMatchObject({
      allowed: true,
      edge: INDEX.edges[0],
    });
    expect(crossing(INDEX, revision("EC25EFAR06A17M4G_20.200.20.200"), to, FACTS, REAL).allowed).toBe(false);
  });

  it("refuses a release whose name is no revision", () => {
    expect(() => crossing(INDEX, revision(OTHER), release("EC25AFAR05A"), FACTS, REAL)).toThrow(
      "index-invalid",
    );
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
