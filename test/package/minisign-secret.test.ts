import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { generateKeyPair, keyIdOf, sign, verify } from "../../src/package/index/minisign.js";
import {
  readSecretKey,
  scryptCost,
  SENSITIVE,
  writeSecretKey,
} from "../../src/package/index/minisign-secret.js";
import { isEcflashError } from "../../src/core/errors.js";
import { temporaryFolder } from "./world.js";

const QUICK = { opslimit: 524_288, memlimitBytes: 16_777_216 };
const content = Buffer.from("an index");

async function reasonOf(act: Promise<unknown>): Promise<string> {
  const error: unknown = await act.then(
    () => new Error("it was accepted"),
    (thrown: unknown) => thrown,
  );
  if (!isEcflashError(error, "key-unusable")) throw error;
  return error.facts.reason;
}

describe("a secret key file", () => {
  it.each([null, "correct horse"])("with password %j gives the key back", async (password) => {
    const pair = generateKeyPair();
    const text = await writeSecretKey(pair.secretKey, password, QUICK);
    const read = await readSecretKey("k", text, password);
    expect(read.publicKey).toBe(pair.publicKey);
    const signature = sign(content, read.secretKey, "c");
    expect(verify(content, signature, [pair.publicKey]).keyId).toBe(keyIdOf(pair.publicKey));
  });

  it("is refused with a wrong password, without one, and damaged at any byte", async () => {
    const { secretKey } = generateKeyPair();
    const locked = await writeSecretKey(secretKey, "right", QUICK);
    expect(await reasonOf(readSecretKey("k", locked, "wrong"))).toBe("the password is wrong");
    expect(await reasonOf(readSecretKey("k", locked, null))).toBe("it needs its password");
    expect(locked).not.toContain(secretKey.key.export({ type: "pkcs8", format: "der" }).toString("base64"));
    const open = await writeSecretKey(secretKey, null);
    const [comment, line = ""] = open.split("\n");
    const bytes = Buffer.from(line, "base64");
    for (const at of [0, 2, 4, 60, 70, 100, 130, 157]) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      const text = `${comment ?? ""}\n${damaged.toString("base64")}\n`;
      expect(await reasonOf(readSecretKey("k", text, null))).toMatch(/damaged|not a minisign|not known/);
    }
  });

  it("costs what libsodium's limits stand for", () => {
    expect(scryptCost(SENSITIVE)).toEqual({ N: 2 ** 20, r: 8, p: 1 });
    expect(scryptCost({ opslimit: 524_288, memlimitBytes: 16_777_216 })).toEqual({ N: 2 ** 14, r: 8, p: 1 });
    expect(scryptCost({ opslimit: 1, memlimitBytes: 16_777_216 })).toEqual({ N: 2 ** 10, r: 8, p: 1 });
  });
});

const absent = spawnSync("minisign", ["-v"]).error !== undefined;

describe.skipIf(absent && process.env["ECFLASH_REQUIRE_TOOLS"] !== "1")(
  "against Debian's minisign (skipped where it is not installed)",
  () => {
    it.each([null, "correct horse"])(
      "each signs with the other's key, password %j",
      async (password) => {
        const box = await temporaryFolder();
        const path = (name: string) => join(box, name);
        const minisign = (args: string[], input = "") =>
          spawnSync("minisign", args, { encoding: "utf8", input });
        const typed = password === null ? "" : `${password}\n`;
        await writeFile(path("index.json"), content);

        const ours = generateKeyPair();
        await writeFile(path("ours.key"), await writeSecretKey(ours.secretKey, password, QUICK));
        const signed = minisign(
          ["-Sm", path("index.json"), "-s", path("ours.key"), "-x", path("a.minisig")],
          typed,
        );
        expect(signed.status, signed.stderr).toBe(0);
        verify(content, await readFile(path("a.minisig"), "utf8"), [ours.publicKey]);

        const none = password === null ? ["-W"] : [];
        const made = minisign(["-G", ...none, "-p", path("k.pub"), "-s", path("k.key")], typed + typed);
        expect(made.status, made.stderr).toBe(0);
        const theirs = await readSecretKey("k.key", await readFile(path("k.key"), "utf8"), password);
        expect(await readFile(path("k.pub"), "utf8")).toContain(theirs.publicKey);
        await writeFile(path("b.minisig"), sign(content, theirs.secretKey, "ours"));
        const proven = minisign(["-Vm", path("index.json"), "-x", path("b.minisig"), "-p", path("k.pub")]);
        expect(proven.stdout).toContain("Trusted comment: ours");
        expect(proven.status, proven.stderr).toBe(0);
      },
      60_000,
    );
  },
);
