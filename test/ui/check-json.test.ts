import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { EcflashError } from "../../src/core/errors.js";
import { checkDocument, type CheckOutcome } from "../../src/ui/check-json.js";
import { jsonText } from "../../src/ui/escape.js";
import { CONTRACTS, schemaFileText, shippedFile, shippedSchema } from "../schemas.js";
import { HOSTILE_JUDGEMENT, JUDGEMENTS, VERDICTS } from "./judgements.js";
import { tallyOf } from "./rendered.js";

/** With all that is in it counted. */
const documentOf = (outcome: Omit<CheckOutcome, "tally">) =>
  checkDocument({ ...outcome, tally: tallyOf(outcome.judgements, outcome.failures) });

/** What a script's author has: the shipped file, and nothing of the code. */
const shipped = await shippedSchema();

describe("the contract ecflash.check/1", () => {
  const anew = "`npx vitest run test/ui/check-json.test.ts -u` writes it anew";
  it.each(CONTRACTS)(`%s is shipped as the code has it; ${anew}`, async (contract) => {
    await expect(schemaFileText(contract)).toMatchFileSnapshot(fileURLToPath(shippedFile(contract)));
  });

  it.each(VERDICTS)("%s keeps to the shipped schema", (verdict) => {
    const document = documentOf({ judgements: [JUDGEMENTS[verdict]], failures: [], exit: 0 });
    expect(shipped.safeParse(JSON.parse(jsonText(document))).error).toBeUndefined();
    expect(document.modules[0]?.verdict).toBe(verdict);
    expect(document.summary).toEqual({ modules: 1, failures: 0, verdicts: { [verdict]: 1 } });
  });

  it("keeps to it with several modules and failures", () => {
    const error = new EcflashError("module-gone", { what: "AT+QGMR" });
    const document = documentOf({
      judgements: [JUDGEMENTS.match, JUDGEMENTS.match, JUDGEMENTS.suspect],
      failures: [{ source: "1-1.4", error }],
      exit: 6,
    });
    expect(shipped.safeParse(document).error).toBeUndefined();
    expect(document.summary).toEqual({ modules: 3, failures: 1, verdicts: { match: 2, suspect: 1 } });
    expect(document.failures).toEqual([
      { source: "1-1.4", code: "module-gone", says: "The module left the bus during AT+QGMR." },
    ]);
  });

  it("refuses what it does not name", () => {
    const document = documentOf({ judgements: [JUDGEMENTS.match], failures: [], exit: 0 });
    expect(shipped.safeParse({ ...document, more: 1 }).success).toBe(false);
    expect(shipped.safeParse({ ...document, schema: "ecflash.check/2" }).success).toBe(false);
    const [module] = document.modules;
    expect(shipped.safeParse({ ...document, modules: [{ ...module, verdict: "fine" }] }).success).toBe(false);
    expect(shipped.safeParse({ ...document, modules: [{ ...module, claimed: undefined }] }).success).toBe(
      false,
    );
  });

  it("says what is declared, claimed and shown in the field's words", () => {
    const document = documentOf({ judgements: [JUDGEMENTS.mismatch], failures: [], exit: 10 });
    expect(document.modules[0]).toMatchObject({
      source: "1-1.2",
      confidence: "certain",
      virtual: false,
      claimed: {
        revision: "EC25EFAR06A11M4G_01.001.01.001",
        subEdition: "01.001.01.001",
        hardwareCode: "EC25EFA",
        model: "EC25",
        variant: "EC25-E",
      },
      declared: { from: "label", text: "EC25AFA-512-STD", hardwareCode: "EC25AFA", variant: "EC25-A" },
      shown: { mode: "normal", cfun: 7, bandMask: { gw: "0x260", lte: "0x80a" }, imei: "***********0018" },
    });
    expect(document.modules[0]?.advice).toEqual([
      "Put the right firmware on: ecflash flash --label EC25AFA-512-STD",
    ]);
  });

  it("tells an empty IMEI from one that was not read", () => {
    const imeiOf = (verdict: "impaired" | "not-running") =>
      documentOf({ judgements: [JUDGEMENTS[verdict]], failures: [], exit: 0 }).modules[0]?.shown.imei;
    expect(imeiOf("impaired")).toBe("");
    expect(imeiOf("not-running")).toBeNull();
  });

  it("carries nothing of a module raw and no identity whole, and stays the same JSON", () => {
    const document = documentOf({ judgements: [HOSTILE_JUDGEMENT], failures: [], exit: 11 });
    const text = jsonText(document, 2);
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(text).not.toContain("000000000000018");
    expect(shipped.safeParse(JSON.parse(text)).error).toBeUndefined();
    const { modules } = JSON.parse(text) as typeof document;
    expect(modules[0]?.shown.operator).toBe("\u001b[2J\u009b31m\nAT+GSN ***********0018 \u202eevil");
  });
});
