import { describe, expect, test } from "vitest";
import { readCapture } from "../../src/protocol/capture/index.js";
import { alike, claims, judged } from "./judged.js";

const FULL = "EC25EFAR06A11M4G_01.001.01.001";
const SHORT = "EC25EFAR06A11M4G";
const OTHER = "EC25AFAR05A07M4G";
const IMEI = "000000001230217";
const SECOND = "000000001230225";

/** The whole is one module that runs this. */
const ONE: Readonly<Record<string, string>> = {
  "a gateway's own version and the modem's": `{"firmware":"GW_07.06","modem_fw":"${FULL}","imei":"${IMEI}"}`,
  "a version of Quectel's shape beside an IMEI": `{"version": "${FULL}", "model": "EC25-E", "imei": "${IMEI}"}`,
  "JSON that a copy cut off": `{"modem":{"imei":"${IMEI}","firmware":"${FULL}","sim":{"iccid":"89`,
  "JSON with broken quotes before it": `"status": "on "x.example"",\n"modem": {"imei": "${IMEI}", "firmware": "${FULL}"},`,
  "members without their brace": `"networkType": "MOBILE", // or WIFI\n"modemFirmwareVersion": "${FULL}", // the module's\n"imei": "${IMEI}", // of it`,
  "members behind a closing brace": `    },\n],\n'csd': False,\n'version': '${FULL}',\n'imei': '${IMEI}',\n}`,
  "JSON in a container's log": JSON.stringify({
    log: `{"imei":"${IMEI}","firmware":"${FULL}"}\n`,
    stream: "stdout",
  }),
  "one line with a module among other things": `IMEI:${IMEI}; VERSION:X_2.0.13; APN:x,724,54; COMVER:${FULL}; BCD:0`,
  "settings with sections": `system.modem.imei='${IMEI}'\nsystem.modem.firmware='${FULL}'`,
  "a list with numbers": `1. Model: EC25-E\n2. Firmware version: ${FULL}\n3. IMEI: ${IMEI}`,
  "code spans": `- Model: EC25-E\n- Firmware: \`${FULL}\`\n- IMEI: \`${IMEI}\``,
  "a listing in columns": `Model        EC25-E\nFirmware     ${FULL}\nIMEI         ${IMEI}`,
  "a program's own words": `Modem(manufacturer='Quectel', model='EC25', revision='${FULL}', imei='${IMEI}')`,
  "names it does not know between": `FIRMWARE: ${FULL}\nCPU: x\nMAC: y\nETH: z\nRAM: 1\nDISK: 2\nIMEI: ${IMEI}`,
  "syslog before each line": `Jan 01 10:00:00 host agent[12]: Revision: ${FULL}\nJan 01 10:00:00 host agent[12]: IMEI: ${IMEI}`,
  "OpenWrt's log before each line": `Mon Jan  1 10:00:00 2024 daemon.info agent[12]: firmware=${FULL} imei=${IMEI}`,
  "times and levels": `2024-01-01 10:00:00,123 - modem - INFO - Firmware: ${FULL}\n[INFO] IMEI: ${IMEI}`,
  "a table of names and values": `| what | value |\n|---|---|\n| firmware | \`${FULL}\` (2021; see below) |\n| IMEI | \`${IMEI}\` |`,
  "a table of HTML": `<table><tr><td>IMEI</td><td>${IMEI}</td></tr><tr><td>Firmware</td><td>${FULL}</td></tr></table>`,
  "a structure that Go prints": `modem found: {Manufacturer:Quectel Model:EC25 Revision:${FULL} IMEI:${IMEI}}`,
  "a structure that Rust prints": `ModemInfo { model: Some("EC25"), firmware: Some("${FULL}"), imei: Some("${IMEI}") }`,
  "InfluxDB's lines": `modem,host=a,imei=${IMEI} firmware="${FULL}",rssi=-71i 1465839830100400200`,
  "JSON with a time and a level before each line": `2024-01-01 10:00:00,1 INFO "imei": "${IMEI}",\n2024-01-01 10:00:00,1 INFO "firmware": "${FULL}",\n2024-01-01 10:00:00,1 INFO "state": "on"`,
  "a logger's name behind a level": `2024-01-01T10:00:00.123Z INFO modem: Firmware: ${FULL}, IMEI: ${IMEI}`,
  XML: `<modem>\n<model>EC25</model>\n<firmware>${FULL}</firmware>\n<imei>${IMEI}</imei>\n</modem>`,
  "attributes of XML": `<device id="1"><modem imei="${IMEI}" fwVersion="${FULL}"/></device>`,
  "the one that runs now beside an older one": `Revision: ${OTHER}\nIMEI: ${IMEI}\nCurrent firmware: ${FULL}`,
  "what runs before and after": `IMEI: ${IMEI}\nCurrent firmware: ${OTHER}\nUpdating...\nDone.\nCurrent firmware: ${FULL}`,
  "the fuller form of the same": `Firmware: ${FULL}\nIMEI: ${IMEI}\nRevision: ${SHORT}`,
  "the shield's code beside it": `MODEM:     EC25-E EC25EFA-512-STD\nFIRMWARE:  ${FULL}`,
  "fwupd's carrier configuration behind it": `  Vendor:      Quectel\n  Version:     ${FULL} - 05010820\n  PhysicalId:  /sys/devices/usb1/1-4`,
};

