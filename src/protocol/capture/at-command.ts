/** The body of a command: basic (`ATI`, `AT&F0`) or extended (`AT+QCFG="band"`), alone or first of a chain. */
export const COMMAND_TEXT = String.raw`AT(?:[EFHIOQVXZ]\d{0,3}|&[A-Z]\d{0,3}|[+$^%*#\\][A-Z](?:[^\s";]|"[^"]*")*)?(?:;(?:[^\s"]|"[^"]*")*)?`;
/** What a terminal takes in one line; the patterns below look at a longer one too often. */
const LENGTH_LIMIT = 512;
const COMMAND = new RegExp(`^${COMMAND_TEXT}$`, "i");
const PROMPTED = new RegExp(`^[^"'\`|]{0,64}[#$%>]\\s{0,2}(?<command>${COMMAND_TEXT})$`, "i");
const IN_SHELL =
  /^(?:sudo\s+)?(?:mmcli\b.{0,80}--command=|echo\s+(?:-\w+\s+)?|gsmctl\b.{0,40} -A\s+|gl_modem\b.{0,40}? AT\s+|sms_tool\b.{0,80} at\s+)(?<quote>["']?)(?<command>AT.*?)(?:\\r)?\k<quote>(?:\s|$)/i;
/** Teltonika's `gsmctl` asks by letters; what it prints is the module's answer alone. */
const BY_LETTER: Readonly<Record<string, string>> = {
  y: "AT+CGMR",
  m: "AT+CGMM",
  w: "AT+CGMI",
  i: "AT+CGSN",
};
const GSMCTL = /^(?:sudo\s+)?gsmctl (?:-[OM] \S{1,16} )?-(?<letter>[ymwi])$/;

/** The command a line consists of, prompt taken off, in capitals; null for any other line. */
export function commandOf(statement: string): string | null {
  if (statement.length > LENGTH_LIMIT) return null;
  const typed = COMMAND.test(statement)
    ? statement
    : (PROMPTED.exec(statement)?.groups?.["command"] ?? shellCommandOf(statement));
  return typed === null ? null : typed.toUpperCase();
}

export function isCommand(text: string): boolean {
  return COMMAND.test(text);
}

/** `echo 'AT+QGMR' | atinout - /dev/ttyUSB3 -`, `mmcli -m any --command='AT+QGMR'`, also in back ticks. */
function shellCommandOf(statement: string): string | null {
  const shell = statement.replace(/^\S{0,64}[#$]\s+/, "").replace(/^`/, "");
  const letter = GSMCTL.exec(shell.trim())?.groups?.["letter"];
  if (letter !== undefined) return BY_LETTER[letter] ?? null;
  const command = IN_SHELL.exec(shell)?.groups?.["command"];
  return command !== undefined && COMMAND.test(command) ? command : null;
}
