import { describe, expect, test } from "vitest";
import type { ModuleReading } from "../../src/core/reading.js";
import { readCapture } from "../../src/protocol/capture/index.js";

const REVISION = "EC25EFAR06A11M4G_01.001.01.001";

function read(...lines: string[]): ModuleReading | undefined {
  return readCapture(lines.join("\n"), "x")[0];
}

function revisions(...lines: string[]): string[] {
  return read(...lines)?.revisions.map(({ text, from }) => `${from} ${text}`) ?? [];
}

describe("a revision is read", () => {
  test.each([
    ["as a terminal echoes it", ["AT+QGMR", "", REVISION, "", "OK"]],
    ["typed in small letters", ["at+qgmr", REVISION, "OK"]],
    ["at the end of a text that was cut", ["AT+QGMR", REVISION]],
    ["behind a prompt", ["pi@host:~ $ AT+QGMR", REVISION, "OK"]],
    ["behind another prompt", ["minicom> AT+QGMR", REVISION, "OK"]],
    ["with times", ["[2024-01-02 10:00:00.123] AT+QGMR", `[2024-01-02 10:00:00.456] ${REVISION}`]],
    ["with directions", ["TX: AT+QGMR", `RX: ${REVISION}`, "RX: OK"]],
    ["with arrows", ["--> AT+QGMR", `<-- ${REVISION}`, "<-- OK"]],
    ["with URCs before and inside", ["+QIND: SMS DONE", "AT+QGMR", "+CREG: 2", "RDY", REVISION, "OK"]],
    ["sent by a shell", ["root@x:~# echo 'AT+QGMR' | sudo atinout - /dev/ttyUSB3 -", REVISION, "OK"]],
    ["sent by mmcli", ["mmcli -m 0 --command='AT+QGMR'", `response: '${REVISION}'`]],
    ["without echo", [REVISION, "", "OK"]],
    ["once echo was turned off", ["AT", "OK", "ATE0", "OK", REVISION, "OK"]],
    ["in a chain", ["AT+QGMR;+CFUN?", REVISION, "+CFUN: 1", "OK"]],
    ["in a table", ["| `AT+QGMR` | `" + REVISION + "` | Firmware |"]],
    ["in a recorded tuple", [`(b'AT+QGMR', [b'${REVISION}', b'OK']),`]],
  ])("%s", (_, lines) => expect(revisions(...lines)).toEqual([`AT+QGMR ${REVISION}`]));

  test("from ATI, AT+CGMR and AT+CVERSION", () => {
    expect(revisions("ATI", "Quectel", "EC25", "Revision: EC25AFAR05A07M4G", "", "OK")).toEqual([
      "ATI EC25AFAR05A07M4G",
    ]);
    expect(revisions("AT+CGMR", "EC25AFAR05A07M4G", "OK")).toEqual(["AT+CGMR EC25AFAR05A07M4G"]);
    const version = ["VERSION: EC25AFAR05A07M4G", "Aug 18 2022 15:28:42", "Authors: QCT", "", "OK"];
    expect(revisions("AT+CVERSION", ...version)).toEqual(["AT+CVERSION EC25AFAR05A07M4G"]);
    expect(revisions(...version)).toEqual(["AT+CVERSION EC25AFAR05A07M4G"]);
  });

  test("from ATI without echo, with maker and model", () => {
    expect(read("Quectel", "EC25", "Revision: EC25AFAR05A07M4G", "OK")).toMatchObject({
      maker: "Quectel",
      modelText: "EC25",
      revisions: [{ text: "EC25AFAR05A07M4G", from: "ATI" }],
    });
  });

  test("of custom firmware, once OK confirms it", () => {
    expect(revisions("AT+QGMR", "0.5.1", "OK")).toEqual(["AT+QGMR 0.5.1"]);
    expect(revisions("AT+QGMR", "0.5.1", "is what I expected")).toEqual([]);
  });
});

test("a maker counts once OK confirms it, and not where prose follows", () => {
  expect(read("AT+CGMI", "Quectel", "OK")?.maker).toBe("Quectel");
  expect(read("AT+CGMI", "shows the maker.", "Then type this:", "OK")).toBeUndefined();
});

test("a long log of answers", () => {
  const reading = read("AT+CFUN?", ...Array.from({ length: 60_000 }, (_, at) => `+CFUN: ${at % 2}`));
  expect(reading).toMatchObject({ cfun: 1 });
  expect(reading?.cfunHistory).toHaveLength(60_000);
});

describe("no module is claimed", () => {
  test.each([
    ["by prose", ["Yes, the Firmware version of the EC25-A variant should look like EC25AFARXXXXXXXX."]],
    ["by prose behind a command", ["AT+QGMR", "should look like EC25AFAR05A07M4G"]],
    ["by a placeholder", ["AT+QGMR", "EC25AFARXXXXXXXX", "OK"]],
    ["by a remembered revision", ["Original firmware (AT+QGMR): EC20CEFAR02A10M4G"]],
    ["by what a command should return", ["AT+QGMR should return EC25AFAR05A07M4G", "OK"]],
    ["by a package name", ["I flashed EC25AFAR05A07M4G_30.003.30.003.zip", "OK"]],
    ["by a code alone", ["EC25AFAR05A07M4G"]],
    ["by a list of questions", ["AT+CPIN?", "AT+QGMR", "AT+CFUN?", 'AT+QCFG="band"', "Thank you"]],
    ["by a quote in a text that shows echo", ["AT", "OK", "It should say", "EC25AFAR05A07M4G", "OK"]],
    [
      "by a test's expectations",
      ['"command": "ATI",', '"expected": "Quectel\\r\\nRevision: EC25AFAR05A07M4G"'],
    ],
    ["by a tool's mention", ["requestBaseBandVersion should print EC25AFAR05A07M4G"]],
    ["by nothing", [""]],
  ])("%s", (_, lines) => expect(readCapture(lines.join("\n"), "x")).toEqual([]));
});

