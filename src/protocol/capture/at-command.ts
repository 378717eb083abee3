/** The body of a command: basic (`ATI`, `AT&F0`) or extended (`AT+QCFG="band"`), alone or first of a chain. */
export const COMMAND_TEXT = String.raw`AT(?:[EFHIOQVXZ]\d{0,3}|&[A-Z]\d{0,3}|[+$^%*#\\][A-Z](?:[^\s";]|"[^"]*")*)?(?:;(?:[^\s"]|"[^"]*")*)?`;
/** What a terminal takes in one line; the patterns below look at a longer one too often. */
const LENGTH_LIMIT = 512;
const COMMAND = new RegExp(`^${COMMAND_TEXT}$`, "i");
const PROMPTED = new RegExp(`^[^"'\`|]{0,64}[#$%>]\\s{0,2}(?<command>${COMMAND_TEXT})$`, "i");
/** Ends of the commands of hosts that send one to a module: sms_tool of OpenWrt, gsmctl of Teltonika's routers. */
const SENDERS = String.raw`mmcli\b.{0,80}--command=|echo\s+(?:-\w+\s+)?|sms_tool\b.{0,80}\bat\s+|gsmctl\b.{0,80}-A\s+`;
const IN_SHELL = new RegExp(
  String.raw`^(?:sudo\s+)?(?:${SENDERS})(?<quote>["'])(?<command>AT.*?)(?:\\r)?\k<quote>`,
  "i",
);

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
  const command = IN_SHELL.exec(shell)?.groups?.["command"];
  return command !== undefined && COMMAND.test(command) ? command : null;
}
