import { describeError } from "../core/catalogue.js";
import { describeJudgement } from "../core/verdict-words.js";
import type { Judgement } from "../core/verdict.js";
import type { CheckFailure } from "./check-renderer.js";
import type { coloursFor } from "./colours.js";
import { shown } from "./escape.js";

type Colours = ReturnType<typeof coloursFor>;

const COLOURS: Readonly<Partial<Record<Judgement["verdict"], "green" | "red" | "yellow">>> = {
  match: "green",
  mismatch: "red",
  impaired: "red",
  disputed: "yellow",
  suspect: "yellow",
  outdated: "yellow",
};

/** A module, or text, that could not be read, for a person: why, how it is, what to try. */
export function failureText({ source, error }: CheckFailure, pc: Colours): string {
  const lines = describeError(error).map((line) => indent(shown(line)));
  return [`${shown(source)}  ${pc.red("not read")}`, ...lines].join("\n");
}

/** One judgement for a person: verdict, why, what to do. */
export function judgementText(judgement: Judgement, pc: Colours): string {
  const { reading, evidence, advice } = judgement;
  const why = evidence.map(({ from, says, supports, contradicts }) => {
    const sides = [
      supports === undefined ? "" : `for ${supports}`,
      contradicts === undefined ? "" : `against ${contradicts}`,
    ].filter(Boolean);
    return indent(
      `${shown(`${from}: ${says}`)}${sides.length === 0 ? "" : pc.dim(` [${shown(sides.join(", "))}]`)}`,
    );
  });
  // Without a revision its own name is all that tells what was found.
  const names = reading.revisions.length > 0 ? [] : [reading.maker, reading.modelText];
  const itself = names.filter((part) => part !== null).join(" ");
  const next = advice.map((text) => indent(`-> ${shown(text)}`));
  return [
    headline(judgement, pc),
    ...(itself === "" ? [] : [indent(shown(`it calls itself ${itself}`))]),
    ...why,
    ...next,
  ].join("\n");
}

/** Where, verdict, what is declared and what was found, in one line. */
export function headline(judgement: Judgement, pc: Colours): string {
  const { reading, verdict } = judgement;
  const name = COLOURS[verdict];
  const colour = name === undefined ? (text: string) => text : pc[name];
  const virtual = reading.virtual ? pc.dim(" (virtual)") : "";
  return `${shown(reading.source)}  ${colour(shown(describeJudgement(judgement)))}${virtual}`;
}

function indent(text: string): string {
  return `  ${text}`;
}
