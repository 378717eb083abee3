import { describe, expect, test } from "vitest";
import { latestOf } from "../../src/core/sightings.js";
import { loadUsbModes } from "../../src/manifest/load.js";
import { readCapture } from "../../src/protocol/capture/index.js";

const modes = await loadUsbModes();

function read(...lines: string[]) {
  return readCapture(lines.join("\n"), "x", modes);
}

function revisions(...lines: string[]) {
  return read(...lines).map((reading) => latestOf(reading.revisions)?.text ?? null);
}

const A = "EC25AFAR05A07M4G";
const E = "EC25EFAR06A11M4G";

test("ModemManager probes two modules at once, and each port is a dialogue of its own", () => {
  const line = (port: number, way: string, said: string) =>
    `<debug> [ttyUSB${port}/at] ${way} '${said.replaceAll("\n", "<CR><LF>")}'`;
  const log = [
    line(2, "-->", "AT+CGMR<CR>"),
    line(7, "-->", "AT+CGMR<CR>"),
    line(7, "<--", `\n${A}\n\nOK\n`),
    line(2, "<--", `\n${E}\n\nOK\n`),
  ];
  expect(revisions(...log).sort()).toEqual([A, E]);
});

test("libqmi's translations are read by the message they are in", () => {
  const of = (message: string, type: string, value: string) => [
    `  message     = "${message}" (0x0023)`,
    `  type       = "${type}" (0x01)`,
    `  translated = ${value}`,
  ];
  expect(revisions(...of("Get Revision", "Revision", E))).toEqual([E]);
  expect(read(...of("Get Software Version", "Version", E))).toEqual([]);
  expect(read(...of("Get Operating Mode", "Mode", "offline"))[0]?.qmiMode).toBe("offline");
});

describe("Android", () => {
  test("a phone's own baseband is no module", () => {
    expect(read("[gsm.version.baseband]: [X100-ABC1.2.3,X100-ABC1.2.3]")).toEqual([]);
  });

  test("two slots say the same twice", () => {
    expect(revisions(`[gsm.version.baseband]: [${E},${E}]`)).toEqual([E]);
  });
});

describe("udev", () => {
  const record = [
    "P: /devices/platform/usb1/1-1/1-1.3/1-1.3:1.2/ttyUSB2/tty/ttyUSB2",
    "E: DEVNAME=/dev/ttyUSB2",
    "E: ID_VENDOR_ID=2c7c",
    "E: ID_MODEL=EC25-AF",
    "E: ID_MODEL_ID=0125",
  ];
  const walk = [
    "  looking at parent device '/devices/platform/usb1/1-1/1-1.3':",
    '    KERNELS=="1-1.3"',
    '    ATTRS{idProduct}=="0125"',
    '    ATTRS{idVendor}=="2c7c"',
    '    ATTRS{product}=="EC25-AF"',
  ];

  test.each([
    ["a record", record],
    ["its parents", walk],
    ["both, and the port of the same module", [...record, "", ...walk, "", ...record.slice(1)]],
    ["an event", ["ACTION=add", "DEVPATH=/devices/platform/usb1/1-1/1-1.3", "PRODUCT=2c7c/125/318"]],
  ])("%s: one module", (_, lines) => {
    expect(read(...lines)).toMatchObject([{ mode: "normal" }]);
  });

  test("what was taken away is not there", () => {
    expect(read("ACTION=remove", "DEVPATH=/devices/usb1/1-1", "PRODUCT=2c7c/125/318")).toEqual([]);
  });

  test("a rule is no device", () => {
    expect(read('ATTRS{idVendor}=="2c7c", ATTRS{idProduct}=="0125", MODE="0660"')).toEqual([]);
  });
});

