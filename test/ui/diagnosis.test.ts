import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { diagnose } from "../../src/core/diagnosis/diagnose.js";
import { EcflashError } from "../../src/core/errors.js";
import { FINDING_CODES } from "../../src/core/diagnosis/finding.js";
import { diagnosisDocument } from "../../src/ui/diagnosis-json.js";
import { diagnosisMarkdown } from "../../src/ui/diagnosis-markdown.js";
import { diagnosisText } from "../../src/ui/diagnosis-text.js";
import { jsonText } from "../../src/ui/escape.js";
import { caseOf, SAMPLES } from "../core/diagnosis/cases.js";
import { schemaFileText, shippedFile, shippedSchema } from "../schemas.js";

const HEAD = { made: new Date("2026-03-10T12:00:00Z"), by: "ecflash 0.0.0" };
const shipped = await shippedSchema("ecflash.diagnosis-1");
const outcome = (change: Parameters<typeof caseOf>[0], lines: readonly string[] = ["OK"]) => ({
  diagnoses: [{ ...diagnose(caseOf(change)), answers: [{ command: "AT+CSQ", lines }] }],
  exit: 11 as const,
});
const all = (change: Parameters<typeof caseOf>[0], lines?: readonly string[]) => {
  const document = diagnosisDocument(outcome(change, lines), HEAD);
  return {
    text: diagnosisText(outcome(change, lines), { isTTY: false }),
    markdown: diagnosisMarkdown(document),
    json: jsonText(document, 2),
  };
};

describe("the contract ecflash.diagnosis/1", () => {
  it("is shipped as the code has it; `npx vitest run test/ui/diagnosis.test.ts -u` writes it anew", async () => {
    await expect(schemaFileText("ecflash.diagnosis-1")).toMatchFileSnapshot(
      fileURLToPath(shippedFile("ecflash.diagnosis-1")),
    );
  });

  it.each(FINDING_CODES)("%s is rendered in all three, and keeps to the shipped schema", (code) => {
    const { text, markdown, json } = all(SAMPLES[code].trips);
    expect(shipped.safeParse(JSON.parse(json)).error).toBeUndefined();
    expect(json).toContain(`"${code}"`);
    expect(markdown).toContain(`\`${code}\``);
    const finding = diagnose(caseOf(SAMPLES[code].trips)).findings.find((one) => one.code === code);
    expect(text).toContain(finding?.says);
  });
});

it("what could not be judged is listed in all three, escaped and masked", () => {
  const source = "\u001b[2J<b>000000000000018";
  const failures = [{ source, error: new EcflashError("input-empty", { path: source }) }];
  const failed = { ...outcome({}), failures };
  const document = diagnosisDocument(failed, HEAD);
  const json = jsonText(document, 2);
  expect(shipped.safeParse(JSON.parse(json)).error).toBeUndefined();
  for (const rendering of [diagnosisText(failed, { isTTY: false }), diagnosisMarkdown(document), json]) {
    expect(rendering).toContain("holds no answer of a module");
    expect(rendering).not.toMatch(/\u001b|000000000000018/);
  }
  expect(diagnosisMarkdown(document)).not.toContain("<b>");
});

describe("what comes from a module", () => {
  const evil = "\u001b[2J</pre><script>x</script> [a](http://b) | `c` 000000000000018";

  it("is only text, and no identity is whole", () => {
    const { text, markdown, json } = all({ reading: { operator: evil, sim: evil } }, [
      evil,
      "```",
      "# no heading",
    ]);
    for (const rendering of [text, markdown, json]) {
      expect(rendering).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]|000000000000018/);
    }
    const outside = markdown.split("\n").filter((line) => !line.startsWith("    "));
    expect(outside.join("\n")).not.toMatch(/(?<!\\)<|(?<!\\)\]\(|^```/m);
    expect(markdown).toContain("\n    ```\n    # no heading\n");
  });
});
