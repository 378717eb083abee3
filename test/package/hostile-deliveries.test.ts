import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isEcflashError } from "../../src/core/errors.js";
import { stageDelivery } from "../../src/package/delivery/stage.js";
import { packTree } from "../../src/package/archive/pack.js";
import { TarReader } from "../../src/package/archive/tar-stream.js";
import { type ZipItem, zipOf } from "../zip-builder.js";
import { everythingIn, sha256, smallTree, temporaryFolder, writeTree } from "./world.js";

const LIMITS = { entries: 50, bytes: 100_000 };
/** Of an archive: what is wrong with it, or that it is none. Anything else would be a fault of ours. */
const REFUSALS = ["archive-unsafe", "delivery-unknown"] as const;

/** Stages bytes; the digests of what was accepted, null where it was refused. Nothing lies outside in either case. */
async function staged(bytes: Uint8Array): Promise<Map<string, string> | null> {
  const outside = await temporaryFolder();
  const scratchDir = join(outside, "a", "scratch");
  const path = join(outside, "delivery");
  await writeFile(path, bytes);
  const around = async () => (await everythingIn(outside)).filter((name) => !/\/delivery-/.test(name));
  try {
    const delivery = await stageDelivery(path, { scratchDir, limits: LIMITS });
    const { folder } = delivery;
    const found = new Map<string, string>();
    for (const name of await everythingIn(folder)) {
      const content = await readFile(join(folder, name)).catch(() => null);
      if (content !== null) found.set(name, sha256(content));
    }
    expect(await around()).toEqual(["a", "a/scratch", "delivery"]);
    await delivery.dispose();
    expect(await everythingIn(scratchDir)).toEqual([]);
    return found;
  } catch (error) {
    if (!isEcflashError(error, ...REFUSALS)) throw error;
    expect(await around()).toEqual(["a", "a/scratch", "delivery"]);
    expect(await everythingIn(scratchDir)).toEqual([]);
    return null;
  }
}

/** Bytes with some of them changed, cut out or put in twice. */
function mutated(bytes: Uint8Array): fc.Arbitrary<Buffer> {
  const at = fc.nat(bytes.length - 1);
  const change = fc.record({ at, kind: fc.constantFrom("flip", "cut", "twice", "set"), value: fc.nat(255) });
  return fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) =>
    changes.reduce((now, { at: place, kind, value }) => {
      const to = Math.min(now.length, place + value);
      if (kind === "cut") return Buffer.concat([now.subarray(0, place), now.subarray(to)]);
      if (kind === "twice") return Buffer.concat([now.subarray(0, to), now.subarray(place)]);
      const next = Buffer.from(now);
      if (place < next.length) next[place] = kind === "set" ? value : (next[place] ?? 0) ^ (1 << (value % 8));
      return next;
    }, Buffer.from(bytes)),
  );
}

const CONTENTS = ["", "x", "MZ".repeat(40), "a longer one that deflates well ".repeat(30)];
const DIGESTS = new Set(CONTENTS.map((one) => sha256(Buffer.from(one))));
const GOOD = zipOf(...CONTENTS.map((body, at) => ({ name: `update/${at}`, body, store: at === 2 })));

