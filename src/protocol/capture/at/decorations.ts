/** When it was written, by which host and program, how important it is. */
const STAMPS: readonly RegExp[] = [
  /^\[[\d:.,_/T -]{5,32}Z?\]:?\s*/,
  /^\[[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}\]\s*/,
  /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?\s+/,
  /^\d\d:\d\d:\d\d(?:[.,:]\d+)?(?:\s+|[;,|]\s*)/,
  // Months are in the language of the host: `ago 03`, `maj 06`.
  /^\p{L}{3,5}\.? {1,2}\d{1,2} \d\d:\d\d:\d\d \S{1,64} \S{1,64}:\s+/u,
  // syslog with an ISO time, which is off by now: `host quectel[812]: `.
  /^\S{1,64} [\w./-]{1,48}\[\d{1,7}\]:\s+/,
  // gammu: `Fri 2019/04/26 13:07:54 gammu-smsd[383]: gammu: `.
  /^(?:[A-Z][a-z]{2} \d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \S{1,48}: )?gammu: /,
  // Python's logging, with the name of the logger before or behind the level.
  /^(?:- )?[\w.]{1,40} - (?=DEBUG|INFO)/,
  /^(?:- )?\[?(?:DEBUG|INFO|TRACE)\]?(?::[\w.]{1,40})?\s*[:-]\s*/,
  /^(?:\[(?:DEBUG|INFO|TRACE|NOTICE)\]|(?:DEBUG|INFO|TRACE)(?: [a-z][\w.]{0,40}:)?)\s+/,
  // Particle: `0000023997 [app] INFO: `.
  /^\d{6,12} \[[\w.]{1,32}\] (?:DEBUG|INFO|TRACE):\s*/,
  // ESP-IDF (`I (1234) modem: `) and Android's logcat in its two commonest forms.
  /^[DIVW] \(\d{1,10}\) [\w.-]{1,40}:\s+/,
  /^\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\s{1,8}\d{1,7}\s{1,8}\d{1,7} [VDIWEF] [\w.-]{1,32}\s{0,16}:\s+/,
  /^[VDIWEF]\/[\w.-]{1,32}\s{0,16}\(\s{0,8}\d{1,7}\):\s+/,
];

/** What terminals and mail put before a line beside that: quoting, arrows, bullets, directions. */
const DECORATIONS: readonly RegExp[] = [
  ...STAMPS,
  /^<[A-Z]{1,4}>\s*/,
  /^(?:[-=]{0,2}[<>]{1,3}[-=]{0,2}|[→←⇒⇐➜➤])\s*/,
  /^[•*-]\s+/,
  /^\d{1,4}(?:[.)]\s+|\s{2,}(?=AT|OK|\+[A-Z]|[A-Z]{2}\d\d))/,
  // Serial assistants of Chinese makers: `发→◇`, `IN←◆`.
  /^□\s*|^(?:发|收|OUT|IN)?[→←⇒⇐][◇◆]?\s*/,
  // Android's RIL: `AT> `, `AT< `.
  /^AT[<>]\s+/,
  // eg25-manager.
  /^Sending command: /,
  // RouterOS: `lte,async lte1: rcvd `.
  /^lte,\S{1,40} \S{1,40}: (?:sent|rcvd) /,
  /^\[?(?:TX|RX|SEND|SENT|SENDING|RECV|RECEIVED|WRITE|READ|CMD|COMMAND|RESP|REQ|RSP)\]?(?:\s?\(\s?\d{1,5}\))?\s*(?::|-?>|<-?|=>|[;,|\t])\s*/i,
  /^(?:HOST|PC|DTE|MODEM|MODULE|DCE)\s?:\s+/i,
  // `response: '...'` in quotes is mmcli's, and read as a whole.
  /^\[?(?:RESPONSE|ANSWER|REPLY|OUTPUT|RÉPONSE|ANTWORT|RESPUESTA|RISPOSTA|RESPOSTA|ОТВЕТ)\]?\s*:(?!\s*')\s*/i,
  /^[[【]?(?:发送|接收|收到|返回|响应|回应|回复|命令)[\]】]?\s*[:：→>]+\s*/,
];

/** As many as a line may carry: a quoted mail of a time-stamped log is three. */
const DECORATION_LIMIT = 6;

export function undecorated(line: string): string {
  return without(line, DECORATIONS);
}

/** The line without what a log puts before it. */
export function unstamped(line: string): string {
  return without(line, STAMPS);
}

function without(line: string, patterns: readonly RegExp[]): string {
  let rest = line;
  for (let count = 0; count < DECORATION_LIMIT; count += 1) {
    const decoration = patterns.find((pattern) => pattern.test(rest));
    if (decoration === undefined) return rest;
    rest = rest.replace(decoration, "");
  }
  return rest;
}
