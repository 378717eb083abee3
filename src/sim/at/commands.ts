import { CARRIER } from "./carrier.js";
import { IDENTITY } from "./identity.js";
import { PACKET_DATA, pingSet } from "./packet-data.js";
import { indicationSet, PORT } from "./port-settings.js";
import { POWER } from "./power.js";
import { cfunSet, operatorSet, RADIO, registrationSet } from "./radio.js";
import { settingRead, settingSet } from "./settings.js";
import { SIM_CARD } from "./sim-card.js";
import { type Answers, type AtContext, type AtResult, BARE_ERROR, does, ok, type SetForm } from "./state.js";

const ANSWERS: Answers = {
  ...PORT,
  ...IDENTITY,
  ...SIM_CARD,
  ...RADIO,
  ...PACKET_DATA,
  ...CARRIER,
  ...POWER,
};

/** Those with an answer of their own, without `AT`, in capitals. */
export const KNOWN_COMMANDS: readonly string[] = Object.keys(ANSWERS);

const SETS: readonly SetForm[] = [
  cfunSet,
  registrationSet,
  operatorSet,
  pingSet,
  indicationSet,
  (text, { nv }) => {
    const line = settingRead(text, nv);
    return line === null ? null : ok(line);
  },
  (text) => {
    const change = settingSet(text);
    return change === null ? null : does({ kind: "nv", change });
  },
];

/** The answer to one command, without its `AT`. What is not known is ERROR, as on the module. */
export function answerAt(command: string, context: AtContext): AtResult {
  const text = command.toUpperCase().trim();
  const answer = Object.hasOwn(ANSWERS, text) ? ANSWERS[text] : undefined;
  if (answer !== undefined) return answer(context);
  for (const set of SETS) {
    const result = set(text, context, command.trim());
    if (result !== null) return result;
  }
  return BARE_ERROR;
}

/** A basic command, by itself or before others: `E0`, `&D2`. */
const BASIC = /^\s*(?<command>&?[A-Z]\d*)/i;
/** An extended one ends at a semicolon, but not inside quotes. */
const EXTENDED = /^\s*(?<command>\+(?:"[^"]*"?|[^;"])*)/;

/**
 * The commands of one line, its `AT` taken off: `ATE0V1`, `ATI;+CSUB;+CSQ;&D2` (seen from dialers, domain.md 2).
 * What is neither basic nor extended is one command nobody knows.
 */
export function splitLine(line: string): string[] {
  const commands: string[] = [];
  let rest = line.trim();
  while (rest !== "") {
    const found = EXTENDED.exec(rest) ?? BASIC.exec(rest);
    const command = found?.groups?.["command"] ?? rest;
    commands.push(command.trim());
    rest = rest.slice(found === null ? rest.length : found[0].length).replace(/^[\s;]+/, "");
  }
  return commands.length === 0 ? [""] : commands;
}
