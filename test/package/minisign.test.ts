import { spawnSync } from "node:child_process";
import { createHash, sign as signEd25519 } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isEcflashError } from "../../src/core/errors.js";
import { generateKeyPair, sign, verify } from "../../src/package/index/minisign.js";
import { temporaryFolder } from "./world.js";

const content = Buffer.from('{"schema":"ecflash.index/1"}');
const pair = generateKeyPair();
const signature = sign(content, pair.secretKey, "issued for a test");

function reasonOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (isEcflashError(error, "index-signature")) return error.facts.reason;
    throw error;
  }
  throw new Error("it was accepted");
}

/** The signature file with one line changed. */
function withLine(number: number, edit: (line: string) => string): string {
  const lines = signature.split("\n");
  lines[number] = edit(lines[number] ?? "");
  return lines.join("\n");
}

function asAlgorithm(name: string): (line: string) => string {
  return (line) => {
    const bytes = Buffer.from(line, "base64");
    bytes.write(name, "latin1");
    return bytes.toString("base64");
  };
}

describe("minisign", () => {
  it("verifies what it signed, by the right one of several keys", () => {
    const other = generateKeyPair().publicKey;
    const found = verify(content, signature, [other, pair.publicKey]);
    expect(found.trustedComment).toBe("issued for a test");
    expect(found.keyId).toMatch(/^[0-9A-F]{16}$/);
    expect(verify(content, signature.replaceAll("\n", "\r\n"), [pair.publicKey])).toEqual(found);
    expect(verify(content, signature, [`untrusted comment: x\n${pair.publicKey}\n`])).toEqual(found);
  });

  it("accepts the older kind, which signs the file itself", () => {
    const { keyId, key } = pair.secretKey;
    const raw = signEd25519(null, content, key);
    const global = signEd25519(null, Buffer.concat([raw, Buffer.from("old")]), key);
    const line = Buffer.concat([Buffer.from("Ed"), keyId, raw]).toString("base64");
    const text = `untrusted comment: x\n${line}\ntrusted comment: old\n${global.toString("base64")}\n`;
    expect(verify(content, text, [pair.publicKey]).trustedComment).toBe("old");
    const prehashed = createHash("blake2b512").update(content).digest();
    expect(reasonOf(() => verify(prehashed, text, [pair.publicKey]))).toMatch("does not fit");
  });

  it("refuses a changed content, at every bit", () => {
    for (let bit = 0; bit < content.length * 8; bit += 1) {
      const changed = Buffer.from(content);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(reasonOf(() => verify(changed, signature, [pair.publicKey]))).toMatch("does not fit");
    }
  });

  it.each([
    ["another trusted comment", withLine(2, (line) => `${line}!`), "trusted comment was changed"],
    ["no trusted comment", withLine(2, () => ""), "format"],
    ["a signature that is cut", withLine(1, (line) => line.slice(4)), "format"],
    ["a signature that is no base64", withLine(1, (line) => `!${line.slice(1)}`), "format"],
    ["another algorithm", withLine(1, asAlgorithm("XX")), "not known"],
    ["more lines", `${signature}more\n`, "format"],
    ["nothing", "", "format"],
  ])("refuses %s", (_name, text, reason) => {
    expect(reasonOf(() => verify(content, text, [pair.publicKey]))).toMatch(reason);
  });

  it("refuses a key that is not trusted, also under the trusted key's id, and no key at all", () => {
    expect(reasonOf(() => verify(content, signature, [generateKeyPair().publicKey]))).toMatch("not trusted");
    expect(reasonOf(() => verify(content, signature, []))).toMatch("no key is trusted");
    const thief = { ...generateKeyPair().secretKey, keyId: pair.secretKey.keyId };
    expect(reasonOf(() => verify(content, sign(content, thief, "x"), [pair.publicKey]))).toMatch(
      "does not fit",
    );
  });

  it("says which public key it cannot read", () => {
    expect(() => verify(content, signature, ["nonsense"])).toThrow("usage");
  });
});

const absent = spawnSync("minisign", ["-v"]).error !== undefined;

describe.skipIf(absent && process.env["ECFLASH_REQUIRE_TOOLS"] !== "1")(
  "against Debian's minisign (skipped where it is not installed)",
  () => {
    it("each accepts what the other signed", async () => {
      const box = await temporaryFolder();
      const path = (name: string) => join(box, name);
      await writeFile(path("index.json"), content);
      await writeFile(path("index.json.minisig"), signature);
      const ours = spawnSync("minisign", ["-Vm", path("index.json"), "-P", pair.publicKey], {
        encoding: "utf8",
      });
      expect(ours.stdout).toMatch("Trusted comment: issued for a test");
      expect(ours.status).toBe(0);

      const made = spawnSync("minisign", ["-GW", "-p", path("k.pub"), "-s", path("k.key")]);
      expect(made.status).toBe(0);
      const signIt = spawnSync("minisign", ["-Sm", path("index.json"), "-s", path("k.key"), "-t", "theirs"]);
      expect(signIt.status).toBe(0);
      const publicKey = await readFile(path("k.pub"), "utf8");
      const theirs = await readFile(path("index.json.minisig"), "utf8");
      const found = verify(content, theirs, [publicKey]);
      expect(found.trustedComment).toBe("theirs");
      expect(publicKey).toContain(` ${found.keyId.replace(/^0+/, "")}\n`);
    });
  },
);