describe("a zip", () => {
  it("that is damaged is refused, or gives only contents that were packed", async () => {
    expect((await staged(GOOD))?.size).toBe(CONTENTS.length);
    await fc.assert(
      fc.asyncProperty(mutated(GOOD), async (bytes) => {
        for (const digest of (await staged(bytes))?.values() ?? []) expect(DIGESTS).toContain(digest);
      }),
      { numRuns: 400 },
    );
  }, 60_000);

  it("with one bit wrong in a deflated content is refused, and never waited for", async () => {
    const last = GOOD.lastIndexOf(Buffer.from("update/3"), GOOD.indexOf(Buffer.from("PK\x01\x02"))) + 8;
    for (let at = last; at < GOOD.indexOf(Buffer.from("PK\x01\x02")); at += 1) {
      const bytes = Buffer.from(GOOD);
      bytes[at] = (bytes[at] ?? 0) ^ 4;
      expect([at, await staged(bytes)]).toEqual([at, null]);
    }
  });

  it("of any entries stays in its folder, and what is accepted is all of it, under plain names", async () => {
    const hostile = ["..", ".", "", "A", "C:", "\\", "\u0000", "é", "x".repeat(300)];
    const part = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom("a", "b", "c", "update") },
      { weight: 1, arbitrary: fc.constantFrom(...hostile) },
    );
    const name = fc
      .tuple(fc.array(part, { minLength: 1, maxLength: 4 }), fc.constantFrom("/", "\\"))
      .map(([parts, slash]) => parts.join(slash));
    // Each true value twice as often as one that no honest packer writes.
    const mostly = <T>(usual: T, ...rest: T[]) =>
      fc.oneof({ weight: 2 * rest.length, arbitrary: fc.constant(usual) }, fc.constantFrom(...rest));
    const item: fc.Arbitrary<ZipItem> = fc.record(
      {
        name,
        body: fc.constantFrom(...CONTENTS),
        mode: mostly(0o100_644, 0, 0o040_755, 0o120_777, 0o104_755, 0o060_000),
        dosAttributes: mostly(0, 0x10, 0x400),
        store: fc.boolean(),
        flags: mostly(0, 1, 8, 0x800),
      },
      { requiredKeys: ["name"] },
    );
    const lie = fc.oneof(
      { weight: 8, arbitrary: fc.constant({}) },
      fc.record({ method: fc.constantFrom(0, 8, 12, 99) }),
      fc.record({ sizeBytes: fc.constantFrom(0, 1, 1000, 0xff_ff_ff_ff) }),
    );
    const entry = fc.tuple(item, lie).map(([honest, lied]): ZipItem => ({ ...honest, ...lied }));
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 4 }), async (items) => {
        const found = await staged(zipOf(...items));
        if (found === null) return;
        accepted += 1;
        const files = items.filter(({ name: one }) => !/[/\\]$/.test(one));
        expect(found.size).toBe(files.length);
        for (const path of found.keys()) expect(path).toMatch(/^[\x20-\x7e]+$/);
      }),
      { numRuns: 400 },
    );
    expect(accepted).toBeGreaterThan(10);
  }, 60_000);

  it("with 64-bit sizes is read", async () => {
    if (!existsSync("/usr/bin/zip")) {
      if (process.env["ECFLASH_REQUIRE_TOOLS"] === "1") throw new Error("zip is not installed");
      console.log("skipped: /usr/bin/zip is not installed");
      return;
    }
    const folder = await writeTree(new Map([["top/update/x", Buffer.from("content")]]));
    const { status } = spawnSync("/usr/bin/zip", ["-qr", "-fz", "a.zip", "top"], { cwd: folder });
    expect(status).toBe(0);
    const bytes = await readFile(join(folder, "a.zip"));
    // The end record of 64-bit archives (APPNOTE.TXT 4.3.14), and the extra field of an entry (4.5.3).
    expect(
      bytes.includes(Buffer.from("PK\x06\x06", "latin1")) || bytes.includes(Buffer.from([1, 0, 16, 0])),
    ).toBe(true);
    expect([...((await staged(bytes)) ?? [])]).toEqual([["top/update/x", sha256(Buffer.from("content"))]]);
  });
});

const TAR = gunzipSync(
  await packTree(
    new Map([...smallTree()].filter(([, bytes]) => bytes.length < 20_000)).set(
      "x".repeat(150),
      Buffer.from("long"),
    ),
  ),
);

/** What a tar says when it comes in pieces that end where `cuts` say; a refusal by its reason. */
async function heard(tar: Buffer, cuts: readonly number[]): Promise<string[]> {
  const reader = await TarReader.create();
  const said: string[] = [];
  let body: Buffer[] = [];
  const ends = [...new Set([...cuts.filter((cut) => cut < tar.length), tar.length])].sort((a, b) => a - b);
  try {
    let from = 0;
    for (const to of ends) {
      for (const piece of reader.push(tar.subarray(from, to))) {
        if (piece.kind === "bytes") body.push(Buffer.from(piece.bytes));
        else if (piece.kind === "entry") said.push(`${piece.type} ${piece.path}`);
        else {
          said.push(sha256(Buffer.concat(body)));
          body = [];
        }
      }
      from = to;
    }
    reader.finish();
  } catch (error) {
    if (!isEcflashError(error, "archive-unsafe")) throw error;
    said.push(`refused: ${error.facts.reason}`);
  }
  return said;
}

describe("a tar", () => {
  const cuts = fc.array(fc.nat(TAR.length), { maxLength: 40 });

  it("is the same in whatever pieces it comes", async () => {
    const whole = await heard(TAR, []);
    expect(whole).toContain(`File ${"x".repeat(150)}`);
    expect(whole.join("\n")).not.toContain("refused");
    await fc.assert(
      fc.asyncProperty(cuts, async (at) => {
        expect(await heard(TAR, at)).toEqual(whole);
      }),
    );
    expect(
      await heard(
        TAR,
        Array.from({ length: 4096 }, (_, at) => at),
      ),
    ).toEqual(whole);
  });

  it("that is damaged is heard the same in any pieces, and refused by an error of ours at most", async () => {
    await fc.assert(
      fc.asyncProperty(mutated(TAR), cuts, async (bytes, at) => {
        expect(await heard(bytes, at)).toEqual(await heard(bytes, []));
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  it("that ends too early is refused wherever it ends", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(TAR.length - 1), async (end) => {
        expect((await heard(TAR.subarray(0, end), [])).at(-1)).toMatch(
          /^refused: it is (?:cut|not a tar archive)/,
        );
      }),
    );
  });
});
