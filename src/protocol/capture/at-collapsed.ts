import { commandOf } from "./at-command.js";

/** A whole session of the twenty commands people are asked for fits; longer lines are something else. */
const LENGTH_LIMIT = 8192;
const NAMED = /^[+^][A-Z]{2,12}:$/;
const END = /^(?:OK|ERROR)$/;

/**
 * The statements of an AT dialogue whose line ends were lost: `AT+QGMR EC25... OK AT+CFUN? +CFUN: 7 OK`. Null for a line
 * that is no such dialogue: there must be an answer with its OK behind a command, and a prompt at most before the first.
 */
export function collapsedDialogue(line: string): readonly string[] | null {
  if (line.length > LENGTH_LIMIT || !/\b(?:OK|ERROR)\b/.test(line) || !/\bAT/i.test(line)) return null;
  const words = line.split(/\s+/).filter((word) => word !== "");
  const first = words.findIndex(isCommand);
  const last = words.findIndex((word, at) => at > first + 1 && END.test(word));
  if (first < 0 || last < 0) return null;
  if (first > 0 && !/[#$%>]$/.test(words[first - 1] ?? "")) return null;
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
  }
  flush();
  return statements;
}

function isCommand(word: string): boolean {
  return commandOf(word) !== null;
}
