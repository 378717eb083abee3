/** Lines of an AT transcript are short; a longer one (a log, JSON in one line) is no answer. */
const LENGTH_LIMIT = 512;

/** What terminals, mail and log tools put before a line, one at a time: quoting, arrows, bullets, times, directions. */
const DECORATIONS: readonly RegExp[] = [
  /^[-=]{0,2}[<>]{1,3}[-=]{0,2}\s*/,
  /^[•*-]\s+/,
  /^\[[\d:.,_/T -]{5,32}\]\s*/,
  /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?\s+/,
  /^\d\d:\d\d:\d\d(?:[.,:]\d+)?\s+/,
  /^[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d \S{1,64} \S{1,64}:\s+/,
  /^(?:TX|RX|SEND|RECV|SENT)\s*:\s*/i,
];

/** As many decorations as a line may carry: a quoted mail of a time-stamped log is three. */
const DECORATION_LIMIT = 6;

/** The body of a command: basic (`ATI`, `AT&F0`) or extended (`AT+QCFG="band"`), alone or first of a chain. */
const COMMAND_TEXT = String.raw`AT(?:[EFHIOQVXZ]\d{0,3}|&[A-Z]\d{0,3}|[+$^%*#\\][A-Z](?:[^\s";]|"[^"]*")*)?(?:;(?:[^\s"]|"[^"]*")*)?`;
const COMMAND = new RegExp(`^${COMMAND_TEXT}$`, "i");
const PROMPTED = new RegExp(`^[^"'\`|]{0,64}[#$%>]\\s{0,2}(?<command>${COMMAND_TEXT})$`, "i");
const RETURNS = new RegExp(`^(?<command>${COMMAND_TEXT})\\s+returns?\\s+(?<answer>.+)$`, "i");
const IN_SHELL =
  /^(?:sudo\s+)?(?:mmcli\b.*--command=|echo\s+(?:-\w+\s+)?)(?<quote>["'])(?<command>AT.*?)(?:\\r)?\k<quote>/i;

/** The command a line consists of, prompt taken off, in capitals; null for any other line. */
export function commandOf(statement: string): string | null {
  const typed = COMMAND.test(statement)
    ? statement
    : (PROMPTED.exec(statement)?.groups?.["command"] ?? shellCommandOf(statement));
  return typed === null ? null : typed.toUpperCase();
}

/** `echo 'AT+QGMR' | atinout - /dev/ttyUSB3 -`, `mmcli -m any --command='AT+QGMR'`, also in back ticks. */
function shellCommandOf(statement: string): string | null {
  const shell = statement.replace(/^\S{0,64}[#$]\s+/, "").replace(/^`/, "");
  const command = IN_SHELL.exec(shell)?.groups?.["command"];
  return command !== undefined && COMMAND.test(command) ? command : null;
}

/**
 * What a line of text stands for in an AT dialogue: nothing, one statement, or a command with its whole answer where
 * people write both in one line (a table row, a tuple of a recording, "AT+CFUN? returns ...").
 */
export function statementsOf(line: string): readonly string[] {
  if (line.length > LENGTH_LIMIT) return ["(a line that is no AT statement)"];
  const statement = undecorated(line.trim());
  if (statement === "") return [];
  return tableRow(statement) ?? tuple(statement) ?? spoken(statement) ?? [statement];
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

/** A row of a Markdown table: a command in back ticks, its answer in back ticks, more cells. */
function tableRow(line: string): readonly string[] | null {
  if (!line.startsWith("|")) return null;
  const [, command, answer] = line.split("|").map((cell) => /^`([^`]+)`$/.exec(cell.trim())?.[1]);
  return command === undefined || answer === undefined ? null : exchange(command, [answer]);
}

/** `(b'AT+GMR', [b'EC25AFFAR07A08M4G', b'OK']),`: a recorded dialogue in Python. */
function tuple(line: string): readonly string[] | null {
  if (!/^\(b?['"]AT/.test(line)) return null;
  const [command = "", ...answers] = [...line.matchAll(/(['"])(.*?)\1/g)].map((match) => match[2] ?? "");
  return exchange(command, answers.at(-1) === "OK" ? answers.slice(0, -1) : answers);
}

/** "`AT+QGMR` returns `0.5.1`." on one line, or the second half of it after a command of its own. */
function spoken(line: string): readonly string[] | null {
  const both = RETURNS.exec(line)?.groups;
  if (both !== undefined) return exchange(both["command"] ?? "", [both["answer"] ?? ""]);
  const answer = /^returns? `(?<answer>[^`]+)`\.?$/.exec(line)?.groups?.["answer"] ?? responseOf(line);
  return answer === null ? null : [answer, "OK"];
}

/** `response: '0.5.1'`, as mmcli prints it. */
function responseOf(line: string): string | null {
  return /^response: '(?<answer>[^']*)'$/.exec(line)?.groups?.["answer"] ?? null;
}

function exchange(command: string, answers: readonly string[]): readonly string[] | null {
  if (!COMMAND.test(command)) return null;
  const last = answers.at(-1) ?? "";
  return [command, ...answers, ...(/ERROR/.test(last) ? [] : ["OK"])];
}
