import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type AtAnswer, AtAnswerCollector } from "../../src/protocol/at/answer.js";
import { AtLineReader } from "../../src/protocol/at/lines.js";
import { bytesOf, everyCut } from "./cuts.js";

/** The fifteen commands of the thread, in its order. */
const COMMANDS = [
  "AT+CPIN?",
  "AT+QGMR",
  "AT+CPAS",
  "AT+CFUN?",
  "AT+COPS?",
  'AT+QCFG="band"',
  'AT+QCFG="nwscanseq"',
  'AT+QCFG="nwscanmode"',
  "AT+CGDCONT?",
  "AT+CREG?",
  "AT+CSQ",
  "AT+QCSQ",
  "AT+QNWINFO",
  "AT+CGATT?",
  'AT+QCFG="usbnet"',
] as const;

/** Answers the commands one after the other, as a session would. */
class Conversation {
  readonly #reader = new AtLineReader();
  readonly #left: string[];
  #collector: AtAnswerCollector;

  constructor(commands: readonly string[]) {
    const [first = "", ...left] = commands;
    this.#collector = new AtAnswerCollector(first);
    this.#left = left;
  }

  push(bytes: Uint8Array): AtAnswer[] {
    return this.#reader.push(bytes).flatMap((token) => {
      const answer = this.#collector.push(token);
      if (answer === null) return [];
      this.#collector = new AtAnswerCollector(this.#left.shift() ?? "");
      return [answer];
    });
  }
}

function fixture(name: string): Uint8Array {
  return readFileSync(new URL(`../../fixtures/at/${name}.txt`, import.meta.url));
}

function answerTo(command: string, text: string, options = {}): AtAnswer | null {
  const collector = new AtAnswerCollector(command, options);
  for (const token of new AtLineReader().push(bytesOf(text))) {
    const answer = collector.push(token);
    if (answer !== null) return answer;
  }
  return null;
}

describe("the transcript of the thread", () => {
  const said: readonly (readonly string[])[] = [
    ["+CPIN: READY"],
    ["EC25EFAR06A11M4G_01.001.01.001"],
    ["+CPAS: 0"],
    ["+CFUN: 7"],
    ["+COPS: 0"],
    ['+QCFG: "band",0x260,0x80a,0x0'],
    ['+QCFG: "nwscanseq",0403010502'],
    ['+QCFG: "nwscanmode",0'],
    [
      '+CGDCONT: 1,"IP","ltedata.apn","0.0.0.0",0,0,0,0',
      '+CGDCONT: 2,"IPV4V6","ims","0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0",0,0,0,0',
      '+CGDCONT: 3,"IPV4V6","SOS","0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0",0,0,0,1',
    ],
    ["+CREG: 0,0"],
    ["+CSQ: 99,99"],
    ['+QCSQ: "NOSERVICE"'],
    ["+QNWINFO: No Service"],
    ["+CGATT: 0"],
    ['+QCFG: "usbnet",0'],
  ];
  const answers = COMMANDS.map((command, at) => ({
    command,
    status: "ok",
    cme: null,
    lines: said[at],
    urcs: [],
  }));

  it.each(["thread-before", "thread-before-no-echo"])(
    "%s gives the same answers cut at every byte",
    (name) => {
      const { whole, cut } = everyCut(() => new Conversation(COMMANDS), fixture(name));
      expect(whole).toEqual(answers);
      for (const result of cut) expect(result).toEqual(answers);
    },
  );

  it.each([
    ["\r\r\n", /\r\n/g, "\r\r\n"],
    ["\n", /\r+\n/g, "\n"],
  ])("gives the same answers with %j for a line end", (_name, end, other) => {
    const text = Buffer.from(fixture("thread-before")).toString("latin1").replace(end, other);
    expect(new Conversation(COMMANDS).push(bytesOf(text))).toEqual(answers);
  });
});

describe("AtAnswerCollector", () => {
  it("sets a spliced URC apart and ends at the first final result", () => {
    // The real capture of domain.md, section 2: two commands' ends in one read.
    const capture =
      "\r\nVERSION: EC25AFAR05A07M4G\r\nAug 18 2022 15:28:42\r\nAuthors: QCT\r\n\r\nOK\r\n\r\n+CREG: 0,2\r\n\r\nOK\r\n";
    const { whole, cut } = everyCut(() => new Conversation(["AT+CVERSION", "AT+CREG?"]), bytesOf(capture));
    const lines = ["VERSION: EC25AFAR05A07M4G", "Aug 18 2022 15:28:42", "Authors: QCT"];
    expect(whole.map((answer) => answer.lines)).toEqual([lines, ["+CREG: 0,2"]]);
    for (const result of cut) expect(result).toEqual(whole);
  });

  it.each([
    ["+CREG: 2", "+CREG: 2"],
    ["RDY", "RDY"],
    ['+QIND: "csq",21,99', '+QIND: "csq",21,99'],
    ["+QUSIM: 1", "+QUSIM: 1"],
    ["POWERED DOWN", "POWERED DOWN"],
    ["$GPGGA,,,,,,0,,,,,,,,*66", "$GPGGA,,,,,,0,,,,,,,,*66"],
  ])("takes %s inside an answer for a URC", (_name, urc) => {
    const answer = answerTo(
      "AT+QGMR",
      `AT+QGMR\r\r\n\r\n${urc}\r\nEC25EFAR06A11M4G_01.001.01.001\r\n\r\nOK\r\n`,
    );
    expect(answer?.lines).toEqual(["EC25EFAR06A11M4G_01.001.01.001"]);
    expect(answer?.urcs).toEqual([urc]);
  });

  it.each([
    ["+CME ERROR: 13", "13"],
    ["+CME ERROR: SIM failure", "SIM failure"],
    ["+CMS ERROR: 500", "500"],
    ["ERROR", null],
  ])("ends with %s", (text, cme) => {
    expect(answerTo("AT+CPIN?", `AT+CPIN?\r\r\n${text}\r\n`)).toMatchObject({ status: "error", cme });
  });

  it("passes over a prompt", () => {
    expect(answerTo("AT+CFUN?", "\r\n> \r\n+CFUN: 1\r\n\r\nOK\r\n")?.lines).toEqual(["+CFUN: 1"]);
  });

  it("knows its echo behind half a line that was never finished", () => {
    const answer = answerTo("AT+QGMR", "\xfe\x7eAT+QGMR\r\r\nEC25AFAR05A07M4G_30.005.30.005\r\n\r\nOK\r\n");
    expect(answer?.lines).toEqual(["EC25AFAR05A07M4G_30.005.30.005"]);
  });

  it("gives no answer before a final result", () => {
    expect(answerTo("AT+GSN", "AT+GSN\r\r\n000000001230217\r\n")).toBeNull();
  });

  describe("on a port that echoes", () => {
    const late = "\r\nEC25EFAR06A11M4G_01.001.01.001\r\n\r\nOK\r\n";
    const own = "AT+GSN\r\r\n000000001230217\r\n\r\nOK\r\n";

    it("leaves the late answer of an earlier command aside", () => {
      expect(answerTo("AT+GSN", late + own, { echoes: true })?.lines).toEqual(["000000001230217"]);
      expect(answerTo("AT+GSN", `AT+QGMR\r\r\nERROR\r\n${own}`, { echoes: true })?.status).toBe("ok");
    });

    it("has no answer where only a late one came", () => {
      expect(answerTo("AT+GSN", late, { echoes: true })).toBeNull();
    });
  });
});
