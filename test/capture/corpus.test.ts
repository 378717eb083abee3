import { readdir } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { type Declaration, readDeclarations } from "../../src/core/declaration.js";
import { isEcflashError } from "../../src/core/errors.js";
import type { Judgement } from "../../src/core/verdict.js";
import { checkTexts } from "../../src/flow/check-texts.js";
import { textInputs } from "../../src/flow/text-inputs.js";
import { loadFacts, loadUsbModes } from "../../src/manifest/load.js";
import { corpusPath, type CorpusRow, corpusRows } from "./corpus.js";

const [facts, modes] = await Promise.all([loadFacts(), loadUsbModes()]);
const rows = await corpusRows();

async function* noStdin() {}

async function judged(file: string, declarations: readonly Declaration[]): Promise<Judgement[]> {
  const inputs = await textInputs([corpusPath(file)], noStdin());
  const judgements: Judgement[] = [];
  try {
    for await (const batch of checkTexts(inputs, { facts, modes }, { declarations })) {
      for (const item of batch) {
        if (item.kind === "failure") throw item.error;
        judgements.push(item.judgement);
      }
    }
  } catch (error) {
    if (!isEcflashError(error, "input-empty")) throw error;
  }
  return judgements;
}

/** `EC25-A` is a variant, `EC20CEFA` the code of a label. */
function declare(hardware: string): Declaration[] {
  return readDeclarations(facts.variants.has(hardware) ? { variant: hardware } : { label: hardware }, facts);
}

function said(judgements: readonly Judgement[], wanted: string): string {
  if (wanted === "no-claim")
    return judgements.every(({ claimed }) => claimed === null) ? "no-claim" : "a revision is claimed";
  return judgements.map(({ verdict }) => verdict).join("+");
}

/** Whether an EC25 or EG25 is claimed; the families of the corpus name what is there. */
function claimsOurs(judgements: readonly Judgement[]): boolean {
  return judgements.some(({ claimed }) => claimed !== null && /^E[CG]25/.test(claimed.model));
}

const results: { readonly row: CorpusRow; readonly right: boolean }[] = [];

describe("every capture is judged as its label says", () => {
  test.each(rows)("$file", async (row) => {
    const { file, family, hardware, declared, undeclared } = row;
    const alone = await judged(file, []);
    const known = hardware === null ? null : await judged(file, declare(hardware));
    const found = {
      undeclared: said(alone, undeclared),
      declared: known === null || declared === null ? null : said(known, declared),
      claimsOurs: claimsOurs(alone) && !/E[CG]25/.test(family),
    };
    const wanted = { undeclared, declared: known === null ? null : declared, claimsOurs: false };
    results.push({ row, right: JSON.stringify(found) === JSON.stringify(wanted) });
    expect(found).toEqual(wanted);
  });
});

test("the score is told, and every capture has a label", async () => {
  const right = results.filter((result) => result.right).length;
  console.log(`corpus: ${right} of ${rows.length} captures judged as labelled`);
  const files = (await readdir(corpusPath(""))).filter((name) => name !== "labels.tsv");
  expect(rows.map(({ file }) => file).sort()).toEqual(files.sort());
  expect(right).toBe(rows.length);
});
