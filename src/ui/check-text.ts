import pc from "picocolors";
import { describeError } from "../core/catalogue.js";
import { describeJudgement } from "../core/verdict-words.js";
import type { Judgement } from "../core/verdict.js";
import type { CheckOutcome } from "./check-json.js";
import { shown } from "./escape.js";

const COLOURS: Readonly<Partial<Record<Judgement["verdict"], (text: string) => string>>> = {
  match: pc.green,
  mismatch: pc.red,
  impaired: pc.red,
  disputed: pc.yellow,
  suspect: pc.yellow,
  outdated: pc.yellow,
};

/** The result of `check` for a person: verdict, why, what to do; one paragraph a module. */
export function checkText({ judgements, failures }: CheckOutcome): string {
  const modules = judgements.map(judgementText);
  const failed = failures.map(({ source, error }) =>
    [
      `${shown(source)}  ${pc.red("not read")}`,
      ...describeError(error).map((line) => indent(shown(line))),
    ].join("\n"),
  );
  return `${[...modules, ...failed].join("\n\n")}\n`;
}

function judgementText(judgement: Judgement): string {
  const { reading, verdict, evidence, advice } = judgement;
  const colour = COLOURS[verdict] ?? ((text: string) => text);
  const virtual = reading.virtual ? pc.dim(" (virtual)") : "";
  const why = evidence.map(({ from, says, supports, contradicts }) => {
    const sides = [
      supports === undefined ? "" : `for ${supports}`,
      contradicts === undefined ? "" : `against ${contradicts}`,
    ].filter(Boolean);
    return indent(
      `${shown(`${from}: ${says}`)}${sides.length === 0 ? "" : pc.dim(` (${sides.join(", ")})`)}`,
    );
  });
  const next = advice.map((text) => indent(`-> ${shown(text)}`));
  return [
    `${shown(reading.source)}  ${colour(shown(describeJudgement(judgement)))}${virtual}`,
    ...why,
    ...next,
  ].join("\n");
}

function indent(text: string): string {
  return `  ${text}`;
}
