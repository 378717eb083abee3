import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { isEcflashError } from "../../src/core/errors.js";
import { type DownloadOptions, downloadArchive } from "../../src/package/fetch/download.js";
import type { ArchiveRef } from "../../src/package/index/types.js";
import { fetchBytes } from "../../src/package/fetch/source.js";
import { fill } from "../../src/sim/vendor/content.js";
import { everythingIn, sha256, temporaryFolder } from "./world.js";

const CONTENT = Buffer.from(fill(5, "archive", 500_000));
const REF: ArchiveRef = { urls: ["x"], sizeBytes: CONTENT.length, sha256: sha256(CONTENT) };

type Answer = (request: IncomingMessage, response: ServerResponse, turn: number) => void;

/** A loopback server; `ranges` is what each request asked for. */
async function serve(answer: Answer): Promise<{ url: string; ranges: (string | null)[] }> {
  const ranges: (string | null)[] = [];
  const server = createServer((request, response) => {
    ranges.push(request.headers.range ?? null);
    answer(request, response, ranges.length);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.tar.gz`, ranges };
}

const offsetOf = (request: IncomingMessage) =>
  Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);

/** Sends from the offset that was asked for, as a server with ranges does; cuts the connection after `cutAfter` bytes. */
function partial(
  request: IncomingMessage,
  response: ServerResponse,
  cutAfter = Infinity,
  etag = '"v1"',
): void {
  const matches = request.headers["if-range"] === etag;
  const start = matches ? offsetOf(request) : 0;
  const rest = CONTENT.subarray(start);
  response.writeHead(matches ? 206 : 200, {
    etag,
    "content-length": rest.length,
    ...(matches ? { "content-range": `bytes ${start}-${CONTENT.length - 1}/${CONTENT.length}` } : {}),
  });
  if (cutAfter >= rest.length) response.end(rest);
  // Time for the client to take what was sent: what it has not read when the connection dies is lost to it.
  else response.write(rest.subarray(0, cutAfter), () => setTimeout(() => response.destroy(), 15));
}

async function download(source: string | string[], options: Partial<DownloadOptions> = {}, ref = REF) {
  const cacheDir = options.cacheDir ?? (await temporaryFolder());
  const pauses: number[] = [];
  const clock = {
    sleep: async (ms: number) => {
      pauses.push(ms);
    },
    nowMs: () => performance.now(),
  };
  const seen: number[] = [];
  const onProgress = (done: number) => seen.push(done);
  const run = downloadArchive(ref, { sources: [source].flat(), cacheDir, clock, onProgress, ...options });
  const result = await run.catch((error: unknown) => error);
  return { result, cacheDir, pauses, seen };
}

async function expectWhole({ result, cacheDir }: Awaited<ReturnType<typeof download>>): Promise<void> {
  const directory = join(cacheDir, "packages", REF.sha256);
  expect(result).toMatchObject({ path: join(directory, "archive.tar.gz"), directory });
  expect(sha256(await readFile(join(directory, "archive.tar.gz")))).toBe(REF.sha256);
  expect(await everythingIn(directory)).toEqual(["archive.tar.gz"]);
}

async function expectNothing({ cacheDir }: Awaited<ReturnType<typeof download>>): Promise<void> {
  const left = await everythingIn(cacheDir);
  expect(left.filter((name) => name.includes("archive"))).toEqual([]);
}

describe("a download", () => {
  it("comes whole over HTTP, with progress to the last byte", async () => {
    const { url } = await serve((request, response) => partial(request, response));
    const done = await download(url);
    await expectWhole(done);
    expect(done.seen.at(-1)).toBe(CONTENT.length);
    expect([...done.seen].sort((a, b) => a - b)).toEqual(done.seen);
  });

  it("comes from a path and from a file: URL", async () => {
    const file = join(await temporaryFolder(), "a.tar.gz");
    await writeFile(file, CONTENT);
    await expectWhole(await download(file));
    await expectWhole(await download(pathToFileURL(file).href));
  });

  it("is not made again when it is there and right, and is when it is not", async () => {
    const { url, ranges } = await serve((request, response) => partial(request, response));
    const { cacheDir } = await download(url);
    const again = await download(url, { cacheDir });
    expect(again.result).toMatchObject({ fromCache: true });
    expect(again.seen).toEqual([CONTENT.length]);
    expect(ranges).toHaveLength(1);
    await writeFile(join(cacheDir, "packages", REF.sha256, "archive.tar.gz"), CONTENT.subarray(1));
    await expectWhole(await download(url, { cacheDir }));
    expect(ranges).toHaveLength(2);
  });

  it("goes on where a cut connection left it, if the content is the same", async () => {
    const { url, ranges } = await serve((request, response, turn) =>
      partial(request, response, turn <= 3 ? 120_000 : Infinity),
    );
    const done = await download(url);
    await expectWhole(done);
    expect(ranges[0]).toBeNull();
    const offsets = ranges.slice(1).map((range) => Number(range?.slice(6, -1)));
    expect(offsets).toHaveLength(3);
    for (const offset of offsets) expect(offset).toBeGreaterThan(0);
    expect(done.pauses).toEqual([500, 1000, 2000]);
    expect([...done.seen].sort((a, b) => a - b)).toEqual(done.seen);
  });

  it("starts again when the content changed, or the server knows no ranges", async () => {
    const changed = await serve((request, response, turn) =>
      partial(request, response, turn === 1 ? 100_000 : Infinity, `"v${turn}"`),
    );
    await expectWhole(await download(changed.url));
    expect(changed.ranges).toHaveLength(2);
    const plain = await serve((_request, response, turn) => {
      response.writeHead(200, { "content-length": CONTENT.length });
      if (turn > 1) response.end(CONTENT);
      else response.write(CONTENT.subarray(0, 1000), () => setImmediate(() => response.destroy()));
    });
    await expectWhole(await download(plain.url));
    expect(plain.ranges).toEqual([null, null]);
  });

  it("survives a server that is busy, or silent", async () => {
    const { url } = await serve((request, response, turn) => {
      if (turn === 1) response.writeHead(503).end();
      else if (turn > 2) partial(request, response);
    });
    const done = await download(url, { deadlines: { responseMs: 200 } });
    await expectWhole(done);
    expect(done.pauses).toEqual([500, 1000]);
  });

  it("gives up after five resumes, and keeps what arrived for the next process", async () => {
    const { url, ranges } = await serve((request, response) => partial(request, response, 1000));
    const done = await download(url);
    expect(isEcflashError(done.result, "download-failed")).toBe(true);
    expect(ranges).toHaveLength(6);
    const left = await everythingIn(join(done.cacheDir, "packages", REF.sha256));
    expect(left).toEqual(["archive.part", "archive.part.json"]);
  });

  it("stops with the signal's reason, and leaves nothing", async () => {
    const controller = new AbortController();
    const reason = new Error("stopped");
    const { url } = await serve((_request, response) => {
      response.writeHead(200, { "content-length": CONTENT.length });
      response.write(CONTENT.subarray(0, 1000), () => controller.abort(reason));
    });
    const done = await download(url, { signal: controller.signal });
    expect(done.result).toBe(reason);
    await expectNothing(done);
    expect((await download(url, { signal: AbortSignal.abort(reason) })).result).toBe(reason);
  });

  it.each<[string, Buffer, boolean, string]>([
    ["a shorter content", CONTENT.subarray(1), true, "package-length"],
    ["a shorter content of no stated length", CONTENT.subarray(1), false, "package-length"],
    ["a longer content", Buffer.concat([CONTENT, Buffer.alloc(1)]), true, "package-length"],
    [
      "a longer content of no stated length",
      Buffer.concat([CONTENT, Buffer.alloc(1)]),
      false,
      "package-length",
    ],
    ["another content of the same length", Buffer.from(CONTENT).fill(0, 9, 10), true, "package-hash"],
  ])("refuses %s, and leaves nothing", async (_name, content, stated, code) => {
    const { url, ranges } = await serve((_request, response) => {
      response.writeHead(200, stated ? { "content-length": content.length } : {});
      response.end(content);
    });
    const done = await download(url);
    expect(done.result).toMatchObject({ code });
    expect(ranges).toHaveLength(1);
    await expectNothing(done);
  });

  it("does not ask twice for what is not there", async () => {
    const { url, ranges } = await serve((_request, response) => response.writeHead(404).end());
    const done = await download(url);
    expect(done.result).toMatchObject({
      code: "download-failed",
      facts: { reason: "the server answered 404 (Not Found)" },
    });
    expect(ranges).toHaveLength(1);
    const absent = await download(join(await temporaryFolder(), "absent"));
    expect(absent.result).toMatchObject({ code: "download-failed" });
  });

  it("refuses another part than it asked for", async () => {
    const { url } = await serve((request, response, turn) => {
      if (turn === 1) partial(request, response, 1000);
      else
        response.writeHead(206, { "content-range": `bytes 5-${CONTENT.length - 1}/${CONTENT.length}` }).end();
    });
    expect((await download(url)).result).toMatchObject({ code: "download-failed" });
  });

  it("says when the cache cannot be written", async () => {
    const file = join(await temporaryFolder(), "file");
    await writeFile(file, CONTENT);
    const done = await download(file, { cacheDir: join(file, "below") });
    expect(done.result).toMatchObject({ code: "state-unwritable" });
  });
});

describe("what an earlier process left", () => {
  const partOf = (cacheDir: string) => join(cacheDir, "packages", REF.sha256, "archive.part");

  /** A download that was cut six times at the same server. */
  async function leftAt(answer: Answer) {
    let isUp = false;
    const server = await serve((request, response, turn) => {
      if (isUp) answer(request, response, turn);
      else partial(request, response, 30_000);
    });
    const { cacheDir, result } = await download(server.url);
    expect(result).toMatchObject({ code: "download-failed" });
    const held = (await readFile(partOf(cacheDir))).length;
    expect(held).toBeGreaterThan(30_000);
    isUp = true;
    server.ranges.length = 0;
    return { ...server, cacheDir, held };
  }

  it("is gone on with", async () => {
    const { url, ranges, cacheDir, held } = await leftAt((request, response) => partial(request, response));
    await expectWhole(await download(url, { cacheDir }));
    expect(ranges).toEqual([`bytes=${held}-`]);
  });

  it("is whole already: no server is asked", async () => {
    const { url, ranges, cacheDir } = await leftAt((request, response) => partial(request, response));
    await writeFile(partOf(cacheDir), CONTENT);
    await expectWhole(await download(url, { cacheDir }));
    expect(ranges).toEqual([]);
  });

  it("is damaged: it is asked for once more, whole", async () => {
    const { url, ranges, cacheDir, held } = await leftAt((request, response) => partial(request, response));
    await writeFile(partOf(cacheDir), Buffer.alloc(held, 1));
    await expectWhole(await download(url, { cacheDir }));
    expect(ranges).toEqual([`bytes=${held}-`, null]);
  });

  it.each<[string, Answer, number]>([
    ["the content changed", (request, response) => partial(request, response, Infinity, '"v2"'), 1],
    [
      "the server has no such part any more",
      (request, response) => {
        if (request.headers.range === undefined) response.end(CONTENT);
        else response.writeHead(416).end();
      },
      2,
    ],
    [
      "the server sends a part of another content",
      (request, response) => {
        const start = offsetOf(request);
        if (start === 0) response.end(CONTENT);
        else
          response
            .writeHead(206, {
              etag: '"v9"',
              "content-range": `bytes ${start}-${CONTENT.length - 1}/${CONTENT.length}`,
            })
            .end(CONTENT.subarray(start));
      },
      2,
    ],
  ])("starts again when %s", async (_name, answer, requests) => {
    const { url, ranges, cacheDir } = await leftAt(answer);
    await expectWhole(await download(url, { cacheDir }));
    expect(ranges).toHaveLength(requests);
  });

  it.each(["{", '{"sourceSha256":"x","validator":"a\\nb","sizeBytes":500000}', "[]", "null"])(
    "starts again when its record is %s",
    async (record) => {
      const { url, ranges, cacheDir } = await leftAt((request, response) => partial(request, response));
      await writeFile(`${partOf(cacheDir)}.json`, record);
      await expectWhole(await download(url, { cacheDir }));
      expect(ranges).toEqual([null]);
    },
  );

  it("is not mixed with what another address sends", async () => {
    const { cacheDir } = await leftAt((request, response) => partial(request, response));
    const other = await serve((request, response) => partial(request, response));
    await expectWhole(await download(other.url, { cacheDir }));
    expect(other.ranges).toEqual([null]);
  });

  it("is kept when a person stops it", async () => {
    const controller = new AbortController();
    const reason = new Error("stopped");
    const { url, ranges } = await serve((request, response, turn) =>
      partial(request, response, turn === 1 ? 100_000 : Infinity),
    );
    const onProgress = (done: number) => {
      if (done > 50_000) controller.abort(reason);
    };
    const cut = await download(url, { signal: controller.signal, onProgress });
    expect(cut.result).toBe(reason);
    await expectWhole(await download(url, { cacheDir: cut.cacheDir }));
    expect(Number(ranges.at(-1)?.slice(6, -1))).toBeGreaterThan(50_000);
  });
});

describe("several addresses", () => {
  const WRONG = Buffer.from(CONTENT).fill(0, 9, 10);
  const LIARS: readonly [string, Answer][] = [
    ["answers 404", (_request, response) => response.writeHead(404).end()],
    ["sends other bytes", (_request, response) => response.end(WRONG)],
    ["sends too few", (_request, response) => response.end(CONTENT.subarray(9))],
    ["sends too many", (_request, response) => response.end(Buffer.concat([CONTENT, CONTENT]))],
    ["is always busy", (_request, response) => response.writeHead(503).end()],
  ];

  it.each(LIARS)("one that %s is left for the next", async (_name, answer) => {
    const bad = await serve(answer);
    const good = await serve((request, response) => partial(request, response));
    await expectWhole(await download([bad.url, good.url]));
    expect(bad.ranges.length).toBeGreaterThan(0);
    expect(good.ranges).toEqual([null]);
  });

  it("all fail: each reason is told, without passwords, and nothing is left", async () => {
    const urls = await Promise.all(LIARS.map(async ([, answer]) => (await serve(answer)).url));
    const secret = urls.map((url) => `${url.replace("//", "//me:secret@")}?token=secret`);
    const done = await download(secret);
    const { code, facts } = done.result as { code: string; facts: { reasons: string[] } };
    expect(code).toBe("mirrors-failed");
    expect(facts.reasons.map((text) => text.replace(/^.*?\*\*\*: /, ""))).toEqual([
      "the server answered 404 (Not Found)",
      expect.stringMatching(/^its SHA-256 is/),
      `it has ${CONTENT.length - 9} bytes, the index says ${CONTENT.length}`,
      `it has ${2 * CONTENT.length} bytes, the index says ${CONTENT.length}`,
      "the server answered 503 (Service Unavailable), tried 6 times",
    ]);
    expect(JSON.stringify(facts)).not.toContain("secret");
    await expectNothing(done);
  });

  it("one that drips for ever ends by the clock, one that starts over and over by its bytes", async () => {
    const drip = await serve((_request, response) => {
      response.writeHead(200, { "content-length": CONTENT.length });
      const timer = setInterval(() => response.write("x"), 5);
      response.on("close", () => clearInterval(timer));
    });
    const slow = await download(drip.url, { pace: { baseMs: 100, leastBytesPerSecond: 1e9 } });
    expect(slow.result).toMatchObject({
      code: "download-failed",
      facts: { reason: expect.stringMatching("it took longer") as unknown },
    });
    const again = await serve((_request, response) => {
      response.writeHead(200, { "content-length": CONTENT.length });
      response.write(CONTENT.subarray(1), () => setTimeout(() => response.destroy(), 15));
    });
    const endless = await download(again.url);
    expect(endless.result).toMatchObject({
      code: "download-failed",
      facts: { reason: expect.stringMatching("more than 3 times") as unknown },
    });
    expect(again.ranges.length).toBeLessThanOrEqual(4);
  });
});

describe("fetching a small source", () => {
  it("is bounded, over HTTP and from disk", async () => {
    const { url } = await serve((_request, response) => response.end("x".repeat(11)));
    expect(await fetchBytes(url, 11)).toHaveLength(11);
    await expect(fetchBytes(url, 10)).rejects.toMatchObject({ code: "download-failed" });
    const file = join(await temporaryFolder(), "deep", "f");
    await mkdir(dirname(file));
    await writeFile(file, "x".repeat(11));
    expect(await fetchBytes(file, 11)).toHaveLength(11);
    await expect(fetchBytes(file, 10)).rejects.toMatchObject({ code: "download-failed" });
  });

  it("follows a redirect, but not to a file of this host", async () => {
    const target = await serve((_request, response) => response.end("hello"));
    const { url } = await serve((request, response) =>
      response
        .writeHead(302, { location: request.url === "/a.tar.gz" ? target.url : "file:///etc/passwd" })
        .end(),
    );
    expect(Buffer.from(await fetchBytes(url, 99)).toString()).toBe("hello");
    await expect(fetchBytes(url.replace("a.tar.gz", "file"), 9999)).rejects.toMatchObject({
      code: "download-failed",
    });
  });

  it("says in words when nobody answers", async () => {
    await expect(fetchBytes("http://127.0.0.1:1/index.json", 99)).rejects.toMatchObject({
      code: "download-failed",
      facts: { reason: expect.stringMatching("ECONNREFUSED") as unknown },
    });
  });
});
