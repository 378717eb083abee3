/** What collectors of logs put before each line, with the program's name where they know it. */
const ISO = String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?`;
/** Months are in the language of the host: `ago 03`, `maj 06`. */
const SYSLOG = String.raw`\p{L}{3,5}\.? {1,2}\d{1,2} \d\d:\d\d:\d\d`;
const LOGREAD = String.raw`[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4} [a-z\d]{1,10}\.[a-z]{1,8}`;
const PROGRAM = String.raw`[A-Za-z/(][\w./@()-]{0,63}(?:\[\d{1,10}\])?:`;
/** Behind a bare time two words and a colon may be the program's own: only the kernel and a number are sure. */
const NUMBERED = String.raw`(?:kernel|[A-Za-z/(][\w./@()-]{0,63}\[\d{1,10}\]):`;
/** `modem_1  | `: of docker compose, which pads; a database's client puts one blank before a bar. */
const SERVICE = String.raw`[\w.]{1,40}[_-]\d{1,3} {2,40}\|`;

/** How important it is and the name of the logger, where they stand behind a time. */
const LEVEL = String.raw`(?:\[?(?:DEBUG|INFO|TRACE)\]?:? {1,2}(?:[a-z][\w.]{0,40}: (?=\p{L}[\p{L} ]{0,30}[:=]))?)?`;

const HOST = String.raw`[\w.-]{1,64}`;
const STAMP = new RegExp(
  String.raw`^(?:[ \t]{0,64}(?:${SYSLOG} ${HOST} ${PROGRAM} ?|${ISO} ${HOST} ${NUMBERED} ?|${LOGREAD} (?:${PROGRAM}|\[\d{1,10}\]:) ?|${ISO} {1,2}(?! {0,4}[|;,])${LEVEL})|${SERVICE} )`,
  "gmu",
);

/** A line of docker's log file, whose text ends with its line end. */
const DOCKER = /^\{"log":"(?<text>(?:[^"\\]|\\.){0,8192})","stream":"std(?:out|err)".{0,200}\}$/gm;

/** The text without them, so that what a program printed looks as on its own terminal. */
export function withoutLogStamps(text: string): string {
  return text.replace(DOCKER, unescaped).replace(STAMP, "");
}

function unescaped(line: string, text: string): string {
  try {
    return String(JSON.parse(`"${text}"`)).replace(/\r?\n$/, "");
  } catch {
    // Not written by docker after all.
    return line;
  }
}
