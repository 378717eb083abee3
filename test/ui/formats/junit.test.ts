import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { haveTool } from "../../hardware/tools.js";
import { JUDGEMENTS, VERDICTS } from "../judgements.js";
import { rendered } from "../rendered.js";
import { parseXml } from "./parsers.js";
import { EVERYTHING } from "./told.js";

const XSD = fileURLToPath(new URL("../../../fixtures/schemas/junit.xsd", import.meta.url));
const xmllint = (text: string) =>
  spawnSync("xmllint", ["--noout", "--schema", XSD, "-"], { input: text, encoding: "utf8" });

describe("check as JUnit", () => {
  it("has one test case a module, with the element of its exit", async () => {
    const judgements = VERDICTS.map((verdict) => JUDGEMENTS[verdict]);
    const suite = parseXml(await rendered("junit", { judgements })).children[0];
    const results = suite?.children.map(({ children }) => children[0]?.name);
    expect(Object.fromEntries(VERDICTS.map((verdict, index) => [verdict, results?.[index]]))).toEqual({
      "not-running": "error",
      mismatch: "failure",
      unsupported: "skipped",
      unknown: "error",
      custom: "error",
      disputed: "error",
      impaired: "failure",
      outdated: "failure",
      match: "system-out",
      suspect: "error",
    });
    expect(suite?.attributes).toMatchObject({
      tests: "10",
      failures: "3",
      errors: "5",
      skipped: "1",
      timestamp: "2025-06-01T12:00:00",
    });
  });

  it("counts what could not be read as errors, with what to try", async () => {
    const suite = parseXml(await rendered("junit", EVERYTHING)).children[0];
    const failed = suite?.children.at(-2);
    expect(failed?.attributes).toMatchObject({ classname: "ecflash.check", name: "1-1.4" });
    expect(failed?.children[0]).toMatchObject({ name: "error", attributes: { type: "module-gone" } });
    expect(failed?.children[0]?.text).toContain("The module left the bus during AT+QGMR. [module-gone]");
  });

  it.runIf(haveTool("xmllint", "libxml2-utils"))("keeps to the schema, empty and full", async () => {
    for (const told of [EVERYTHING, {}]) {
      const { status, stderr } = xmllint(await rendered("junit", told));
      expect({ status, stderr }).toEqual({ status: 0, stderr: "- validates\n" });
    }
    const spoiled = (await rendered("junit", EVERYTHING)).replace('tests="', 'test="');
    expect(xmllint(spoiled).status).not.toBe(0);
  });
});
