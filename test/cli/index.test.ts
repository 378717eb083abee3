import { spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packTree } from "../../src/package/pack.js";
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
      await done("edge", index, "--from", "EC25EFA:01.x", "--to", EC25A, "--evidence", "lab:3");
      expect(await done("diff", before, index)).toMatch(
        `release added: ${EC25A}\ncrossing allowed: EC25EFA:01.x to ${EC25A}`,
      );
      expect(await done("diff", before, index, "--format", "json")).toMatch('"ecflash.index-diff/1"');
      expect(await host.run(["index", "verify", index, "--key", key])).toMatchObject({ exit: 5 });
      await done("sign", index, "--secret-key", at("a.key"));
      expect(await done("verify", index, "--key", key, "--archives")).toMatch("1 releases, 1 crossings");

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
    "locks a key by default, and asks for a password only on a terminal",
    async () => {
      await mkdir(at("b"), { recursive: true });
      await writeFile(at("b/password"), "correct horse\n");
      await writeFile(at("b/wrong"), "battery staple\n");
      expect(await host.run(["index", "keygen", "--out", at("b/k")])).toMatchObject(REFUSED);
      await done("keygen", "--out", at("b/k"), "--password-file", at("b/password"));
      const [, key = ""] = (await readFile(at("b/k.pub"), "utf8")).split("\n");
      await done("init", at("b/i.json"), "--name", "lab2", "--key", key);
      const sign = ["index", "sign", at("b/i.json"), "--secret-key", at("b/k.key"), "--password-file"];
      const wrong = await host.run([...sign, at("b/wrong")]);
      expect(wrong.exit).toBe(2);
      expect(wrong.stderr).toMatch("the password is wrong");
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
