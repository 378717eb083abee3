import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { EC25_EFA_LAYOUT } from "../../src/sim/vendor/maps.js";
import { makeVendorTree } from "../../src/sim/vendor/tree.js";
import { PATIENT_MS } from "../cli/binary.js";
import { Page } from "./page.js";

const REVISION = "EC25AFAR05A07M4G_30.005.30.005";
const page = new Page("packages.md");
const { commands } = page;
const run = (line: string) => page.run(line);
const at = (name: string) => page.at(name);

// The vendor's archive, packed by a program that is not ecflash.
for (const [path, bytes] of makeVendorTree({ revision: REVISION, ...EC25_EFA_LAYOUT, seed: 5 })) {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), bytes);
}
run(`python3 -m zipfile -c ${REVISION}.zip ${REVISION}`);

describe("docs/packages.md", { timeout: PATIENT_MS }, () => {
  it("has commands, all of them with their exit", () => {
    expect(commands).toHaveLength(page.commandLines);
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
