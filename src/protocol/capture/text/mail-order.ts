/** Above the mail that somebody answers, in the languages of mail programs; the line may have been wrapped before. */
const ATTRIBUTION =
  /(?:wrote|schrieb(?: am .{1,60}| .{1,60})?|a écrit|escribió|ha scritto|escreveu|schreef|napisał\(?a?\)?|skrev|пишет|написал\(?а?\)?|写道)\s{0,4}[:：]\s*$/i;
/** Above a mail that is not quoted, and goes on to the end. */
const ORIGINAL =
  /^-{2,10}\s?(?:original message|ursprüngliche nachricht|message d'origine|mensaje original|原始邮件)\s?-{2,10}\s*$/i;
const QUOTED = /^[ \t]{0,8}(?<marks>(?:> ?){1,16})/;
const LENGTH_LIMIT = 256;

/**
 * The order in which the lines of a mail were written, by their numbers from 1: people answer above what they quote, so
 * that the newest stands first. Only below a line that says so, since `> ` is also a prompt.
 */
export function writtenOrder(text: string): (line: number) => number {
  if (!/[:：-]\s*$/m.test(text)) return (line) => line;
  const lines = text.split("\n");
  const ages = lines.map(() => 0);
  let originals = 0;
  let quoting = false;
  let isAnnounced = false;
  for (const [at, line] of lines.entries()) {
    const depth = depthOf(line);
    const plain = line.slice(0, LENGTH_LIMIT).replace(QUOTED, "");
    if (ORIGINAL.test(plain)) originals += 1;
    if (depth === 0 && line.trim() !== "") quoting = false;
    if (depth > 0 && isAnnounced) quoting = true;
    ages[at] = originals + (quoting ? depth : 0);
    if (line.trim() !== "") isAnnounced = ATTRIBUTION.test(plain);
  }
  const total = lines.length + 1;
  return (line) => line - (ages[line - 1] ?? 0) * total;
}

function depthOf(line: string): number {
  return QUOTED.exec(line.slice(0, LENGTH_LIMIT))?.groups?.["marks"]?.replaceAll(" ", "").length ?? 0;
}
