/** The body of a command: basic (`ATI`, `AT&F0`) or extended (`AT+QCFG="band"`), alone or first of a chain. */
export const COMMAND_TEXT = String.raw`AT(?:[EFHIOQVXZ]\d{0,3}|&[A-Z]\d{0,3}|[+$^%*#\\][A-Z](?:[^\s";]|"[^"]*")*)?(?:;(?:[^\s"]|"[^"]*")*)?`;
/** What a terminal takes in one line; the patterns below look at a longer one too often. */
const LENGTH_LIMIT = 512;
const COMMAND = new RegExp(`^${COMMAND_TEXT}$`, "i");
const PROMPTED = new RegExp(`^[^"'\`|]{0,64}[#$%>]\\s{0,2}(?<command>${COMMAND_TEXT})$`, "i");

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

const PROMPT = /^(?:[^"'`|#$>%]{0,64}[#$>%]\s+)?`?(?:sudo\s+)?/;
/** What hands a command to a module: shells, ModemManager, Teltonika, GL.iNet, RouterOS and small tools of OpenWrt. */
const TOOL =
  /^(?:\S{0,32}\/)?(?:mmcli|echo|printf|gsmctl|sms_tool|gl_modem|comgt|atinout|at_?cmd|send_?at|pipeserial|\/?interface[ /]lte[ /]at-chat)\s/i;
const QUOTED = /(?<quote>["'])(?<command>AT(?:\\.|(?!\k<quote>)[^\\])*)\k<quote>/i;

/** `echo 'AT+QGMR' | atinout - /dev/ttyUSB3 -`, `gsmctl -A 'AT+QGMR'`, `at-chat lte1 input="AT+QCFG=\"band\""`. */
function shellCommandOf(statement: string): string | null {
  const shell = statement.replace(PROMPT, "");
  if (!TOOL.test(shell)) return null;
  const quoted = QUOTED.exec(shell)?.groups?.["command"];
  const command =
    quoted === undefined
      ? unquotedOf(shell)
      : quoted.replace(/(?:\\[rn]|\^M)+$/, "").replace(/\\(["'])/g, "$1");
  return command !== undefined && COMMAND.test(command) ? command : null;
}

/** The last command among the words before a pipe. Teltonika's `gsmctl -y` prints what AT+CGMR answers. */
function unquotedOf(shell: string): string | undefined {
  const words = (shell.split(/[|>]/)[0] ?? "").trim().split(/\s+/);
  const letters = /^gsmctl(?: -O \S{1,16})?(?<others>(?: -\w)*) -y\b/.exec(shell)?.groups?.["others"];
  if (letters !== undefined) return letters === "" ? "AT+CGMR" : "ATI";
  return words.findLast((word) => isCommand(word));
}
