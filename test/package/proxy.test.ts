import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { proxyFor, proxySettings } from "../../src/package/fetch/proxy.js";
import { shownSource } from "../../src/package/fetch/shown-source.js";
import { fetchBytes } from "../../src/package/fetch/source.js";

async function listen(server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A proxy that takes whole addresses and CONNECT, and leads every host to one server of this host. */
async function proxyTo(port: number) {
  const seen: { what: string; authorization: string | undefined }[] = [];
  const proxy = createServer((request, response) => {
    seen.push({ what: `GET ${request.url ?? ""}`, authorization: request.headers["proxy-authorization"] });
    response.end("through the proxy");
  });
  proxy.on("connect", (request, socket) => {
    seen.push({
      what: `CONNECT ${request.url ?? ""}`,
      authorization: request.headers["proxy-authorization"],
    });
    const onward = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.pipe(onward).pipe(socket);
    });
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy());
  });
  return { url: `http://me:secret@127.0.0.1:${await listen(proxy)}`, seen };
}

const AUTHORIZATION = `Basic ${Buffer.from("me:secret").toString("base64")}`;

describe("a proxy of the environment", () => {
  it("gets http as a whole address, with its password, and leads there", async () => {
    const { url, seen } = await proxyTo(1);
    const proxy = proxySettings({ HTTP_PROXY: url });
    const bytes = await fetchBytes("http://firmware.example/index.json", 99, { proxy });
    expect(Buffer.from(bytes).toString()).toBe("through the proxy");
    expect(seen).toEqual([{ what: "GET http://firmware.example/index.json", authorization: AUTHORIZATION }]);
  });

  it("gets https as CONNECT; that no TLS answers behind it is told, without the password", async () => {
    const plain = createServer((_request, response) => response.end("no TLS"));
    const { url, seen } = await proxyTo(await listen(plain));
    const proxy = proxySettings({ https_proxy: url });
    const failure = await fetchBytes("https://u:secret@firmware.example/i?token=secret", 99, { proxy }).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: "download-failed" });
    expect(JSON.stringify(failure)).not.toContain("secret");
    expect(seen).toEqual([{ what: "CONNECT firmware.example:443", authorization: AUTHORIZATION }]);
  });

  it("is not asked for this host itself, and for what NO_PROXY names", async () => {
    const server = createServer((_request, response) => response.end("direct"));
    const port = await listen(server);
    const { url, seen } = await proxyTo(port);
    const proxy = proxySettings({ http_proxy: url });
    expect(await fetchBytes(`http://127.0.0.1:${port}/`, 99, { proxy })).toHaveLength(6);
    expect(seen).toEqual([]);
  });

  it("is named in what fails behind it or at it, without its password", async () => {
    const closed = createServer((_request, response) => response.writeHead(407).end());
    closed.on("connect", (_request, socket) =>
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"),
    );
    const place = `127.0.0.1:${await listen(closed)}`;
    const wrong = "(Proxy Authentication Required), asked through the proxy http://***@";
    for (const [source, named, words] of [
      ["https://firmware.example/i", `me:secret@${place}`, wrong],
      ["http://firmware.example/i", `http://me:secret@${place}`, wrong],
      [
        "https://firmware.example/i",
        "127.0.0.1:1",
        "ECONNREFUSED 127.0.0.1:1, asked through the proxy http://",
      ],
    ] as const) {
      const proxy = proxySettings({ HTTPS_PROXY: named, HTTP_PROXY: named });
      const failure = await fetchBytes(source, 99, { proxy }).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: "download-failed" });
      expect(JSON.stringify(failure)).toContain(words);
      expect(JSON.stringify(failure)).not.toContain("secret");
    }
  });

  it("that is no address of HTTP is told", async () => {
    for (const url of ["socks5://127.0.0.1:1", "::::"])
      await expect(
        fetchBytes("http://firmware.example/", 99, { proxy: proxySettings({ HTTP_PROXY: url }) }),
      ).rejects.toMatchObject({
        code: "download-failed",
        facts: { reason: expect.stringMatching("no address of HTTP") as unknown },
      });
  });

  it.each<[string, string, string | null]>([
    ["https://a.example/", "", "S"],
    ["http://a.example/", "", "H"],
    ["https://a.example/", "example", null],
    ["https://a.example/", ".example", null],
    ["https://a.example/", "*.example", null],
    ["https://a.example/", "x, A.EXAMPLE", null],
    ["https://a.example/", "a.example:443", null],
    ["https://a.example:8443/", "a.example:443", "S"],
    ["https://aexample/", "example", "S"],
    ["https://a.example/", "*", null],
    ["https://10.1.2.3/", "10.1.2.3", null],
    ["https://[fd00::1]/", "fd00::1", null],
    ["https://localhost/", "", null],
    ["https://127.9.9.9/", "", null],
    ["https://[::1]/", "", null],
  ])("for %s without [%s] is %j", (url, none, expected) => {
    expect(proxyFor(new URL(url), { https: "S", http: "H", none })).toBe(expected);
  });

  it("is read in either case, the lower one first; an empty one is none", () => {
    expect(proxySettings({ HTTPS_PROXY: "a", https_proxy: "b", HTTP_PROXY: "", NO_PROXY: "n" })).toEqual({
      https: "b",
      http: null,
      none: "n",
    });
    expect(proxySettings({ ALL_PROXY: "a", http_proxy: "h" })).toEqual({ https: "a", http: "h", none: "" });
  });
});

describe("a source as it is shown", () => {
  it.each([
    ["https://u:p@a.example/x.tar?sig=abc&t=1", "https://***@a.example/x.tar?sig=***&t=***"],
    ["http://a.example:8080/x", "http://a.example:8080/x"],
    ["https://u:p@bad host/x?t=1", "https://***@bad host/x?***"],
    ["/media/stick/x.tar?y", "/media/stick/x.tar?y"],
  ])("%s is %s", (source, told) => {
    expect(shownSource(source)).toBe(told);
  });
});
