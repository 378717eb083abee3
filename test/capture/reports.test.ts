import { describe, expect, test } from "vitest";
import type { ModuleReading } from "../../src/core/reading.js";
import { readCapture } from "../../src/protocol/capture/index.js";

const REVISION = "EC25EUXGAR08A15M1G_20.200.20.200";
const IMEI = "000000001230217";

function readings(...lines: string[]): ModuleReading[] {
  return readCapture(lines.join("\n"), "x");
}

function revisions(...lines: string[]): string[] {
  return readings(...lines).flatMap((reading) => reading.revisions.map(({ text }) => text));
}

describe("a report is read", () => {
  test.each([
    [
      "as a table of two columns",
      ["| what | value |", "|---|---|", `| firmware | \`${REVISION}\` (old) |`, `| IMEI | \`${IMEI}\` |`],
    ],
    [
      "as strings of a program",
      [`    "Manufacturer: Quectel\\n"`, `    "Model IMEI: ${IMEI}\\n"`, `    "Revision: ${REVISION}\\n"`],
    ],
    [
      "with a stamp before each line",
      [`[2024-01-02 10:00:00] IMEI: ${IMEI}`, `[2024-01-02 10:00:00] Firmware: ${REVISION}`],
    ],
    ["with names put together", [`imei: ${IMEI}`, `lteFirmware: ${REVISION}`]],
    [
      "as one record with other things in it",
      [`IMEI:${IMEI}; APN:a.example,724,54; CSQ:-101dbm 15asu; COMVER:${REVISION}; X:1`],
    ],
    [
      "beside the firmware of its router",
      ["Firmware version: RUT9_R_00.07", `Modem firmware: ${REVISION}`, `IMEI: ${IMEI}`],
    ],
    [
      "with an empty line between any two",
      [`IMEI: ${IMEI}`, "", "Hardware: T4", "", `Firmware: ${REVISION}`],
    ],
    [
      "with ModemManager's path",
      [
        "Path: /org/freedesktop/ModemManager1/Modem/0",
        "Name: Mobile Broadband Module",
        `Version: ${REVISION}`,
      ],
    ],
    [
      "of a unit known by its ordering code",
      ["MODEM:      EC25-EUX EC25EUXGA-128-SGNS", `FIRMWARE:   ${REVISION}`],
    ],
  ])("%s", (_, lines) => expect(revisions(...lines)).toEqual([REVISION]));

  test.each([
    ["Chinese", ["设备      : /dev/ttyUSB2", "制造商    : Quectel", `固件      : ${REVISION}`]],
    ["Russian", ["Производитель: Quectel", "Модель: EC25", `Версия прошивки: ${REVISION}`]],
    ["German", ["Hersteller: Quectel", "Modell: EC25", `Firmware: ${REVISION}`]],
    ["French", ["Fabricant : Quectel", "Modèle : EC25", `Révision : ${REVISION}`]],
  ])("in %s", (_, lines) => expect(revisions(...lines)).toEqual([REVISION]));

  test("of what runs now, where it tells what ran before, and keeps what it says of the radio", () => {
    const [reading, ...others] = readings(
      "AT+CFUN? returns +CFUN: 5",
      "  • Revision: EC25EUXGAR08A09M1G",
      `  • IMEI: ${IMEI} (restored)`,
      `  • Current firmware: ${REVISION}`,
    );
    expect(others).toEqual([]);
    expect(reading).toMatchObject({ cfun: 5, revisions: [{ text: REVISION }] });
    expect(
      revisions(
        `* IMEI: ${IMEI}`,
        "* SW Version before FOTA: EC25EUXGAR08A09M1G",
        `* SW Version after FOTA: ${REVISION}`,
      ),
    ).toEqual([REVISION]);
  });
});

describe("no module is claimed", () => {
  test.each([
    [
      "by an example",
      [
        "**Example output:**",
        "",
        "```",
        "Manufacturer: Quectel",
        "Model: EC25",
        `Revision: ${REVISION}`,
        "```",
      ],
    ],
    ["by a table of versions", ["| Module | Firmware |", "|---|---|", `| EC25-EUX | ${REVISION} |`]],
    [
      "by what is wanted",
      [`IMEI: ${IMEI}`, `Target modem firmware: ${REVISION}`, `Latest firmware: ${REVISION}`],
    ],
    ["by what ran before", [`IMEI: ${IMEI}`, `SW version before update: ${REVISION}`]],
    ["by a package's path", [`Path: /srv/fw/${REVISION}.zip`, `Version: ${REVISION}`]],
    ["by an ordering code in a sentence", ["The modem EC25EUXGA-128-SGNS needs", `firmware: ${REVISION}`]],
  ])("%s", (_, lines) => expect(revisions(...lines)).toEqual([]));
});

describe("announced examples", () => {
  const answer = ["AT+QGMR", REVISION, "OK"];
  test.each([
    "Expected output:",
    "Erwartete Ausgabe:",
    "Sortie attendue :",
    "Esempio output atteso:",
    "预期输出：",
    "Example:",
    "示例",
    "Possible responses:",
  ])("%s", (announcement) => expect(revisions(announcement, "", "", ...answer)).toEqual([]));

  test.each([
    "I expected it to register but this is what I get:",
    "Not what I expected:",
    "For example, mine says:",
  ])("%s announces none", (sentence) => expect(revisions(sentence, "", ...answer)).toEqual([REVISION]));
});

describe("JSON whose braces were cut off", () => {
  const fields = [
    `    'imei': '${IMEI}',`,
    "    'cfg': {'4G': ['b1', 'b3']},",
    `    'version': '${REVISION}',`,
    "    'model': 'EC25-EUX',",
  ];

  test("is read, also with remarks and between prose", () => {
    expect(revisions(...fields)).toEqual([REVISION]);
    expect(revisions("This is what it tells:", "", ...fields, "", "Thank you.")).toEqual([REVISION]);
    const remarked = fields.map((line) => `${line.replaceAll("'", '"')} // if there is a modem`);
    expect(revisions(...remarked)).toEqual([REVISION]);
  });

  test("of two modules is two", () => {
    const other = fields.map((line) => line.replace(IMEI, "000000001230225").replace("A15M1G", "A17M1G"));
    expect(readings(...fields, ...other)).toHaveLength(2);
  });

  test("of what is expected is nothing", () => {
    expect(revisions(`"command": "AT+QGMR",`, `"expected": "${REVISION}\\r\\nOK"`)).toEqual([]);
  });
});

test("a module of another make in the same text is another module", () => {
  const huawei = [
    "ATI",
    "Manufacturer: Huawei Technologies Co., Ltd.",
    "Model: ME909s-120",
    "Revision: 11.617.15.00.00",
    "OK",
  ];
  const quectel = ["ATI", "Quectel", "EC25", "Revision: EC25EFAR06A06M4G", "", "OK"];
  const revisionsOf = (lines: readonly string[]) =>
    readings(...lines).map(({ revisions: all }) => [...new Set(all.map(({ text }) => text))]);
  expect(revisionsOf([...quectel, ...huawei])).toEqual([["EC25EFAR06A06M4G"], ["11.617.15.00.00"]]);
  expect(revisionsOf([...huawei, ...quectel])).toEqual([["11.617.15.00.00"], ["EC25EFAR06A06M4G"]]);
});
