import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { fetchIndexBytes } from "../../src/package/index/bytes.js";

/** A byte now and again, for ever: no silence, no length that is too large. */
async function drip(): Promise<string> {
  const server = createServer((_request, response) => {
    response.write("{");
    const timer = setInterval(() => response.write(" "), 20);
    response.on("close", () => clearInterval(timer));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/ecflash-index.json`;
}

it("slow retrieval: an index that drips for ever is given up after its limit", async () => {
  await expect(fetchIndexBytes({}, 400)(await drip(), 1024)).rejects.toMatchObject({
    code: "download-failed",
    facts: { reason: "it took longer than 0.4 s" },
  });
});

it("an abort of the run is told as what it is", async () => {
  const stop = new AbortController();
  const reason = new Error("stopped");
  const fetched = fetchIndexBytes({ signal: stop.signal }, 60_000)(await drip(), 1024);
  setTimeout(() => stop.abort(reason), 100);
  await expect(fetched).rejects.toBe(reason);
});
