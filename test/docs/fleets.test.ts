import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { PATIENT_MS } from "../cli/binary.js";
import { Page } from "./page.js";

const page = new Page("fleets.md");
const { commands } = page;
const run = (line: string) => page.run(line);

// Each example file stands in the block below the line that names it.
for (const [, name = "", text = ""] of page.text.matchAll(
  /`(\S+\.(?:csv|ndjson|json))`:\n\n```\w+\n(.*?)^```$/gms,
))
  writeFileSync(page.at(name), text);

describe("docs/fleets.md", { timeout: PATIENT_MS }, () => {
  it("has commands, all of them with their exit", () => {
    expect(commands).toHaveLength(page.commandLines);
    expect(commands.length).toBeGreaterThanOrEqual(5);
  });

  it.each(commands)("$line exits $exit", ({ line, exit }) => {
    const { status, stderr } = run(line);
    expect({ status, stderr }).toEqual({ status: exit, stderr: "" });
  });

  it("says of each host what the command says", () => {
    const [first, , , policy] = commands;
    const told = run(first?.line ?? "").stdout;
    expect(told).toMatch(/^records\.ndjson:1 {2}match /m);
    expect(told).toMatch(/^records\.ndjson:2 {2}mismatch /m);
    expect(told).toContain("missing: line 4");
    expect(run(policy?.line ?? "").stdout).toMatch(/^records\.ndjson:1 {2}outdated /m);
  });

  it("exits 11 and 12 where that is all there is", () => {
    const only = (host: string) => `grep ${host} records.ndjson | ecflash check --from - --inventory`;
    expect(run(`${only("gw-1")} fleet.csv`).status).toBe(11);
    expect(run(`head -2 fleet.csv > one.csv; ${only("gw-1")} one.csv --policy policy.json`).status).toBe(12);
  });
});
