import { describe, expect, test } from "vitest";
import type { ModuleReading } from "../../src/core/reading.js";
import { readCapture } from "../../src/protocol/capture/index.js";

const SHORT = "EC25EUXGAR08A15M1G";
const REVISION = `${SHORT}_20.200.20.200`;

function read(...lines: string[]): ModuleReading | undefined {
  return readCapture(lines.join("\n"), "x")[0];
}

function revisions(...lines: string[]): string[] {
  return read(...lines)?.revisions.map(({ text }) => text) ?? [];
}

describe("a command with its answer in one line", () => {
  test.each([
    ["with an arrow", `AT+QGMR          → ${REVISION}`],
    ["with an arrow and a remark", `AT+QGMR → ${REVISION}     ← still the old one`],
    ["with another arrow", `AT+QGMR => ${REVISION}`],
    ["with a colon", `AT+QGMR: ${REVISION}`],
    ["with an equals sign", `AT+QGMR = ${REVISION}`],
    ["in columns", `AT+QGMR        ${REVISION}      # not what the label says`],
    ["between tabs", `AT+QGMR\t${REVISION}`],
    ["in a cell of a table", `| Identité | \`AT+QGMR\` → \`${REVISION}\` ; USB \`2c7c:0125\` | sûr |`],
    ["in a bullet", `- \`AT+QGMR\` -> \`${REVISION}\``],
    ["with its result code behind it", `AT+QGMR ${REVISION} OK`],
    ["in a sentence that lost its line ends", `It says this: AT+QGMR ${REVISION} and I wonder why`],
  ])("%s", (_, line) => expect(revisions(line)).toEqual([REVISION]));

  test.each([
    ["between slashes", `ATI → Quectel / EC25 / ${SHORT}`],
    ["with its name", `ATI: Quectel EC25 Revision: ${SHORT}`],
    ["between commas", `ATI -> Quectel, EC25, Revision: ${SHORT}`],
    ["in columns", `ATI      ${SHORT}      # an EC25`],
    ["without its command", `Quectel EC25 Revision: ${SHORT}`],
  ])("ATI %s", (_, line) => expect(revisions(line)).toEqual([SHORT]));

  test("other answers", () => {
    expect(read("AT+CFUN?     → +CFUN: 7", "AT+CPIN?     → +CPIN: READY   (seated)")).toMatchObject({
      cfun: 7,
      sim: "READY",
    });
  });
});

describe("nothing is claimed by a manual's", () => {
  test.each([
    ["table of commands", ["| AT+CGMI | Request manufacturer |", "| AT+CGMM | Request model |"]],
    ["list of commands", ["AT+CGMI: manufacturer", "AT+CGMM: model", "AT+CGMR: revision"]],
    ["columns", ["AT+CGMI   Manufacturer identification", "ATI       Product information"]],
    ["remarks", ["AT+CGMR          # Firmware version", "AT+CFUN?         # functionality"]],
    ["condition", [`If \`AT+QGMR\` -> \`${REVISION}\`, flash it.`]],
    ["wish", [`AT+QGMR should give ${REVISION}`, `I want AT+QGMR ${REVISION} in the end`]],
    ["table of examples", ["| Command | Example |", `| AT+GMR | \`AT+GMR\` → \`${SHORT}\` |`]],
  ])("%s", (_, lines) => expect(readCapture(lines.join("\n"), "x")).toEqual([]));
});

