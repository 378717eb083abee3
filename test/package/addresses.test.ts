import { mkdir, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished } from "vitest";
import { fetchBytes } from "../../src/package/fetch/source.js";
import { temporaryFolder } from "./world.js";

const LIMIT_BYTES = 10_000;

async function serve(answer: RequestListener, host = "127.0.0.1"): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((done, failed) => server.once("error", failed).listen(0, host, done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

const textOf = async (source: string) => Buffer.from(await fetchBytes(source, LIMIT_BYTES)).toString();

async function reasonOf(source: string): Promise<string> {
  const failure = (await fetchBytes(source, LIMIT_BYTES).catch((error: unknown) => error)) as {
    code?: string;
    facts?: { reason: string };
  };
  expect(failure, JSON.stringify(failure)).toMatchObject({ code: "download-failed" });
  return failure.facts?.reason ?? "";
}

describe("an address", () => {
  it("may have no path, another case, or be of IPv6", async () => {
    const url = await serve((request, response) => response.end(request.url));
    expect(await textOf(url)).toBe("/");
    expect(await textOf(`${url.replace("http", "HTTP")}/x`)).toBe("/x");
    const six = await serve((_request, response) => response.end("six"), "::1").catch(() => null);
    if (six !== null) expect(await textOf(`${six}/x`)).toBe("six");
    else console.log("skipped: this host has no IPv6 loopback");
  });

  it("may be a path on a stick with spaces and umlauts, also as file:", async () => {
    const folder = join(await temporaryFolder(), "Prüf Stick #1 100%");
    await mkdir(folder);
    const file = join(folder, "für EC25 & co?.json");
    await writeFile(file, "stick");
    expect(await textOf(file)).toBe("stick");
    expect(await textOf(pathToFileURL(file).href)).toBe("stick");
  });

  it.each([
    ["file://server/share/index.json", "host"],
    ["file:///a%2Fb", "encoded"],
    ["ftp://a.example/index.json", "ftp: is not supported"],
    ["http://[bad/index.json", "no address"],
    ["http://", "no address"],
  ])("%s is refused in words", async (source, words) => {
    expect(await reasonOf(source)).toMatch(words);
  });
});

describe("an answer", () => {
  it("that a second or third try mends is asked for again, but not what is not there", async () => {
    let turn = 0;
    const url = await serve((request, response) => {
      turn += 1;
      if (request.url === "/gone") response.writeHead(404).end();
      else if (turn === 1) response.writeHead(503).end();
      else if (turn === 2) response.destroy();
      else response.end("third");
    });
    const pauses: number[] = [];
    const clock = { sleep: async (ms: number) => void pauses.push(ms) };
    expect(Buffer.from(await fetchBytes(`${url}/i`, LIMIT_BYTES, { clock })).toString()).toBe("third");
    expect(pauses).toEqual([500, 1000]);
    await expect(fetchBytes(`${url}/gone`, LIMIT_BYTES, { clock })).rejects.toMatchObject({
      facts: { reason: "the server answered 404 (Not Found)" },
    });
    expect(turn).toBe(4);
  });

  it.each([
    '<!DOCTYPE html>\n<html lang="en"><body>Accept our terms</body></html>',
    "\n <html><script>location='/login'</script></html>",
  ])("that is a web page is told as one: %s", async (page) => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page);
    });
    expect(await reasonOf(`${url}/a.tar.gz`)).toMatch("it is a web page");
  });

  it("that is a file under the type of a page, or under a coding, is taken byte for byte", async () => {
    const mistyped = await serve((_request, response) => {
      response.writeHead(200, { "content-type": "text/html" });
      response.write("{");
      setImmediate(() => response.end('"a":1}'));
    });
    expect(await textOf(`${mistyped}/i.json`)).toBe('{"a":1}');
    const packed = gzipSync("x");
    let asked: unknown;
    const coded = await serve((request, response) => {
      asked = request.headers["accept-encoding"];
      response.writeHead(200, { "content-encoding": "gzip", "content-length": packed.length }).end(packed);
    });
    expect(Buffer.from(await fetchBytes(`${coded}/a.tar.gz`, LIMIT_BYTES))).toEqual(packed);
    expect(asked).toBe("identity");
  });

  it("that redirects carries no password to another host, and not round in circles", async () => {
    const seen: (string | undefined)[] = [];
    const other = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end("there");
    });
    const url = await serve((request, response) => {
      seen.push(request.headers.authorization);
      const location =
        request.url === "/circle" ? "/circle" : other.replace("127.0.0.1", "localhost").concat("/x");
      response.writeHead(302, { location }).end();
    });
    const withPassword = url.replace("//", "//me:secret@");
    expect(await textOf(`${withPassword}/a`)).toBe("there");
    expect(seen).toEqual([expect.stringMatching("Basic"), undefined]);
    expect(await reasonOf(`${withPassword}/circle`)).toMatch(/[Rr]edirect/);
    expect(seen.length).toBeLessThan(10);
  });
});