describe("Windows", () => {
  const composite = String.raw`Instance ID: USB\VID_2C7C&PID_0125\5&00000000&0&4`;
  const port = String.raw`Instance ID: USB\VID_2C7C&PID_0125&MI_02\6&00000000&0&0002`;

  test("a device and its interfaces are one module", () => {
    expect(read(port, composite, port)).toHaveLength(1);
    expect(read(composite, port, composite.replace("&4", "&5"))).toHaveLength(2);
  });

  test.each([
    String.raw`Instance ID: USB\VID_05C6&PID_9008\5&00000000&0&4`,
    "  Qualcomm HS-USB QDLoader 9008 (COM7)",
  ])("in EDL: %s", (line) => {
    expect(read(line)).toMatchObject([{ mode: "edl" }]);
  });

  test("a hardware id in a driver's file or in source is no device", () => {
    expect(read(String.raw`%Name% = Install, USB\VID_2C7C&PID_0125&MI_02`)).toEqual([]);
    expect(read("id := `USB\\VID_2C7C&PID_0125\\5&0&0&4`")).toEqual([]);
    expect(read("It appears as Qualcomm HS-USB QDLoader 9008 there.")).toEqual([]);
  });
});

describe("lsusb", () => {
  const branch = (device: number, number: number) => [
    `    |__ Port 3: Dev ${device}, If ${number}, Class=Vendor Specific Class, Driver=option, 480M`,
    "        ID 2c7c:0125 Quectel Wireless Solutions Co., Ltd. EC25 LTE modem",
  ];

  test("a tree names a device once an interface", () => {
    const tree = ["/:  Bus 01.Port 1: Dev 1, Class=root_hub, Driver=dwc2/1p, 480M", ...branch(5, 0)];
    expect(read(...tree, ...branch(5, 1))).toHaveLength(1);
    expect(read(...tree, ...branch(6, 0))).toHaveLength(2);
  });

  test("a line without its place is one, however often it is repeated", () => {
    const line = "ID 2c7c:0125 Quectel Wireless Solutions Co., Ltd. EC25 LTE modem";
    expect(read(line, "as I said:", line)).toHaveLength(1);
  });
});

describe("how the radio is, as ModemManager knows it", () => {
  const table = (power: string, registration: string) => [
    "  Hardware | manufacturer: QUALCOMM INCORPORATED",
    `           | firmware revision: ${E}`,
    "  Status   |       state: connected",
    `           | power state: ${power}`,
    `  3GPP     | registration: ${registration}`,
  ];
  const keys = (power: string, registration: string) => [
    `modem.3gpp.registration-state : ${registration}`,
    "modem.generic.manufacturer : QUALCOMM INCORPORATED",
    `modem.generic.revision : ${E}`,
    `modem.generic.power-state : ${power}`,
  ];
  const json = (power: string, registration: string) => [
    JSON.stringify({
      modem: {
        "3gpp": { "registration-state": registration },
        generic: { manufacturer: "QUALCOMM INCORPORATED", revision: E, "power-state": power },
      },
    }),
  ];

  test.each([
    ["mmcli", table],
    ["mmcli before 1.8", (...said: [string, string]) => table(`'${said[0]}'`, `'${said[1]}'`)],
    ["mmcli -K", keys],
    ["mmcli -J", json],
  ])("%s: its power state is the operating mode it read by QMI", (_, format) => {
    const shown = (power: string) => read(...format(power, "home"));
    expect(shown("on")).toMatchObject([{ qmiMode: "online", registration: "home" }]);
    expect(shown("low")).toMatchObject([{ qmiMode: "low-power" }]);
    expect(shown("off")).toMatchObject([{ qmiMode: "offline" }]);
    expect(shown("unknown")).toMatchObject([{ qmiMode: null }]);
  });
});

describe("mmcli -L", () => {
  const list = [
    "/org/freedesktop/ModemManager1/Modem/0 [QUALCOMM INCORPORATED] QUECTEL Mobile Broadband Module",
    "/org/freedesktop/ModemManager1/Modem/2 [Acme, Incorporated] Acme A1",
  ];
  const details = [
    "  General  | path: /org/freedesktop/ModemManager1/Modem/0",
    "  Hardware | manufacturer: QUALCOMM INCORPORATED",
    `           | firmware revision: ${E}`,
  ];

  test("each is a module, and what is told of one is of that one", () => {
    expect(read(...list).map(({ maker }) => maker)).toEqual(["QUALCOMM INCORPORATED", "Acme, Incorporated"]);
    expect(revisions(...list, "", ...details)).toEqual([E, null]);
  });

  test("a list and a table in one line", () => {
    const line = [`# mmcli -L ${list[0]} # mmcli -m 0 ------------`, ...details].join(" ");
    expect(revisions(line)).toEqual([E]);
  });

  test("a path that was wrapped behind its label", () => {
    const wrapped = details.map((line) => line.replace("path: ", "path:\n"));
    expect(revisions(...list, "", ...wrapped)).toEqual([E, null]);
  });
});

