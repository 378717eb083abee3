import { collapsedDialogue } from "./at-collapsed.js";
import { COMMAND_TEXT, isCommand } from "./at-command.js";
import { recordedExchange } from "./at-recorded.js";
import { isKernelLine } from "./kernel-line.js";

/** Lines of an AT transcript are short; a longer one (a log, JSON in one line) is no answer. */
const LENGTH_LIMIT = 512;

/** What terminals, mail and log tools put before a line, one at a time: quoting, arrows, bullets, times, directions. */
const DECORATIONS: readonly RegExp[] = [
  /^[-=]{0,2}[<>]{1,3}[-=]{0,2}\s*/,
  /^[•*-]\s+/,
  /^\[[\d:.,_/T -]{5,32}Z?\]:?\s*/,
  /^\[[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}\]\s*/,
  /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?\s+/,
  /^\d\d:\d\d:\d\d(?:[.,:]\d+)?\s+/,
  // Months are in the language of the host: `ago 03`, `maj 06`.
  /^\p{L}{3,5}\.? {1,2}\d{1,2} \d\d:\d\d:\d\d \S{1,64} \S{1,64}:\s+/u,
  // logcat in its two commonest forms, and the directions of Android's reference RIL.
  /^\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\s{1,8}\d{1,7}\s{1,8}\d{1,7} [VDIWEF] [\w.-]{1,32}\s{0,16}:\s+/,
  /^[VDIWEF]\/[\w.-]{1,32}\s{0,16}\(\s{0,8}\d{1,7}\):\s+/,
  /^AT[<>]\s+/,
  // ESP-IDF.
  /^[VDIWE] \(\d{1,10}\) [\w.-]{1,32}: /,
  /^Sending command: /,
  /^\[?(?:TX|RX|SEND|SENT|RECV|RECEIVED|WRITE|READ|CMD|RESP|REQ|RSP)\]?\s*(?::|-?>|<-?|=>)\s*/i,
  /^(?:DEBUG|INFO|TRACE)\s*[:-]\s*/,
];

/** As many decorations as a line may carry: a quoted mail of a time-stamped log is three. */
const DECORATION_LIMIT = 6;

const RETURNS = new RegExp(
  `^(?<command>${COMMAND_TEXT})\\s+(?:returns?|answers?|gives?|->|=>|→|⇒|:)\\s+(?<answer>.+)$`,
  "i",
);

/** The beginning of a table's cell that says what was asked and what came: `AT+QGMR` → `EC25...`. */
const IN_CELL = /^`(?<command>AT[^`]{0,80})`\s{0,4}(?:->|=>|→|⇒|:)\s{0,4}`(?<answer>[^`]{1,200})`/;

/**
 * What a line of text stands for in an AT dialogue: nothing, one statement, or a command with its whole answer where
 * people write both in one line (a table row, a tuple of a recording, "AT+CFUN? returns ..."), or a whole dialogue.
 */
export function statementsOf(line: string): readonly string[] {
  const whole = collapsedDialogue(line);
  if (whole !== null) return whole;
  if (line.length > LENGTH_LIMIT) return ["(a line that is no AT statement)"];
  const statement = unwrapped(undecorated(line.trim()));
  if (statement === "" || isKernelLine(statement)) return [];
  return tableRow(statement) ?? recordedExchange(statement) ?? spoken(statement) ?? [unticked(statement)];
}

function undecorated(line: string): string {
  let rest = line;
  for (let count = 0; count < DECORATION_LIMIT; count += 1) {
    const decoration = DECORATIONS.find((pattern) => pattern.test(rest));
    if (decoration === undefined) return rest;
    rest = rest.replace(decoration, "");
  }
  return rest;
}

/** `Response: [+CFUN: 1]`, as eg25-manager logs what the module said (pinephone_modem_sdk#130). */
function unwrapped(statement: string): string {
  return /^Response: \[(?<answer>.*)\]$/.exec(statement)?.groups?.["answer"] ?? statement;
}

/** A row of a Markdown table: a command, its answer, more cells; or both in one cell. */
function tableRow(line: string): readonly string[] | null {
  if (!line.startsWith("|")) return null;
  const cells = line.split("|").map((cell) => cell.trim());
  const [, command = "", answer = ""] = cells.map(unticked);
  const apart = answer === "" ? null : exchange(command, answer);
  if (apart !== null) return apart;
  const inCell = cells.map((cell) => IN_CELL.exec(cell)?.groups).find((found) => found !== undefined);
  return inCell === undefined ? null : exchange(inCell["command"] ?? "", inCell["answer"] ?? "");
}

/** "`AT+QGMR` returns `0.5.1`." on one line, or the second half of it after a command of its own. */
function spoken(line: string): readonly string[] | null {
  const both = RETURNS.exec(line.replaceAll("`", ""))?.groups;
  if (both !== undefined) return exchange(both["command"] ?? "", (both["answer"] ?? "").trim());
  const answer = /^returns? `(?<answer>[^`]+)`\.?$/.exec(line)?.groups?.["answer"] ?? responseOf(line);
  return answer === null ? null : [answer, "OK"];
}

/** `response: '0.5.1'`, as mmcli prints it. */
function responseOf(line: string): string | null {
  return /^response: '(?<answer>[^']*)'$/.exec(line)?.groups?.["answer"] ?? null;
}

function exchange(command: string, answer: string): readonly string[] | null {
  if (!isCommand(command)) return null;
  // The lines of an answer to ATI, as people write them in one: `Quectel / EC25 / Revision: ...`.
  const lines = /^ATI\d?$/i.test(command) ? answer.split(/ [/|·,] /) : [answer];
  return [command, ...lines, ...(answer.includes("ERROR") ? [] : ["OK"])];
}

function unticked(text: string): string {
  return /^`([^`]+)`$/.exec(text)?.[1]?.trim() ?? text;
}
