import { spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Contract, shippedSchema } from "../schemas.js";
import { packTree } from "../../src/package/archive/pack.js";
import { EC25A, smallTree } from "../package/world.js";
import { LABEL, PATIENT_MS, TestHost } from "./binary.js";

const host = new TestHost();
const at = (name: string) => join(host.directory, name);
const REFUSED = { exit: 2 };

async function done(...args: string[]): Promise<string> {
  const { exit, stdout, stderr } = await host.run(["index", ...args]);
  expect(exit, stderr).toBe(0);
  return stdout;
}

describe("the owner of an index, through the binary", () => {
  it(
    "makes keys, offers a package, signs it, and a client fetches it",
    async () => {
      await writeFile(at("password"), "correct horse\n");
      await done("keygen", "--out", at("a"), "--no-password");
      expect((await stat(at("a.key"))).mode & 0o777).toBe(0o600);
      expect(await host.run(["index", "keygen", "--out", at("a"), "--no-password"])).toMatchObject({
        exit: 6,
      });
      const [, key = ""] = (await readFile(at("a.pub"), "utf8")).split("\n");
      const index = at("ecflash-index.json");
      await done("init", index, "--name", "lab", "--key", key);
      expect(await host.run(["index", "init", index, "--name", "lab", "--key", key])).toMatchObject({
        exit: 6,
      });
      const before = at("before.json");
      await writeFile(before, await readFile(index));

      await writeFile(at(`${EC25A}.tar.gz`), await packTree(smallTree()));
      const archive = at(`${EC25A}.tar.gz`);
      await done("add", index, archive, "--recommended", "--evidence", "lab:3", "bench:9:virtual");
      expect(await host.run(["index", "add", index, archive])).toMatchObject(REFUSED);
      const folder = await host.run(["index", "add", index, host.directory]);
      expect(folder).toMatchObject({ ...REFUSED, stderr: expect.stringMatching("is no archive") as string });
      const way = ["edge", index, "--from", "EC25EFA:01.x", "--to", EC25A];
      expect(await host.run(["index", ...way])).toMatchObject(REFUSED);
      expect(await host.run(["index", ...way, "--remove", "--evidence", "lab:3"])).toMatchObject(REFUSED);
      await done(...way, "--evidence", "lab:3");
      expect(await done("diff", before, index)).toMatch(
        `release added: ${EC25A}\ncrossing allowed: EC25EFA:01.x to ${EC25A}`,
      );
      expect(await done("diff", before, index, "--format", "json")).toMatch('"ecflash.index-diff/1"');
      expect(await host.run(["index", "verify", index, "--key", key])).toMatchObject({ exit: 5 });
      await done("sign", index, "--secret-key", at("a.key"));
      expect(await done("verify", index, "--key", key, "--archives")).toMatch("1 release, 1 crossing.");

      const fetch = ["fetch", "--label", LABEL, "--index", index, "--key", key];
      const fetched = await host.run(fetch);
      expect(fetched.exit, fetched.stdout + fetched.stderr).toBe(0);
      await done("retract", index, EC25A, "--reason", "CFUN 7 on some units");
      await done("sign", index, "--secret-key", at("a.key"));
      const taken = await host.run([...fetch, "--release", EC25A]);
      expect(taken.exit).toBe(5);
      expect(taken.stdout + taken.stderr).toMatch("release-retracted");
      await done("forget", "lab");
      expect(await host.run(["index", "forget", "nobody"])).toMatchObject(REFUSED);

      const signature = (await readdir(host.directory)).find((name) => name.endsWith(".minisig")) ?? "";
      const proven = spawnSync("minisign", ["-Vm", index, "-x", at(signature), "-P", key], {
        encoding: "utf8",
      });
      if (proven.error === undefined) expect(proven.stdout).toMatch("Trusted comment: lab version 4");
      else expect(process.env["ECFLASH_REQUIRE_TOOLS"]).not.toBe("1");
    },
    PATIENT_MS,
  );

  it(
    "edits, signs and verifies for scripts: documents as their schemas say, failures too",
    async () => {
      const documents = async (contract: Contract, ...args: string[]) => {
        const json = JSON.parse(await done(...args, "--format", "json")) as Record<string, unknown>;
        expect((await shippedSchema(contract)).safeParse(json).error).toBeUndefined();
        return json;
      };
      const edit = async (...args: string[]) => documents("ecflash.index-edit-1", ...args);
      for (const name of ["old", "new"]) await done("keygen", "--out", at(`s-${name}`), "--no-password");
      const keyOf = async (name: string) => readFile(at(`s-${name}.pub`), "utf8");
      const [oldKey, newKey] = [await keyOf("old"), await keyOf("new")];
      await mkdir(at("s"), { recursive: true });
      const [index, archive] = [at("s/i.json"), at(`s/${EC25A}.tar.gz`)];
      await writeFile(archive, await packTree(smallTree()));
      await edit("init", index, "--name", "scripts", "--key", oldKey);
      expect(await edit("add", index, archive)).toMatchObject({
        edit: { what: "release-added", revision: EC25A },
      });
      expect(await edit("recommend", index, EC25A)).toMatchObject({
        edit: { what: "recommended", instead: [] },
      });
      const replaced = ["--replace", "--block", "qdl:no", "--option", "STD"];
      expect(await edit("add", index, archive, ...replaced)).toMatchObject({
        edit: { what: "release-replaced" },
      });
      const ends = ["--from", "EC25EFA:01.x", "--to", EC25A];
      await edit("edge", index, ...ends, "--evidence", "lab:1");
      await edit("edge", index, ...ends, "--evidence", "lab:2", "--replace");
      await edit("edge", index, ...ends, "--remove");
      expect(await edit("renew", index, "--expires", "30d")).toMatchObject({ version: 8 });
      const keys = ["keys", index, "--key", oldKey, "--key", newKey, "--threshold", "2"];
      expect(await edit(...keys)).toMatchObject({
        edit: { what: "keys-changed", before: { threshold: 1 }, after: { threshold: 2 } },
      });
      const sign = async (name: string) =>
        documents("ecflash.index-sign-1", "sign", index, "--secret-key", at(`s-${name}.key`));
      expect(await sign("old")).toMatchObject({
        isListed: true,
        threshold: 2,
        missing: [expect.any(String)],
      });
      const one = await host.run(["index", "verify", index, "--key", oldKey, "--format", "json"]);
      expect(one.exit).toBe(5);
      const failure: unknown = JSON.parse(one.stdout);
      expect((await shippedSchema("ecflash.error-1")).safeParse(failure).error).toBeUndefined();
      expect(await sign("new")).toMatchObject({ missing: [] });
      const both = ["verify", index, "--key", oldKey, "--key", newKey, "--threshold", "2", "--archives"];
      expect(await documents("ecflash.index-verify-1", ...both)).toMatchObject({ exit: 0, releases: 1 });

      const variables = { ECFLASH_INDEX_KEY: `${oldKey},${newKey}`, ECFLASH_THRESHOLD: "2" };
      const fetch = ["fetch", "--label", LABEL, "--index", index];
      const fetched = await host.run(fetch, { env: variables });
      expect(fetched.exit, fetched.stdout + fetched.stderr).toBe(0);
      expect(await host.run(["fetch", "--label", LABEL, "--key", oldKey])).toMatchObject(REFUSED);
      await writeFile(archive, "other");
      expect(await host.run(["index", ...both])).toMatchObject({ exit: 5 });
      await writeFile(
        at("config.json"),
        JSON.stringify({ index: { url: "/nowhere", publicKeys: [oldKey, newKey] } }),
      );
      const copy = await host.run([...fetch, "--config", at("config.json")]);
      expect(copy.exit, copy.stdout + copy.stderr).toBe(0);
    },
    PATIENT_MS,
  );

  it("asks for a new password twice, and takes none that differ, are empty, or were not typed", async () => {
    const typed = async (...words: string[]) => {
      const terminal = host.onTerminal(["index", "keygen", "--out", at("typed")]);
      const questions = [/Password of the new key: /, /The same again: /];
      for (const [turn, word] of words.entries()) {
        await terminal.shows(questions[turn] ?? /$/);
        terminal.press(word);
      }
      return { exit: await terminal.ended, text: terminal.text };
    };
    expect(await typed("correct horse\r", "battery staple\r")).toMatchObject({
      exit: 2,
      text: expect.stringMatching("not the same") as string,
    });
    expect(await typed("\r")).toMatchObject({ exit: 2, text: expect.stringMatching("is none") as string });
    expect(await typed("\u0004")).toMatchObject({
      exit: 2,
      text: expect.stringMatching("No password") as string,
    });
    expect(await typed("\u0003")).toMatchObject({ exit: 130 });
    expect((await readdir(host.directory)).filter((name) => name.startsWith("typed"))).toEqual([]);
  });

  it(
    "locks a key by default with what is typed, which nothing shows",
    async () => {
      await mkdir(at("b"), { recursive: true });
      await writeFile(at("b/password"), "correct horse\n");
      expect(await host.run(["index", "keygen", "--out", at("b/k")])).toMatchObject(REFUSED);
      const terminal = host.onTerminal(["index", "keygen", "--out", at("b/k")]);
      await terminal.shows(/Password of the new key: /);
      terminal.press("correct horse\r");
      await terminal.shows(/The same again: /);
      terminal.press("correct horse\r");
      expect(await terminal.ended).toBe(0);
      expect(terminal.text).not.toMatch(/correct|horse/);
      const [, key = ""] = (await readFile(at("b/k.pub"), "utf8")).split("\n");
      await done("init", at("b/i.json"), "--name", "lab2", "--key", key);
      const sign = ["index", "sign", at("b/i.json"), "--secret-key", at("b/k.key"), "--password-file"];
      expect(await host.run([...sign, at("b/password")])).toMatchObject({ exit: 0 });
      expect(await done("verify", at("b/i.json"), "--key", key)).toMatch("Index lab2, version 1");
    },
    PATIENT_MS,
  );

  it("refuses an index that clients would not take whole", async () => {
    const broken = {
      ...JSON.parse(await readFile(at("before.json"), "utf8")),
      releases: [{ revision: "X" }],
    } as object;
    await writeFile(at("broken.json"), JSON.stringify(broken));
    const { exit, stderr } = await host.run([
      "index",
      "sign",
      at("broken.json"),
      "--secret-key",
      at("a.key"),
    ]);
    expect(exit).toBe(5);
    expect(stderr).toMatch("clients would leave out: release X");
  });
});
