/** A string beyond this is data, or a quote in prose that nobody closed. */
const STRING_LIMIT = 65_536;

/** Where the string that opens at `at` closes; -1 where it does not in time. */
export function endOfString(text: string, at: number): number {
  const quote = text[at] ?? "";
  const limit = Math.min(text.length, at + STRING_LIMIT);
  for (let index = at + 1; index < limit; index += 1) {
    const char = text[index];
    if (char === "\\") index += 1;
    else if (char === quote) return index;
  }
  return -1;
}

const ESCAPED: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "", f: "" };

/** A line end inside a string is a wrap of mail. */
export function unescaped(literal: string): string {
  return literal
    .replace(/ ?\n\s{0,8}/g, " ")
    .replace(/\\(?:u([\da-fA-F]{4})|(.))/g, (_, code?: string, letter?: string) =>
      code === undefined
        ? (ESCAPED[letter ?? ""] ?? letter ?? "")
        : String.fromCharCode(Number.parseInt(code, 16)),
    );
}
