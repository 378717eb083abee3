import { isCommand } from "./command.js";

const LITERAL = /b?(["'`])((?:\\.|(?!\1)[^\\])*)\1/g;
/** `(b'AT+GMR', ...`, `"AT+CGMR": ...`, `{"AT", ...`: a command as a literal with more behind it. */
const KEYED =
  /^[({[]?\s{0,4}b?(["'`])(?<command>AT(?:(?!\1)[^\\]|\\.)*)\1(?:\.\w{1,16}\(\))?\s{0,40}(?::|,|=>?)\s{0,40}(?<rest>\S.*)$/i;
/**
 * What a program called the literal that it printed: `# ans: b'\\r\\n...'`, `resp: ['AT+QGMR', ..., 'OK']`. An assignment and a
 * field with a comma behind it are source code, mostly of tests, and their values invented.
 */
const CALLED =
  /^(?:#|\/\/)?\s{0,4}(?<name>[A-Za-z][\w .()-]{0,40}?)\s{0,4}(?::|->)\s{0,4}(?<literal>b?["'].*["']|\[.*\])$/;
/** Names of what somebody wants to see. */
const WANTED = /expect|want|should|sample|example|mock|fake|assert/i;
const WHOLE = /^b?(["'`])((?:\\.|(?!\1)[^\\])*)\1[,;)]{0,2}$/;
/** Line ends spelled out, by programs or by terminals (`<CR><LF>`). */
const SPELLED = /\\[rn]|<(?:CR|LF)>/;
/** Bytes as Python prints them, and not a part of its source. */
const PRINTED = /^b(["']).*\1$/;
const FINAL = /^(?:OK|ERROR|\+CM[ES] ERROR:.*)$/;

/**
 * A dialogue that a program keeps as string literals: `(b'AT+GMR', [b'EC25AFFAR07A08M4G', b'OK'])`, or with escaped line
 * ends. Only with the final result code, which a module says and the author of an expectation leaves out. Else null.
 */
export function recordedExchange(line: string): readonly string[] | null {
  const keyed = KEYED.exec(line)?.groups;
  const command = keyed === undefined ? "" : unescaped(keyed["command"] ?? "");
  if (keyed !== undefined && isCommand(command)) {
    const answers = [...(keyed["rest"] ?? "").matchAll(LITERAL)].flatMap((found) => linesOf(found[2] ?? ""));
    return answers.some((answer) => FINAL.test(answer)) ? [command, ...withoutEcho(command, answers)] : null;
  }
  const called = CALLED.exec(line)?.groups;
  if (called !== undefined && !WANTED.test(called["name"] ?? "")) return recorded(called["literal"] ?? "");
  return recorded(line);
}

/** A printed literal with line ends in it, a printed list of lines, or line ends that a terminal spells out. */
function recorded(text: string): readonly string[] | null {
  if (/^\[.*\]$/.test(text)) {
    const lines = [...text.matchAll(LITERAL)].flatMap((found) => linesOf(found[2] ?? ""));
    return lines.some((line) => FINAL.test(line)) ? lines : null;
  }
  const whole = WHOLE.exec(text)?.[2] ?? (/["']/.test(text) ? "" : text);
  if (!SPELLED.test(whole)) return null;
  const lines = linesOf(whole);
  const [first = "", ...more] = lines;
  // One line alone is a program's that prints each as it comes: bytes, or with the terminal's own words.
  const isAlone = more.length === 0 && (PRINTED.test(text) || text === whole);
  return isAlone || isCommand(first) || lines.some((answer) => FINAL.test(answer)) ? lines : null;
}

function withoutEcho(command: string, answers: readonly string[]): readonly string[] {
  return answers[0] === command ? answers.slice(1) : answers;
}

function linesOf(literal: string): string[] {
  return unescaped(literal)
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function unescaped(literal: string): string {
  return literal
    .replace(/<(?:CR|LF)>/g, "\n")
    .replace(/\\(?:x0([ad])|u000([ad])|(.))/gi, (_, hex?: string, wide?: string, letter?: string) => {
      const code = (hex ?? wide ?? letter ?? "").toLowerCase();
      if (letter === undefined) return code === "a" ? "\n" : "\r";
      return letter === "r" || letter === "n" ? "\n" : letter === "t" ? " " : letter;
    });
}
