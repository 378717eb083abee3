import { createRequire } from "node:module";
import Ajv from "ajv";
import { describe, expect, it } from "vitest";
import { EcflashError } from "../../../src/core/errors.js";
import { JUDGEMENTS, VERDICTS } from "../judgements.js";
import { rendered, type Told } from "../rendered.js";
import { EVERYTHING } from "./told.js";

const require = createRequire(import.meta.url);
/** The official schema, as @microsoft/jest-sarif carries it. */
const schema = require("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json") as object;
const ajv = new Ajv({ schemaId: "id", meta: false, unknownFormats: "ignore", logger: false });
ajv.addMetaSchema(require("ajv/lib/refs/json-schema-draft-04.json") as object);
const valid = ajv.compile(schema);

interface Log {
  readonly runs: readonly [
    {
      readonly results: readonly { ruleId: string; ruleIndex: number; level: string; locations: unknown }[];
      readonly invocations: readonly [
        { toolExecutionNotifications: unknown[]; executionSuccessful: boolean },
      ];
      readonly tool: { readonly driver: { readonly rules: readonly { id: string }[] } };
    },
  ];
}

const logOf = async (told: Told) => JSON.parse(await rendered("sarif", told)) as Log;

describe("check as SARIF", () => {
  it("keeps to the official schema, empty and full", async () => {
    for (const told of [EVERYTHING, {}]) {
      valid(await logOf(told));
      expect(valid.errors).toBeNull();
    }
    expect(valid({ ...(await logOf(EVERYTHING)), version: "2.0.0" })).toBe(false);
  });

  it("has a result for each module that is no match, with the level of its exit", async () => {
    const [run] = (await logOf({ judgements: VERDICTS.map((verdict) => JUDGEMENTS[verdict]) })).runs;
    expect(Object.fromEntries(run.results.map(({ ruleId, level }) => [ruleId, level]))).toEqual({
      "not-running": "warning",
      mismatch: "error",
      unsupported: "note",
      unknown: "warning",
      custom: "warning",
      disputed: "warning",
      impaired: "error",
      outdated: "error",
      suspect: "warning",
    });
    for (const { ruleId, ruleIndex } of run.results)
      expect(run.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
  });

  it("points into captured files and names ports", async () => {
    const { mismatch } = JUDGEMENTS;
    const at = (source: string) => ({ ...mismatch, reading: { ...mismatch.reading, source } });
    const sources = ["logs/unit 7?#.txt:12", "/var/log/unit.txt:3", "1-1.2"];
    const [run] = (await logOf({ judgements: sources.map(at) })).runs;
    const place = (uri: string, startLine: number) => [
      { physicalLocation: { artifactLocation: { uri }, region: { startLine } } },
    ];
    expect(run.results.map(({ locations }) => locations)).toEqual([
      place("logs/unit%207%3F%23.txt", 12),
      place("file:///var/log/unit.txt", 3),
      [{ logicalLocations: [{ name: "1-1.2", kind: "module" }] }],
    ]);
  });

  it("tells what could not be read, and whether ecflash ran as it should", async () => {
    const failures = [{ source: "usb", error: new EcflashError("no-module", { looked: "on the USB bus" }) }];
    const [run] = (await logOf({ failures, exit: 3 })).runs;
    expect(run.invocations[0]).toMatchObject({
      executionSuccessful: false,
      toolExecutionNotifications: [{ descriptor: { id: "no-module" }, level: "error" }],
    });
    const [found] = (await logOf({ judgements: [JUDGEMENTS.mismatch], exit: 10 })).runs;
    expect(found.invocations[0].executionSuccessful).toBe(true);
  });
});