describe("what collectors of logs put before each line", () => {
  const table = ["  Hardware |   manufacturer: Quectel", `           | firmware revision: ${E}`];

  test.each([
    "Jun 26 01:05:24 gw mmcli[586]: ",
    "cze 06 18:23:36 gw mmcli[586]: ",
    "2024-06-26T01:05:24+0200 gw mmcli[586]: ",
    "2024-06-26 01:05:24,123 ",
    "Tue Aug 19 18:07:17 2025 daemon.notice mmcli[586]: ",
    "modem_1  | ",
  ])("%s", (stamp) => {
    expect(revisions(...table.map((line) => `${stamp}${line}`))).toEqual([E]);
  });

  test("a kernel's port is no program", () => {
    const found = "usb 1-1.3: New USB device found, idVendor=2c7c, idProduct=0125";
    expect(read(`2024-06-26 01:05:24,123 ${found}`)).toHaveLength(1);
    expect(read(`Jun 26 01:05:24 gw kernel: [    9.000000] ${found}`)).toHaveLength(1);
  });
});

describe("AT beside other words", () => {
  test.each([
    [`AT+QGMR  → ${E}_01.001.01.001`],
    [`| Identity | \`AT+QGMR\` → \`${E}_01.001.01.001\` ; USB \`2c7c:0125\` | remarks |`],
    [`gw:~# gsmctl -A 'AT+QGMR'\n${E}_01.001.01.001`],
  ])("%s", (text) => {
    expect(revisions(text)).toEqual([`${E}_01.001.01.001`]);
  });
});

test("modules of another grammar are read whole", () => {
  const table = (revision: string) => [
    "  Hardware | manufacturer: Quectel",
    `           | firmware revision: ${revision}`,
    "           | equipment id: 000000001234567",
  ];
  for (const revision of ["BG95M3LAR02A03", "EG916QGLLGR01A03M04"])
    expect(revisions(...table(revision))).toEqual([revision]);
});

test("a report goes on behind lines of other names, and a place is the module's", () => {
  const report = (version: string) => [
    "Device: a gateway",
    "CPU: a chip",
    "Serial: ABC000",
    "MAC: 00:00",
    `Firmware: ${version}`,
  ];
  expect(revisions(...report(A))).toEqual([A]);
  const fwupd = ["Vendor: Quectel", "Name: EC25", `Version: ${E}`, "PhysicalId: /sys/devices/usb1/1-4"];
  expect(revisions(...fwupd, "", "", "", ...fwupd)).toEqual([E]);
});

test("a kernel's line that mail broke anywhere", () => {
  const words = "[    9.1] usb 1-1.3: New USB device found, idVendor=2c7c, idProduct=0125".split(" ");
  for (let at = words.indexOf("New") + 1; at < words.length; at += 1) {
    const text = `${words.slice(0, at).join(" ")}\n${words.slice(at).join(" ")}`;
    expect(read(text), text).toHaveLength(1);
  }
});

test("what it runs now is not what a label or an older report says", () => {
  const report = ["• Model: EC25", `• Revision: ${A}`, "• IMEI: 000000001234567", `• Current firmware: ${E}`];
  const [reading, ...more] = read("• AT+CFUN? returns +CFUN: 5", ...report);
  expect(more).toEqual([]);
  expect(reading).toMatchObject({ cfun: 5, revisions: [{ text: E }] });
  const next = [`Current firmware: ${A}`, "IMEI: 000000007654321"];
  expect(revisions(...report, ...next)).toEqual([E, A]);
});

test("half an id is none", () => {
  const find = "Find /sys/bus/usb/devices/1-1 idVendor=0x2c7c idProduct=0x1          25, bus=0x002";
  expect(read(`[06-26_01:55:16:993] ${find}`)).toEqual([]);
});

test("a list that is announced as an example shows nothing", () => {
  expect(read("It should show:", "/org/freedesktop/ModemManager1/Modem/0 [Quectel] EG25-G")).toEqual([]);
  expect(read('printf "/org/freedesktop/ModemManager1/Modem/0 [Quectel] EG25-G"')).toEqual([]);
});

