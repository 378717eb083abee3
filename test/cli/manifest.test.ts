import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PATIENT_MS, REPOSITORY, TestHost } from "./binary.js";

const host = new TestHost();
const known = { standing: "site", source: "our own lab" };

function file(name: string, content: object): string {
  const path = join(host.directory, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

describe.concurrent("manifest show", { timeout: PATIENT_MS }, () => {
  it("without a name counts the lists", async () => {
    const { exit, stdout } = await host.run(["manifest", "show"]);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^variants +\d+ rows, \d+ guess$/m);
  });

  it("tells a whole list, a row a line with how it is known", async () => {
    const { stdout } = await host.run(["manifest", "show", "hardware-codes"]);
    expect(stdout).toMatch(/^EC25AFA +seen +PandaBox/m);
    expect(stdout).toMatch(/^EC25AUTFA +guess /m);
  });

  it.each([
    ["ec25afa-512-std", ["variants: EC25-A", "hardware-codes: EC25AFA", "known-revisions: EC25AFAR05A07M4G"]],
    ["EC25-AF", ["variants: EC25-AF", "hardware-codes: EC25AFFA", "hardware-codes: EC25AFFD"]],
    ["EC21", ["models: EC21", "2c7c:0121"]],
    ["EC25EFA", ["pageBytes: 4096", "forbidden-crossings: "]],
    ["EG25GGBR07A08M2G_30.203.30.203", ["buildLine: 30.x", "floors: EG25GGB once"]],
    ["EC25AFZAR05A07M4G", ["recorded: false"]],
  ])("%s", async (what, says) => {
    const { exit, stdout } = await host.run(["manifest", "show", what]);
    expect(exit).toBe(0);
    for (const one of says) expect(stdout).toContain(one);
    expect(stdout).not.toMatch(/undefined|\[object/);
  });

  it("is JSON when asked, rows as they stand in the files", async () => {
    const { stdout } = await host.run(["manifest", "show", "EC25-A", "--format", "json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: "ecflash.manifest/1",
      lists: {
        variants: [{ name: "EC25-A", lteBands: [2, 4, 12] }],
        "hardware-codes": [{ code: "EC25AFA" }],
      },
    });
  });

  it("exits 2 for a name that is nowhere", async () => {
    const { exit, stdout, stderr } = await host.run(["manifest", "show", "EC25AFAX"]);
    expect([exit, stdout]).toEqual([2, ""]);
    expect(stderr).toContain('Nothing in the manifests is called "EC25AFAX"');
  });
});

describe.concurrent("rows of a site", { timeout: PATIENT_MS }, () => {
  const rows = {
    variants: [{ name: "EC25-Q", model: "EC25", region: "here", lteBands: [1], factoryMask: null, ...known }],
    hardwareCodes: [
      { code: "EC25QFA", model: "EC25", variant: "EC25-Q", memory: "FA", flash: ["M4G"], ...known },
    ],
  };

  it("that the configuration names are known to check and show", async () => {
    const config = file("with-site.json", { manifests: [file("rows.json", rows)] });
    const shown = await host.run(["manifest", "show", "EC25-Q", "--config", config]);
    expect(shown.stdout).toContain("standing: site");
    const text = join(host.directory, "q.txt");
    writeFileSync(text, "AT+QGMR\nEC25QFAR01A01M4G\nOK\n");
    const args = ["check", "--from", text, "--label", "EC25QFA-512-STD"];
    expect((await host.run(args)).exit).toBe(2);
    expect((await host.run([...args, "--config", config])).exit).toBe(0);
    expect((await host.run(args, { env: { ECFLASH_CONFIG: config } })).exit).toBe(0);
  });

  it("that would change a shipped one are refused by every command", async () => {
    const [code] = rows.hardwareCodes;
    const bad = file("bad-rows.json", { hardwareCodes: [{ ...code, code: "EC25AFA", variant: "EC25-A" }] });
    const config = file("with-bad-site.json", { manifests: [bad] });
    for (const args of [["list"], ["check", "--from", "-"], ["manifest", "show"]]) {
      const { exit, stderr } = await host.run([...args, "--config", config]);
      expect(exit).toBe(2);
      expect(stderr).toContain("EC25AFA of the shipped rows, which a site may not change, stands twice");
    }
  });
});

describe.concurrent("manifest lint", { timeout: PATIENT_MS }, () => {
  it("exits 0 for what is shipped", async () => {
    const { exit, stdout } = await host.run(["manifest", "lint"]);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/\d+ rows, 0 faults, \d+ notes\n$/);
  });

  it("exits 2 and names place and reason of every fault, also in JSON", async () => {
    const bad = file("lint.json", {
      clones: [
        { prefix: "EC25", ...known },
        { prefix: "XQ77", ...known, standing: "seen" },
      ],
    });
    const { exit, stdout } = await host.run(["manifest", "lint", bad]);
    expect(exit).toBe(2);
    expect(stdout).toContain(`${bad}: fault: clones[0].prefix: EC25 is how EC25 begins`);
    const json = await host.run(["manifest", "lint", bad, "--format", "json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      schema: "ecflash.manifest-lint/1",
      faults: [
        { path: bad, at: "clones[1].standing" },
        { path: bad, at: "clones[0].prefix" },
      ],
      exit: 2,
    });
  });

  it("exits 2 for a folder without a file of JSON", async () => {
    const folder = join(host.directory, "empty");
    mkdirSync(folder);
    const { exit, stdout, stderr } = await host.run(["manifest", "lint", folder]);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
    expect(stderr).toMatch(/has no file that ends in \.json.* \[manifest-invalid\]/);
  });

  it("exits 2 for a file that is not there", async () => {
    const { exit, stderr } = await host.run(["manifest", "lint", join(host.directory, "absent.json")]);
    expect(exit).toBe(2);
    expect(stderr).toContain("[manifest-invalid]");
  });
});

describe.concurrent("manifest schema", { timeout: PATIENT_MS }, () => {
  it.each(["variants", "policy", "config", "site", "ecflash.check-1", "ecflash.error-1"])(
    "%s is the shipped file",
    async (name) => {
      const { exit, stdout } = await host.run(["manifest", "schema", name]);
      expect(exit).toBe(0);
      expect(stdout).toBe(readFileSync(join(REPOSITORY, "manifests/schema", `${name}.schema.json`), "utf8"));
    },
  );

  it("exits 2 for another name, and names those that are known", async () => {
    const { exit, stderr } = await host.run(["manifest", "schema", "../variants"]);
    expect(exit).toBe(2);
    expect(stderr).toMatch(/Known: .*policy.*variants/);
  });
});
