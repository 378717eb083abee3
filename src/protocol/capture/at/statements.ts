import { collapsedDialogue } from "./collapsed.js";
import { undecorated } from "./decorations.js";
import { announcedCommand, exchange, spokenExchange } from "./exchange.js";
import { recordedExchange } from "./recorded.js";
import { isKernelLine } from "../host/kernel-line.js";
import { revisionText } from "../revision-text.js";

/** Lines of an AT transcript are short; a longer one (a log, JSON in one line) is no answer. */
const LENGTH_LIMIT = 512;

/**
 * What a line of text stands for in an AT dialogue: nothing, one statement, or a command with its whole answer where
 * people write both in one line (a table row, a tuple of a recording, "AT+CFUN? returns ..."), or a whole dialogue.
 */
export function statementsOf(line: string): readonly string[] {
  const whole = collapsedDialogue(line);
  if (whole !== null) return whole;
  if (line.length > LENGTH_LIMIT) return ["(a line that is no AT statement)"];
  const statement = undecorated(line.trim());
  if (statement === "" || isKernelLine(statement)) return [];
  const one = unwrapped(statement);
  const announced = announcedCommand(one);
  if (announced !== null) return [announced];
  return tableRow(statement) ?? recordedExchange(statement) ?? spoken(one) ?? plain(one);
}

/** A row of a Markdown table: a command, its answer, more cells; or cells in which both stand. */
function tableRow(line: string): readonly string[] | null {
  if (!line.startsWith("|")) return null;
  const [, command = "", answer = ""] = line.split("|").map((cell) => unticked(cell.trim()));
  return (answer === "" ? null : exchange(command, answer)) ?? spokenExchange(line);
}

/** "`AT+QGMR` returns `0.5.1`." on one line, or the second half of it after a command of its own. */
function spoken(line: string): readonly string[] | null {
  const both = spokenExchange(line);
  if (both !== null) return both;
  const answer = /^returns? `(?<answer>[^`]+)`\.?$/.exec(line)?.groups?.["answer"] ?? responseOf(line);
  return answer === null ? null : [answer, "OK"];
}

/** `response: '0.5.1'`, as mmcli prints it. */
function responseOf(line: string): string | null {
  return /^response: '(?<answer>[^']*)'$/.exec(line)?.groups?.["answer"] ?? null;
}

/** `Response: [+CFUN: 1]`, as eg25-manager logs what the module said (pinephone_modem_sdk#130). */
function unwrapped(statement: string): string {
  return /^\[(?<answer>[^[\]]*)\]$/.exec(statement)?.groups?.["answer"] ?? statement;
}

/** One statement; an answer with its result code behind it, as RouterOS prints them, or glued to it, is two. */
function plain(statement: string): readonly string[] {
  const text = unticked(statement);
  const glued = /^(?<answer>\S{8,60}?(?:\.\d{3}|[ME]\dG))OK$/.exec(text)?.groups?.["answer"];
  if (glued !== undefined) return [glued, "OK"];
  const { answer = "", final = "" } =
    /^(?<answer>\S.{0,200}?)\s+(?<final>OK|ERROR)$/.exec(text)?.groups ?? {};
  const isAnswer =
    revisionText(answer)?.shape === "quectel" || /^\+[A-Z]+: |^Quectel \S+ Revision: \S+$/.test(answer);
  return isAnswer ? [answer, final] : [text];
}

/** Without back ticks or quotes around it, which gammu numbers: `2 "EC25..."`. */
function unticked(text: string): string {
  return /^`([^`]+)`$/.exec(text)?.[1]?.trim() ?? /^(?:\d{1,3} )?"([^"]+)"$/.exec(text)?.[1]?.trim() ?? text;
}
