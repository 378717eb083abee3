import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { isEcflashError } from "../../src/core/errors.js";
import { type DownloadOptions, downloadArchive } from "../../src/package/download.js";
import type { ArchiveRef } from "../../src/package/index-types.js";
import { fetchBytes } from "../../src/package/source.js";
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
  else response.write(rest.subarray(0, cutAfter), () => setImmediate(() => response.destroy()));
}

async function download(source: string, options: Partial<DownloadOptions> = {}, ref = REF) {
  const cacheDir = options.cacheDir ?? (await temporaryFolder());
  const pauses: number[] = [];
  const clock = {
    sleep: async (ms: number) => {
      pauses.push(ms);
    },
  };
  const seen: number[] = [];
  const onProgress = (done: number) => seen.push(done);
  const run = downloadArchive(ref, { source, cacheDir, clock, onProgress, ...options });
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

  it("can be made by two at once", async () => {
    const { url } = await serve((request, response) => partial(request, response));
    const cacheDir = await temporaryFolder();
    for (const done of await Promise.all([download(url, { cacheDir }), download(url, { cacheDir })]))
      await expectWhole(done);
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

  it("gives up after five resumes, and leaves nothing", async () => {
    const { url, ranges } = await serve((request, response) => partial(request, response, 1000));
    const done = await download(url);
    expect(isEcflashError(done.result, "download-failed")).toBe(true);
    expect(ranges).toHaveLength(6);
    await expectNothing(done);
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
      facts: { reason: "the server answered 404" },
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
