import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished } from "vitest";
import { packTree } from "../../src/package/archive/pack.js";
import { fill } from "../../src/sim/vendor/content.js";
import { everythingIn, sha256 } from "./world.js";

const CHILD = fileURLToPath(new URL("fetch-child.js", import.meta.url));
export const CONTENT = Buffer.from(await packTree(new Map([["top/image", fill(3, "noise", 900_000)]])));
export const ARCHIVE = { sizeBytes: CONTENT.length, sha256: sha256(CONTENT) };
/** A server with ranges that sends a piece at a time; `onSent` hears how much of each answer has left. */
export async function serve(onSent: (bytes: number) => void, pauseMs = 1) {
  const { seen, answer } = inPieces(onSent, pauseMs);
  const port = await listen(createServer(answer));
  return { ...seen, seen, url: `http://127.0.0.1:${port}/p.tar.gz` };
}

export async function listen(server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** What `serve` answers, for a server of another kind. */
export function inPieces(onSent: (bytes: number) => void, pauseMs: number) {
  const seen = { requests: 0, ranges: [] as number[], sentBytes: 0 };
  const answer: RequestListener = (request, response) => {
    seen.requests += 1;
    const asked = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const start = request.headers["if-range"] === '"v1"' ? asked : 0;
    if (start > 0) seen.ranges.push(start);
    response.writeHead(start > 0 ? 206 : 200, {
      etag: '"v1"',
      "content-length": CONTENT.length - start,
      ...(start > 0 ? { "content-range": `bytes ${start}-${CONTENT.length - 1}/${CONTENT.length}` } : {}),
    });
    let at = start;
    const next = () => {
      if (response.destroyed) return;
      const piece = CONTENT.subarray(at, at + 16_384);
      if (piece.length === 0) return void response.end();
      at += piece.length;
      seen.sentBytes += piece.length;
      response.write(piece, () => {
        onSent(at - start);
        setTimeout(next, pauseMs);
      });
    };
    next();
  };
  return { seen, answer };
}

/** Fetches in a process of its own, by `prefix` where a shell prepares it. */
export function fetchIn(
  cacheDir: string,
  url: string,
  prefix: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
) {
  const args = [process.execPath, CHILD, JSON.stringify({ archive: ARCHIVE, sources: [url], cacheDir })];
  const [command = "", ...rest] = [...prefix, ...args];
  const child = spawn(command, rest, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...env },
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  const ended = once(child, "close").then(([exit, signal]) => ({
    exit: exit as number | null,
    signal: signal as string | null,
    words: text.trim().split("\n"),
  }));
  return { child, ended };
}

export async function expectWhole(cacheDir: string): Promise<void> {
  const directory = join(cacheDir, "packages", ARCHIVE.sha256);
  expect(sha256(await readFile(join(directory, "archive.tar.gz")))).toBe(ARCHIVE.sha256);
  expect(await everythingIn(directory)).toEqual(["archive.tar.gz", "tree", "tree/top", "tree/top/image"]);
  expect(await everythingIn(join(cacheDir, "locks"))).toEqual([]);
}