describe("what hands the command to the module", () => {
  test.each([
    ["Teltonika's gsmctl", `root@router:~# gsmctl -A 'AT+QGMR'`],
    ["sms_tool", `# sms_tool -d /dev/ttyUSB2 at "AT+QGMR"`],
    ["sms_tool without quotes", "root@OpenWrt:~# sms_tool -d /dev/ttyUSB2 at AT+QGMR"],
    ["gl_modem", "root@GL:~# gl_modem AT AT+QGMR"],
    ["echo with escapes", String.raw`pi@host:~ $ echo -e "AT+QGMR\r\n" > /dev/ttyUSB2`],
    ["printf", String.raw`printf 'AT+QGMR\r' > /dev/ttyUSB2`],
    ["RouterOS", `[admin@router] > /interface lte at-chat lte1 input="AT+QGMR"`],
  ])("%s", (_, line) => expect(revisions(line, REVISION)).toEqual([REVISION]));

  test("RouterOS puts the result code behind the answer", () => {
    const asked = `[admin@router] > /interface lte at-chat lte1 input="AT+CFUN?"`;
    expect(read(asked, "  output: +CFUN: 7 OK")?.cfun).toBe(7);
  });

  test("gsmctl with letters instead of commands", () => {
    expect(revisions("root@router:~# gsmctl -y", SHORT)).toEqual([SHORT]);
    expect(revisions("root@router:~# gsmctl -O 3-1 -y", SHORT)).toEqual([SHORT]);
    expect(revisions("root@router:~# gsmctl -n -w -y", "EC25", "EC25-EUX", SHORT)).toEqual([SHORT]);
  });
});

describe("what stands before each line", () => {
  test.each([
    ["syslog with an ISO time", "2026-01-02T10:00:00+01:00 gw modemd[812]: "],
    ["Python's logging", "2026-01-02 10:00:00,123 - modem - DEBUG - "],
    ["Python's logging, short", "DEBUG:modem:"],
    ["ESP-IDF", "I (12345) modem: "],
    ["logcat", "01-02 10:00:00.123  1234  1250 D RILC: "],
    ["RouterOS", "15:24:02 lte,async lte1: rcvd "],
    ["directions with lengths", "RX (32): "],
    ["an answer's name", "Response: "],
    ["an answer's name in Chinese", "收到："],
  ])("%s", (_, stamp) => {
    expect(revisions(`${stamp}AT+QGMR`, `${stamp}${REVISION}`, `${stamp}OK`)).toEqual([REVISION]);
  });
});

describe("what a program printed", () => {
  const bytes = String.raw`b'\r\n${REVISION}\r\n\r\nOK\r\n'`;
  test.each([
    ["bytes with a name", `response: ${bytes}`],
    ["bytes in a comment", `        # ans: ${bytes}`],
    ["a list", `find file resp:  ['AT+QGMR', '${REVISION}', '', 'OK']`],
  ])("%s", (_, line) => expect(revisions(line)).toEqual([REVISION]));

  test.each([
    ["what a test expects", `expected_response = [b'AT+QGMR', b'${REVISION}', b'OK']`],
    ["a comparison", String.raw`if ("ati\\r\\n${REVISION}\\r\\nOK" != status)`],
    ["a constant of a test", `EC25_ATI = ${bytes}`],
    ["a field of a test", `input: ${bytes},`],
    ["a comment of source code", `/* test pattern\n *  AT+QGMR\n *  ${REVISION}\n *\n *  OK\n */`],
    ["a list without a result code", `KNOWN = ['EC25', '${REVISION}']`],
  ])("but not %s", (_, line) => expect(readCapture(line, "x")).toEqual([]));
});

describe("a sentence that announces the answer", () => {
  test.each([
    ["The output of AT+QGMR is:", [REVISION]],
    ["My module answers to `AT+QGMR` with this:", [REVISION, "OK"]],
    ["AT+QGMR gives:", ["", REVISION]],
    ["输入 `AT+QGMR`：", [REVISION, "", "OK"]],
    ["AT+QGMR：", [REVISION]],
  ])("%s", (sentence, answer) => expect(revisions("AT", "OK", "", sentence, ...answer)).toEqual([REVISION]));

  test("also where other commands were echoed", () => {
    const answer = ["Quectel", "EC25", `Revision: ${SHORT}`, "", "OK"];
    expect(revisions("AT+CSQ", "+CSQ: 20,99", "OK", "Then this came:", ...answer)).toEqual([SHORT]);
  });

  test.each([
    "AT+QGMR should give:",
    "Please send the answer to AT+QGMR:",
    "Original firmware (AT+QGMR):",
    "Target of AT+QGMR:",
    "The latest by AT+QGMR is:",
  ])("but not %s", (sentence) => expect(revisions("AT", "OK", "", sentence, REVISION)).toEqual([]));
});
