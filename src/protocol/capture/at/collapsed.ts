import { commandOf } from "./command.js";
import { isQuectelShape } from "../revision-text.js";

/** A whole session of the twenty commands people are asked for fits; longer lines are something else. */
const LENGTH_LIMIT = 8192;
const NAMED = /^[+^][A-Z]{2,12}:$/;
const END = /^(?:OK|ERROR)$/;
const REVISION_COMMAND = /^AT\+(?:Q|C)?GMR$/i;

/** Before an answer that somebody wants or supposes. */
const UNREAL = /^(?:if|would|should|want|need)\b|expect|target|example|sample|示例|例如|预期|期望/i;
/** How far before a command such a word is looked for. */
const UNREAL_WORDS = 6;

/**
 * The statements of an AT dialogue whose line ends were lost: `AT+QGMR EC25... OK AT+CFUN? +CFUN: 7 OK`. Null for a line
 * that is no such dialogue: there must be an answer behind a command. Sentences around it are statements that answer
 * nothing.
 */
export function collapsedDialogue(line: string): readonly string[] | null {
  if (line.length > LENGTH_LIMIT || !/\bAT/i.test(line)) return null;
  const words = line
    .split(/\s+/)
    .filter((word) => word !== "" && word !== "|")
    .map((word) => /^(["'`])(AT\S*)\1$/i.exec(word)?.[2] ?? word);
  const first = words.findIndex(isCommand);
  if (first < 0 || first === words.length - 1) return null;
  const isBegun = first === 0 || /[#$%>]$/.test(words[first - 1] ?? "");
  const hasEnd = words.findIndex((word, at) => at > first + 1 && END.test(word)) > 0;
  if (!(isBegun && hasEnd) && !hasExchange(words)) return null;
  const statements: string[] = [];
  let rest: string[] = [];
  const flush = () => {
    if (rest.length > 0) statements.push(rest.join(" "));
    rest = [];
  };
  for (const word of words.slice(first)) {
    if (isCommand(word) || END.test(word)) {
      flush();
      statements.push(word);
      continue;
    }
    if (NAMED.test(word)) flush();
    rest.push(word);
    // What follows a revision is no part of it.
    if (isQuectelShape(word)) flush();
  }
  flush();
  return statements;
}

/** A command with the one word that answers it, and where that is no revision its result code: no sentence has these. */
function hasExchange(words: readonly string[]): boolean {
  return words.some((word, at) => {
    if (!isCommand(word) || words.slice(Math.max(0, at - UNREAL_WORDS), at).some((one) => UNREAL.test(one)))
      return false;
    const [answer = "", , behind = "", revision = ""] = words.slice(at + 1, at + 5);
    if (NAMED.test(answer)) return END.test(behind);
    const isIdentity = answer === "Quectel" && behind === "Revision:" && isQuectelShape(revision);
    return isIdentity || (REVISION_COMMAND.test(word) && isQuectelShape(answer));
  });
}

function isCommand(word: string): boolean {
  return commandOf(word) !== null;
}