describe("macOS", () => {
  const of = (place: string, maker: string) => [
    "        A modem:",
    "",
    "          Product ID: 0x0125",
    "          Vendor ID: 0x2c7c",
    "          Version: 3.18",
    `          Manufacturer: ${maker}`,
    `          Location ID: ${place} / 5`,
  ];

  test("a device by where it is", () => {
    expect(read(...of("0x14100000", "BAIWANG"))).toMatchObject([{ mode: "normal", maker: "BAIWANG" }]);
    expect(read(...of("0x14100000", "Quectel"), "", ...of("0x14200000", "Quectel"))).toHaveLength(2);
    expect(read("Vendor ID: 0x2c7c and Product ID: 0x0125 are what to look for.")).toEqual([]);
  });
});

test.each([
  "Number 001/004  ID 2c7c:0125  EC25",
  "  Device-4: Quectel EC25 LTE modem type: USB driver: option bus-ID: 1-1:3 chip-ID: 2c7c:0125",
])("other listings with the ids: %s", (line) => {
  expect(read(line)).toMatchObject([{ mode: "normal" }]);
});

test("two modems whose paths were cut off are two by what was asked, and by their IMEIs", () => {
  const of = (revision: string, imei: string) => [
    "  Hardware | manufacturer: Quectel",
    `           | firmware revision: ${revision}`,
    `           | equipment id: ${imei}`,
  ];
  const one = of(A, "000000001234567");
  const other = of(E, "000000007654321");
  expect(revisions("$ mmcli -m 0", ...one, "$ mmcli -m 1", ...other)).toEqual([A, E]);
  expect(revisions(...one, "", "", ...other)).toEqual([A, E]);
});

test("what grep leaves of qmicli's answer is told by the command", () => {
  const command = "$ qmicli -d /dev/cdc-wdm0 --dms-get-revision | grep Revision";
  expect(revisions(command, `\tRevision: '${E}'`)).toEqual([E]);
  expect(read(`\tRevision: '${E}'`)).toEqual([]);
});

describe("fwupdmgr's tree", () => {
  const device = (name: string, vendor: string, version: string) => [
    `├─${name}:`,
    "│     Device ID:          0000000000000000000000000000000000000000",
    `│     Current version:    ${version}`,
    `│     Vendor:             ${vendor} (USB:0x0000)`,
    "│   ",
  ];

  test("a module by its vendor, whatever it runs", () => {
    const webcam = device("Webcam", "Acme", "1.2.3");
    const readings = read("A host", "│", ...webcam, ...device("EG25-G", "Quectel", "0.7.2"));
    expect(readings).toMatchObject([{ modelText: "EG25-G", revisions: [{ text: "0.7.2" }] }]);
    expect(revisions(...webcam, ...device("EG25-G", "Quectel", "EG25GGBR07A08M2G_01.003.01.003"))).toEqual([
      "EG25GGBR07A08M2G_01.003.01.003",
    ]);
  });
});

test("docker's log files and libraries' loggers", () => {
  const line = `[06-26_01:55:17:315] requestBaseBandVersion ${E}\\n`;
  expect(revisions(`{"log":"${line}","stream":"stdout","time":"2024-01-01T00:00:00Z"}`)).toEqual([E]);
  expect(revisions(`I (1234) modem: +CGMR: ${E}`)).toEqual([E]);
});

test("numbers of lines, and numbers of rows", () => {
  const report = ["Manufacturer: Quectel", "Model: EC25", `Revision: ${E}`, "IMEI: 000000001234567"];
  const numbered = report.map((line, at) => `${17 + 3 * at}:${line}`);
  expect(revisions("grep -n . modem.log:", ...numbered)).toEqual([E]);
  const rows = [1, 2, 3].map((slot) => `${slot}\tEC25\t${slot === 2 ? A : E}\t00000000000000${slot}`);
  expect(revisions("slot\tmodel\trevision\timei", ...rows)).toEqual([E, A, E]);
});

test("names in Portuguese", () => {
  const report = ["Fabricante: Quectel", "Modelo: EC25", `Revisão: ${E}`, "IMEI: 000000000001234"];
  expect(revisions(...report)).toEqual([E]);
});
