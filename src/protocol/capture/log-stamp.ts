/**
 * What loggers put before a line: the stamps of syslog, journald, OpenWrt's logread and containers, then times, levels and
 * logger names. Stamps of the tools that are read here (`[000.019]:`, `[06-26_01:55:16:993]`, the kernel's) are theirs.
 */
const TIME = String.raw`\d\d:\d\d:\d\d(?:[.,]\d{1,9})?`;
const DATE_TIME = String.raw`\d{4}-\d\d-\d\d[T ]${TIME}(?:Z|[+-]\d\d:?\d\d)?`;
const PROCESS = String.raw`[\w.@/-]{1,64}(?:\[\d{1,7}\])?:[ \t]`;
const LEVEL = "(?:DEBUG|INFO|NOTICE|WARN|WARNING|TRACE|info|debug|notice)";

const HEADS: readonly string[] = [
  String.raw`(?:<\d{1,3}>)?[A-Z][a-z]{2} {1,2}\d{1,2} ${TIME} [\w.-]{1,64} (?!kernel: )${PROCESS}`,
  String.raw`${DATE_TIME} [\w.-]{1,64} (?!kernel: )[\w.@/-]{1,64}\[\d{1,7}\]:[ \t]`,
  String.raw`[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d ${TIME} \d{4} [a-z\d]{2,8}\.[a-z]{2,8} (?!kernel: )${PROCESS}`,
  // Compose pads the names; a database's client begins its rows with a blank.
  String.raw`^[\w.-]{1,64}[-_]\d{1,4} {2,16}\|[ \t](?=\S)`,
];
const PARTS: readonly string[] = [
  String.raw`\[?${DATE_TIME}\]?[ \t]{1,4}(?![ \t]{0,4}[|;,])`,
  String.raw`(?:- )?\[${LEVEL}\] {1,4}`,
  String.raw`(?:- )?${LEVEL} {0,4}[:-] {1,4}`,
  String.raw`(?:- )?[a-z][\w.]{0,40} - ${LEVEL} - `,
  String.raw`${LEVEL} {1,4}(?:[a-z][\w.]{0,40}: )?`,
];
const STAMP = new RegExp(
  String.raw`^[ \t]{0,64}(?:(?:${HEADS.join("|")})(?:${PARTS.join("|")}){0,3}|(?:${PARTS.join("|")}){1,3})`,
  "gm",
);

/** The text, or one line of it, without them. */
export function withoutStamps(text: string): string {
  return text.replace(STAMP, "");
}
