import { describe, expect, test } from "vitest";
import { readCapture } from "../../src/protocol/capture/index.js";

const SHORT = "EC25EUXGAR08A15M1G";
const REVISION = `${SHORT}_20.200.20.200`;

function revisions(...lines: string[]): string[] {
  return readCapture(lines.join("\n"), "x").flatMap((reading) => reading.revisions.map(({ text }) => text));
}

describe("a dialogue as its program writes it down", () => {
  test.each([
    [
      "pyserial, a line at a time",
      ["b'AT+QGMR\\r\\r\\n'", `b'${REVISION}\\r\\n'`, "b'\\r\\n'", "b'OK\\r\\n'"],
    ],
    [
      "pyserial in a shell",
      [">>> ser.readlines()", `[b'AT+QGMR\\r\\r\\n', b'${REVISION}\\r\\n', b'\\r\\n', b'OK\\r\\n']`],
    ],
    ["line ends by name", [`AT+QGMR<CR><CR><LF>${REVISION}<CR><LF><CR><LF>OK<CR><LF>`]],
    ["line ends as escapes", ["Sent: AT+QGMR\\r\\n", `Received: \\r\\n${REVISION}\\r\\n\\r\\nOK\\r\\n`]],
    ["an OK without a line end", ["AT+QGMR", `${REVISION}OK`]],
    ["arrows of one sign", ["→ AT+QGMR", `← ${REVISION}`, "← OK"]],
    ["who speaks", ["HOST: AT+QGMR", `MODEM: ${REVISION}`, "MODEM: OK"]],
    ["numbers of lines", ["12  AT+QGMR", `13  ${REVISION}`, "14  OK"]],
    ["numbers of steps", [`1) AT+QGMR: ${REVISION}`, "2) AT+CFUN?: +CFUN: 1"]],
    ["quotes", [`"AT+QGMR"`, `"${REVISION}"`, `"OK"`]],
    ["back ticks side by side", [`\`AT+QGMR\` \`${REVISION}\``]],
    ["a table without its head", [`AT+QGMR,${REVISION}`, "AT+CFUN?,+CFUN: 1"]],
    ["columns of a logger", ["10:00:00;TX;AT+QGMR", `10:00:00;RX;${REVISION}`, "10:00:00;RX;OK"]],
    ["a serial assistant", ["[10:11:12.123]发→◇AT+QGMR", "□", `[10:11:12.133]收←◆${REVISION}`, "", "OK"]],
    ["JSON with a list", [`{"cmd": "AT+QGMR", "resp": ["${REVISION}", "OK"]}`]],
    ["JSON with the echo", [`{"response": "AT+QGMR\\r\\r\\n${REVISION}\\r\\n\\r\\nOK\\r\\n"}`]],
  ])("%s", (_, lines) => expect(revisions(...lines)).toEqual([REVISION]));

  test("gammu", () => {
    const stamp = "Fri 2019/04/26 13:07:54 gammu-smsd[383]: gammu: ";
    expect(revisions(`${stamp}1 "AT+CGMR"`, `${stamp}2 "${SHORT}"`, `${stamp}3 "OK"`)).toEqual([SHORT]);
  });

  // The forms of ModemManager 1.10 and 1.18, debug log.
  test.each([
    ["<debug> [1600000000.123456] (ttyUSB2): ", "<debug> [1600000000.123456] (ttyUSB6): "],
    [
      "ModemManager[512]: <dbg> [1600000000.1] [modem0/ttyUSB2/at] ",
      "ModemManager[512]: <dbg> [1600000000.1] [modem1/ttyUSB6/at] ",
    ],
  ])("ModemManager: %s", (one, other) => {
    const asked = (stamp: string, revision: string) => [
      `${stamp}--> 'AT+CGMR<CR>'`,
      `${stamp}<-- '<CR><LF>${revision}<CR><LF><CR><LF>OK<CR><LF>'`,
    ];
    expect(revisions(...asked(one, SHORT))).toEqual([SHORT]);
    const both = [...asked(one, SHORT), ...asked(other, "EC25EFAR06A11M4G")];
    expect(readCapture(both.join("\n"), "x")).toHaveLength(2);
  });
});

test("lines of source code are no dialogue", () => {
  const source = [
    "transport.add_response([",
    `    "ATI",`,
    `    "Quectel",`,
    `    "EC25",`,
    `    "Revision: ${SHORT}",`,
    `    "OK"`,
    "])",
    `"AT+GMR\\r\\n",    //E`,
    `"${SHORT}",        //ATI`,
    `ser.write(b'AT+QGMR\\r\\n')`,
  ];
  expect(readCapture(source.join("\n"), "x")).toEqual([]);
});
