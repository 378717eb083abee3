/** `cat -n`, `nl`, `grep -n`, and pages that show text with numbers. */
const NUMBER = /^ {0,8}(?<number>\d{1,6})(?:\t|[:|│] ?|\. | {1,2}|$)/;
/** Fewer lines may begin with numbers of their own, unless they look as those of `cat -n`. */
const LEAST = 3;
const OF_CAT = /^ {5}1\t/;
/** What numbered lines follow: a blank, a fence, an announcement. Rows of a table follow the names of its columns. */
const BEFORE = /^\s{0,64}(?:`{3}.{0,64})?$|[:：]\s{0,8}$/u;

/** The text without the numbers of its lines, where each line has a higher one than that before. */
export function withoutLineNumbers(text: string): string {
  const lines = text.split("\n");
  let from = 0;
  while (from < lines.length) {
    const to = endOfRun(lines, from);
    const isRun = to - from >= LEAST || OF_CAT.test(lines[from] ?? "");
    if (isRun && BEFORE.test(lines[from - 1] ?? ""))
      for (let at = from; at < to; at += 1) lines[at] = (lines[at] ?? "").replace(NUMBER, "");
    from = Math.max(to, from + 1);
  }
  return lines.join("\n");
}

/** The first line behind `from` that has no number, or no higher one. */
function endOfRun(lines: readonly string[], from: number): number {
  let last = -1;
  for (let at = from; at < lines.length; at += 1) {
    const number = Number(NUMBER.exec(lines[at] ?? "")?.groups?.["number"] ?? -1);
    if (number <= last) return at;
    last = number;
  }
  return lines.length;
}
