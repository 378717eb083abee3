import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CheckDocument } from "../../src/ui/check-schema.js";
import { shippedSchema } from "../schemas.js";
import { PATIENT_MS, TestHost, THREAD_AFTER } from "./binary.js";

const host = new TestHost();
const schema = await shippedSchema();
const written = (name: string, text: string) => {
  const path = join(host.directory, name);
  writeFileSync(path, text);
  return path;
};
const FIRST = "000000000000018";

describe.concurrent("check --inventory", { timeout: PATIENT_MS }, () => {
  it("says in JSON and in text what was matched, by which columns, with no IMEI whole", async () => {
    const path = written(
      "fleet.csv",
      `IMEI,Ordering code\n${FIRST},EC25AFA-512-STD\n000000000000034,EC25AFA-512-STD\n`,
    );
    const args = ["check", "--sim", "two-modules:inventory", "--inventory", path];
    const json = await host.run([...args, "--format", "json"]);
    const document = JSON.parse(json.stdout) as CheckDocument;
    expect(schema.safeParse(document).error).toBeUndefined();
    expect(json.exit).toBe(10);
    expect(document.inventory).toEqual({
      columns: { imei: "IMEI", label: "Ordering code" },
      rows: 2,
      matched: 1,
      missing: 1,
      unlisted: 1,
      missingRows: [{ where: "line 3", module: "IMEI ***********0034", declared: "EC25AFA-512-STD" }],
      unlistedSources: ["1-1.3"],
    });
    const text = await host.run(args);
    expect(text.stdout).toContain("2 rows, 1 matched, 1 missing; 1 records unlisted");
    expect(text.stdout).toContain('read as imei from "IMEI", label from "Ordering code"');
    expect(text.stdout).toContain("missing: line 3, IMEI ***********0034, declared EC25AFA-512-STD");
    expect(text.stdout).toContain("unlisted: 1-1.3");
    expect(json.stdout + text.stdout).not.toMatch(/\d{14}/);
  });

  it.each([
    [
      "twice",
      `IMEI,Label\n${FIRST},EC25-A\n${FIRST},EC25-E\n`,
      /line 2 and line 3 are one module: IMEI \*+0018, declared EC25-A and EC25-E/,
    ],
    ["spoilt", "IMEI,Label\n8.6E+14,EC25-A\n", /line 2: "8\.6E\+14" is no IMEI/],
    ["nameless", "a,b\n1,2\n", /no column says which module .*--columns imei=NAME,label=NAME/],
  ])("%s exits 2 with the lines", async (name, text, says) => {
    const args = ["check", "--from", THREAD_AFTER, "--inventory", written(`${name}.csv`, text)];
    const { exit, stderr, stdout } = await host.run(args);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
    expect(stderr).toMatch(says);
    expect(stderr).toContain("[inventory-invalid]");
  });

  it.each([
    [["--columns", "colour=red"], /fields: imei, serial/],
    [["--columns", "imei=A"], /--columns names the columns of an --inventory/],
    [["--max-age", "7"], /a number with a unit/],
  ])("%j exits 2", async (args, says) => {
    const { exit, stderr } = await host.run(["check", "--from", THREAD_AFTER, ...args]);
    expect(exit).toBe(2);
    expect(stderr).toMatch(says);
  });
});