describe("other answers", () => {
  test("are read without their commands", () => {
    expect(
      read(
        "+CFUN: 7",
        '+QCFG: "band",0x260,0x42000000000000381a,0x0',
        '+QCFG: "usbnet",1',
        "+CPIN: READY",
        '+COPS: 0,0,"TW Mobile",7',
        "+CREG: 0,2",
        "+CEREG: 0,5",
      ),
    ).toMatchObject({
      cfun: 7,
      band: { gw: 0x260n, lte: 0x42000000000000381an },
      usbnet: 1,
      sim: "READY",
      operator: "TW Mobile",
      registration: "roaming",
    });
  });

  test("a lost registration is lost", () => {
    expect(read("+CREG: 0,1", "+CREG: 0,2")?.registration).toBe("searching");
    expect(read("+CEREG: 0,1", "+CREG: 0,0", "+CEREG: 0,3")?.registration).toBe("denied");
  });

  test("why the radio does not start, and that it does in the end", () => {
    const failed = ["AT+CFUN=1", "+CME ERROR: 0", "AT+CFUN?", "+CFUN: 7", "OK"];
    expect(read(...failed)).toMatchObject({ cfun: 7, cfunError: "+CME ERROR: 0" });
    expect(read(...failed, "AT+CFUN?", "+CFUN: 1", "OK")).toMatchObject({
      cfun: 1,
      cfunError: null,
      cfunHistory: [7, 1],
    });
  });

  test("a missing SIM, by the error to AT+CPIN?", () => {
    expect(read("AT+CPIN?", "+CME ERROR: 10")?.sim).toBe("CME ERROR 10");
  });

  test("a list of networks is no operator, a range no value, prose no state", () => {
    expect(
      readCapture(
        ['+COPS: (2,"A","A","50501",7),,(0-4),(0-2)', "+CFUN: (0,1,4),(0,1)", "+CPIN: READY means ok"].join(
          "\n",
        ),
        "x",
      ),
    ).toEqual([]);
  });
});

describe("the IMEI", () => {
  const imei = (...lines: string[]) => read("AT+CFUN?", "+CFUN: 1", "OK", ...lines)?.imei;

  test("is read from its commands", () => {
    expect(imei("AT+GSN", "000000001230217", "OK")).toEqual({ kind: "present", imei: "000000001230217" });
    expect(imei("AT+EGMR=0,7", '+EGMR: "000000001230217"', "OK")).toMatchObject({ kind: "present" });
  });

  test("is empty only where the module answered without digits", () => {
    expect(imei("AT+GSN", "OK", "AT+CGSN", "", "OK")).toEqual({ kind: "empty", reads: 2 });
    expect(imei("AT+EGMR=0,7", '+EGMR: ""', "OK")).toEqual({ kind: "empty", reads: 1 });
    expect(imei("AT+CGSN=?", "OK")).toEqual({ kind: "unread" });
    expect(imei("AT+GSN", "ERROR")).toEqual({ kind: "unread" });
    expect(imei("AT+GSN", "(hidden)", "OK")).toEqual({ kind: "unread" });
  });

  const GSN = (digits: string) => ["AT+GSN", digits, "OK"];
  const EMPTY = GSN("");
  const NUMBER = GSN("000000001230217");
  const BEFORE = ["AT+QGMR", REVISION, "OK"];
  const AFTER = ["AT+QGMR", "EC25AFAR05A07M4G_30.005.30.005", "OK"];
  const lost = { kind: "empty", reads: 3 };
  const present = { kind: "present", imei: "000000001230217" };

  test.each([
    ["lost by a flash", [...BEFORE, ...NUMBER, ...AFTER, ...EMPTY, ...EMPTY, ...EMPTY], lost],
    ["asked before the revision", [...NUMBER, ...BEFORE, ...EMPTY, ...EMPTY, ...EMPTY, ...AFTER], lost],
    ["not given at once", [...BEFORE, ...NUMBER, ...AFTER, ...EMPTY, ...EMPTY], present],
    ["back again", [...BEFORE, ...NUMBER, ...AFTER, ...EMPTY, ...EMPTY, ...EMPTY, ...NUMBER], present],
    ["empty now and then", [...NUMBER, ...EMPTY, ...EMPTY, ...NUMBER, ...EMPTY], present],
  ])("over a whole story: %s", (_, lines, expected) => {
    expect(imei(...lines)).toEqual(expected);
  });

  test("that somebody replaced by zeros is unread", () => {
    expect(imei("AT+GSN", "000000000000000", "OK")).toEqual({ kind: "unread" });
  });

  test("of the serial number's command is the serial", () => {
    expect(read("AT+EGMR=0,5", '+EGMR: "MPY00XX0R000000"', "OK")).toMatchObject({
      serial: "MPY00XX0R000000",
      imei: { kind: "unread" },
    });
  });
});

test("long and hostile lines are only slow, never wrong", () => {
  const noise = [
    "\r".repeat(200_000),
    "<".repeat(200_000),
    `AT+QCFG=${'"'.repeat(100_001)}`,
    " ".repeat(200_000),
    `requestBaseBandVersion ${"EC25A".repeat(50_000)}`,
    "[06-13_20:35:36:701]".repeat(20_000),
    "|".repeat(100_000),
  ];
  expect(readCapture(noise.join("\n"), "x")).toEqual([]);
  expect(revisions(...noise, "AT+QGMR", REVISION, "OK")).toEqual([`AT+QGMR ${REVISION}`]);
});
