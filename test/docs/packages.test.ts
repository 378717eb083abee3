import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { EC25_EFA_LAYOUT } from "../../src/sim/vendor/maps.js";
import { makeVendorTree } from "../../src/sim/vendor/tree.js";
import { BINARY, PATIENT_MS, REPOSITORY, TestHost } from "../cli/binary.js";

const REVISION = "EC25AFAR05A07M4G_30.005.30.005";
const page = readFileSync(join(REPOSITORY, "docs/packages.md"), "utf8");
const host = new TestHost();
const at = (name: string) => join(host.directory, name);

writeFileSync(at("ecflash"), `#!/bin/sh\nexec '${process.execPath}' '${BINARY}' "$@"\n`);
chmodSync(at("ecflash"), 0o755);
// The vendor's archive as Debian's zip packs it; python3's where there is no zip.
for (const [path, bytes] of makeVendorTree({ revision: REVISION, ...EC25_EFA_LAYOUT, seed: 5 })) {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), bytes);
}
run(`python3 -m zipfile -c ${REVISION}.zip ${REVISION}`);

const commands = [...page.matchAll(/^(ecflash .*?) +# exits (\d+)$/gm)].map(([, line = "", exit = ""]) => ({
  line,
  exit: Number(exit),
}));

function run(line: string) {
  const env = { ...host.environment, PATH: `${host.directory}:${host.environment["PATH"] ?? ""}` };
  return spawnSync("sh", ["-c", line], { cwd: host.directory, env, encoding: "utf8" });
}

describe("docs/packages.md", { timeout: PATIENT_MS }, () => {
  it("has commands, all of them with their exit", () => {
    expect(commands).toHaveLength([...page.matchAll(/^ecflash /gm)].length);
    expect(commands.length).toBeGreaterThanOrEqual(10);
  });

  // One after the other: each goes on with what those before it left.
  it.each(commands)("$line exits $exit", ({ line, exit }) => {
    const { status, stdout, stderr } = run(line);
    expect(status, `${stdout}${stderr}`).toBe(exit);
  });

  it("leaves what it says", () => {
    const left = ["nand.svg", "owner.pub", `${REVISION}.json`, `${REVISION}.tar`];
    for (const name of left) expect(existsSync(at(`site/${name}`)), name).toBe(true);
  });

  it("is the same package on a second import, and from the folder", () => {
    const id = (source: string, into: string) => {
      expect(run(`ecflash package import ${source} --into ${into}`).status).toBe(0);
      return run(`sha256sum < ${into}/${REVISION}.tar`).stdout;
    };
    const first = run(`sha256sum < site/${REVISION}.tar`).stdout;
    expect(first).toMatch(/^[0-9a-f]{64} /);
    expect(id(`${REVISION}.zip`, "again")).toBe(first);
    expect(id(REVISION, "from-folder")).toBe(first);
  });
});
