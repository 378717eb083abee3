import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { TestHost } from "../cli/binary.js";
import { CONTENT, expectWhole, fetchIn, inPieces, listen } from "./fetching.js";
import { temporaryFolder } from "./world.js";

const PATIENT_MS = 60_000;
const HOST = "firmware.example";
const ABSENT =
  spawnSync("openssl", ["version"]).error !== undefined && process.env["ECFLASH_REQUIRE_TOOLS"] !== "1";

/** A certificate that only its own authority vouches for, made here and now. */
async function makeCertificate(): Promise<{ key: string; cert: string; certPath: string }> {
  const folder = await temporaryFolder();
  const [keyPath, certPath] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const names = `subjectAltName=DNS:${HOST},IP:127.0.0.1`;
  const made = spawnSync("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
    ...["-keyout", keyPath, "-out", certPath, "-days", "2", "-subj", `/CN=${HOST}`, "-addext", names],
  ]);
  expect(made.status, String(made.stderr)).toBe(0);
  return { key: await readFile(keyPath, "utf8"), cert: await readFile(certPath, "utf8"), certPath };
}

/** A proxy that knows the way to the one server behind it. */
async function proxyTo(port: number) {
  const seen: string[] = [];
  const proxy = createServer((_request, response) => response.writeHead(405).end());
  proxy.on("connect", (request, socket) => {
    seen.push(request.url ?? "");
    const onward = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.pipe(onward).pipe(socket);
    });
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy());
  });
  return { url: `http://127.0.0.1:${await listen(proxy)}`, seen };
}

describe.skipIf(ABSENT)("https, where openssl can make a certificate", () => {
  it(
    "goes through the proxy of the environment, is cut, and goes on through it",
    async () => {
      const { key, cert, certPath } = await makeCertificate();
      const { seen, answer } = inPieces((bytes) => {
        if (seen.requests === 1 && bytes > 400_000) server.closeAllConnections();
      }, 1);
      const server = createTlsServer({ key, cert }, answer);
      const proxy = await proxyTo(await listen(server));
      const cacheDir = await temporaryFolder();
      const env = { HTTPS_PROXY: proxy.url, NO_PROXY: "", NODE_EXTRA_CA_CERTS: certPath };
      const url = `https://${HOST}/p.tar.gz`;
      expect((await fetchIn(cacheDir, url, [], env).ended).words).toEqual(["fetched"]);
      await expectWhole(cacheDir);
      expect(seen.ranges).toHaveLength(1);
      expect(seen.sentBytes).toBeLessThan(CONTENT.length * 1.5);
      expect(proxy.seen).toEqual([`${HOST}:443`, `${HOST}:443`]);
    },
    PATIENT_MS,
  );

  it(
    "of an authority that this host does not know is refused at once, and the words say what mends it",
    async () => {
      const { key, cert } = await makeCertificate();
      const { seen, answer } = inPieces(() => undefined, 0);
      const port = await listen(createTlsServer({ key, cert }, answer));
      const told = await fetchIn(await temporaryFolder(), `https://127.0.0.1:${port}/p.tar.gz`).ended;
      expect(told.exit).toBe(6);
      expect(told.words.join()).toMatch(/self-signed certificate.*NODE_EXTRA_CA_CERTS/);
      expect(told.words.join()).not.toMatch("tried");
      expect(seen.requests).toBe(0);
    },
    PATIENT_MS,
  );

  it(
    "may lead an archive to plain http, since its hash is signed, but never an index",
    async () => {
      const { key, cert, certPath } = await makeCertificate();
      const { answer } = inPieces(() => undefined, 0);
      const plain = await listen(createServer(answer));
      const location = `http://127.0.0.1:${plain}/p.tar.gz`;
      const port = await listen(
        createTlsServer({ key, cert }, (_request, response) => response.writeHead(302, { location }).end()),
      );
      const env = { NODE_EXTRA_CA_CERTS: certPath };
      const source = `https://127.0.0.1:${port}/`;
      const cacheDir = await temporaryFolder();
      expect((await fetchIn(cacheDir, `${source}p.tar.gz`, [], env).ended).words).toEqual(["fetched"]);
      const owner = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3";
      const args = ["fetch", "--label", "EC25AFA-512-STD", "--index", `${source}index.json`, "--key", owner];
      const told = await new TestHost().run(args, { env });
      expect(told.exit, told.stdout).toBe(6);
      expect(told.stdout).toMatch("it leads away from https");
    },
    PATIENT_MS,
  );
});
