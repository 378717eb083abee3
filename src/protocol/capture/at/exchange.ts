import { COMMAND_TEXT, isCommand } from "./command.js";
import { revisionText } from "../revision-text.js";

/** Between a command and its answer, where people write both in one line. */
const RETURNS = new RegExp(
  String.raw`^(?<command>${COMMAND_TEXT})(?:\s+(?:returns?|answers?|gives?|says?|->|=>|=|:|\|)\s+|\s*[→⇒➜➔：]\s*|:\s+)(?<answer>.+)$`,
  "i",
);
/** Set in columns, with a remark in a third: `ATI      EC25EFAR06A17M4G      # not an EC20`. */
const COLUMNS = new RegExp(String.raw`^(?<command>${COMMAND_TEXT})(?: {2,}|\t+)(?<answer>\S.*)$`, "i");
/** A row of values: `AT+QGMR,EC25...`. Of other commands a comma is a part. */
const ROW = /^(?<command>ATI|AT\+(?:Q|C)?GMR)[,;]\s?(?<answer>.+)$/i;
/** Inside a cell or a sentence: "`AT+QGMR` → `EC25...`". */
const INLINE = /`(?<command>AT[^`]{0,80})`(?:\s?(?:→|⇒|➜|->|=>|:)\s?|\s)`(?<answer>[^`]{1,120})`/gi;
/** A sentence of what might be, of what was, or of what somebody wants. */
const UNREAL =
  /\b(?:if|when|should|expect\w*|example|e\.g\.|must|want|need|target|latest|original(?:ly)?|previous(?:ly)?|before|please)\b/i;
/** A sentence that ends with the command whose answer stands below: "The output of AT+QGMR is:". */
const ANNOUNCED =
  /(?:^|[\s(`'"，,])(?<command>ATI|AT\+(?:Q|C)?GMR|AT\+CVERSION)[)`'"]?(?:\s[^:：]{0,60})?\s?[:：]\s*$/i;
const REMARK = /\s{2,}(?:[#;(←]|\/\/|<-|--).*$|\s+(?:#|←)\s.*$/;

/** Commands whose answer has no name; what may stand there, so that a manual's "AT+CGMI: manufacturer" says nothing. */
const BARE_ANSWERS: readonly [RegExp, (answer: string) => boolean][] = [
  [/^AT\+(?:Q|C)?GMR\b|^AT\+CVERSION\b/i, (answer) => revisionText(withoutName(answer)) !== null],
  [/^ATI\d?\b/i, (answer) => answer.split(IDENTITY_GAP).some((one) => isRevision(withoutName(one)))],
  [
    /^AT\+C?GMI\b/i,
    (answer) => /^(?:quectel|qualcomm|simcom|huawei|sierra|telit|fibocom|u-?blox|zte|baiwang)/i.test(answer),
  ],
  [/^AT\+C?GMM\b/i, (answer) => /^\S*\d\S*$/.test(answer)],
  [/^AT\+C?GSN\b/i, (answer) => /^\d{14,16}$/.test(answer)],
];
/** `Quectel / EC25 / Revision: ...`, `Quectel, EC25, ...`, or only blanks between. */
const IDENTITY_GAP = /\s*[/,;|·]\s+|\s+(?=Revision:)/;

/** A command with its whole answer in one line, as statements of a dialogue; null for any other line. */
export function spokenExchange(line: string): readonly string[] | null {
  const plain = line.replaceAll("`", "");
  const found = (RETURNS.exec(plain) ?? COLUMNS.exec(plain) ?? ROW.exec(plain))?.groups;
  if (found !== undefined) return exchange(found["command"] ?? "", found["answer"] ?? "");
  if (UNREAL.test(line)) return null;
  const inline = [...line.matchAll(INLINE)].flatMap(
    ({ groups }) => exchange((groups?.["command"] ?? "").trim(), groups?.["answer"] ?? "") ?? [],
  );
  return inline.length === 0 ? null : inline;
}

/** The command that a sentence announces the answer of; null for any other line. */
export function announcedCommand(line: string): string | null {
  return UNREAL.test(line) ? null : (ANNOUNCED.exec(line)?.groups?.["command"] ?? null);
}

/** The statements of one exchange; null where the answer is none that this command has. */
export function exchange(command: string, whole: string): readonly string[] | null {
  const answer = (whole.split(/\s\|\s/)[0] ?? "").replace(REMARK, "").trim();
  if (!isCommand(command) || answer === "") return null;
  const ends = /\b(?:OK|ERROR(?:: \w+)?)$/.test(answer);
  const body = answer.replace(/\s+OK$/, "");
  const isPlausible = BARE_ANSWERS.find(([commands]) => commands.test(command))?.[1];
  if (isPlausible !== undefined && !ends && !isPlausible(body)) return null;
  const lines = /^ATI\d?$/i.test(command) ? identityLines(body) : [body];
  return [command, ...lines, ...(answer.includes("ERROR") || body === "OK" ? [] : ["OK"])];
}

function identityLines(answer: string): readonly string[] {
  return /^Quectel [\w-]+ Revision:/.test(answer) ? [answer] : answer.split(IDENTITY_GAP);
}

function withoutName(answer: string): string {
  return answer.replace(/^(?:Quectel [\w-]+ )?(?:Revision|VERSION):\s*/i, "");
}

function isRevision(text: string): boolean {
  return revisionText(text)?.shape === "quectel" || /^Revision:/.test(text);
}
