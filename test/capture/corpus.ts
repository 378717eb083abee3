import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/**
 * The corpus in `fixtures/corpus`: what tools and people wrote, with the verdict that is right. People's sentences are
 * replaced by short ones that keep the trap, and everything personal by placeholders; the facts are as they were.
 */
export interface CorpusRow {
  readonly file: string;
  readonly family: string;
  /** What the hardware is, for those who know it; null where the text's owner did not say. */
  readonly hardware: string | null;
  /** Verdicts with the hardware declared and without, `+` between modules; `no-claim`: none may have a revision. */
  readonly declared: string | null;
  readonly undeclared: string;
}

const FOLDER = new URL("../../fixtures/corpus/", import.meta.url);

export async function corpusRows(): Promise<CorpusRow[]> {
  const [, ...lines] = (await readFile(new URL("labels.tsv", FOLDER), "utf8")).trim().split("\n");
  return lines.map((line) => {
    const [file = "", family = "", hardware = "", declared = "", undeclared = ""] = line.split("\t");
    const given = (text: string) => (text === "-" ? null : text);
    return { file, family, hardware: given(hardware), declared: given(declared), undeclared };
  });
}

export function corpusPath(file: string): string {
  return fileURLToPath(new URL(file, FOLDER));
}