/** Marks that are part of the layout are lost in these. */
const NOT: Readonly<Record<string, readonly string[]>> = {
  "a table of HTML": ["in HTML", "in paragraphs"],
  XML: ["coloured"],
};

describe("one module is read", () => {
  test.each(Object.entries(ONE))("%s", (name, text) => {
    expect(alike(text, claims, NOT[name])).toEqual([FULL]);
  });
});

describe("each module is read once", () => {
  const rows = (separator: string) =>
    [
      ["host", "imei", "revision"],
      ["a", IMEI, FULL],
      ["b", SECOND, OTHER],
    ].map((row) => row.join(separator));

  test.each([
    ["a table with bars", `| ${rows(" | ").join(" |\n| ")} |`],
    ["a database's client", rows(" | ").join("\n")],
    [
      "rows of a database",
      `INSERT INTO \`modems\` (\`id\`,\`imei\`,\`fw_version\`,\`note\`) VALUES (1,'${IMEI}','${FULL}','it''s, old'),\n(2,'${SECOND}','${OTHER}',NULL);`,
    ],
    ["hosts that follow each other", `- host: a\n  revision: ${FULL}\n- host: b\n  revision: ${OTHER}`],
    [
      "what each runs now",
      `Current firmware: ${FULL}\nIMEI: ${IMEI}\nCurrent firmware: ${OTHER}\nIMEI: ${SECOND}`,
    ],
    [
      "a walk of SNMP",
      `X-MIB::mImei.1 = STRING: ${IMEI}\nX-MIB::mImei.2 = STRING: ${SECOND}\nX-MIB::mRevision.1 = STRING: "${FULL}"\nX-MIB::mRevision.2 = STRING: "${OTHER}"`,
    ],
    [
      "elements of XML",
      `<m><imei>${IMEI}</imei><fw>${FULL}</fw></m><m><imei>${SECOND}</imei><fw>${OTHER}</fw></m>`,
    ],
  ])("%s", (_, text) => expect(claims(text)).toEqual([FULL, OTHER]));

  test("fwupd's dump names one device again and again", () => {
    const dump = `FuDevice for FuMmDevice:\n  Vendor:      Quectel\n  Version:     ${FULL}\n  PhysicalId:  /sys/devices/usb2/2-1\n\n\n\n`;
    expect(claims(dump.repeat(3))).toEqual([FULL]);
  });
});

describe("community firmware", () => {
  const tree = (ids: string) =>
    `└─QUECTEL Mobile Broadband Module:\n      Device ID:          0000000000000000000000000000000000000000\n      Current version:    0.7.2\n      Vendor:             Qualcomm (USB:0x2C7C)\n      GUIDs:              00000000-0000-0000-0000-000000000000 ← USB\\${ids}\n`;

  test("is a module's where fwupd lists the module's ids", () => {
    // The tree is drawn with letters that Windows-1252 has not.
    expect(alike(tree("VID_2C7C&PID_0125&REV_0318"), judged, ["Windows-1252"])).toEqual(["custom"]);
  });

  test("of another device is nothing", () => {
    expect(judged(tree("VID_1234&PID_0125"))).toEqual([]);
    expect(judged(tree("VID_2C7C&PID_0620"))).toEqual(["unsupported"]);
  });
});

describe("no module is claimed by", () => {
  test.each([
    ["a script", `FW=${FULL}\nIMEI=$(cat /etc/imei)\n./QFirehose -f $FW`],
    ["a template", `firmware: ${FULL}\nimei: {{ imei }}\nmodel: EC25`],
    [
      "a release inside of a device",
      `Vendor: Quectel, Plugin: modem_manager, Releases: [{ Version: ${FULL} }]`,
    ],
    ["a release for a device", `Device: EC25-E\nFirmware version: ${FULL}`],
    [
      "a release inside of a program",
      `Plugin: "modem_manager",\nVendor: "Quectel",\nReleases: [{ Version: "${FULL}" }],`,
    ],
    ["an example", `Firmware: ${FULL} (example)\nIMEI: ${IMEI}`],
    [
      "an alert rule",
      `- alert: Old\n  expr: 'modem_info{model="EC25",manufacturer="Quectel",revision!="${FULL}"} == 1'`,
    ],
    [
      "a table of what is affected",
      `| Affected project | EC25-E |\n| Firmware | ${FULL} |\n| IMEI | ${IMEI} |`,
    ],
    ["a list of what is supported", `| Device | Firmware |\n|---|---|\n| EC25-E | ${FULL} |`],
    [
      "a release in XML",
      `<release version="${FULL}"><firmware>${FULL}</firmware><imei>${IMEI}</imei></release>`,
    ],
    ["half a word of a broken value", `{"maker":Quectel, "model":EC25, "revision":${FULL}, "imei":${IMEI}`],
    ["a member of what is wanted", `"target": {\n"imei": "${IMEI}",\n"firmware": "${FULL}",\n`],
    [
      "a catalogue in a database",
      `INSERT INTO releases (id,serial,version,revision) VALUES (1,'S1','1','${FULL}');`,
    ],
    ["a build", `PROJECT_NAME    =EC25E\nPROJECT_REV     =${FULL}`],
  ])("%s", (_, text) => expect(claims(text)).toEqual([]));
});

test("the version of the device around a module is no earlier revision", () => {
  const text = `IMEI:${IMEI}; VERSION:X_2.0.13_20250410; COMVER:${FULL}`;
  expect(readCapture(text, "x").flatMap(({ revisions }) => revisions.map((one) => one.text))).toEqual([FULL]);
});
