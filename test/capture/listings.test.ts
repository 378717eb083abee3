import { describe, expect, test } from "vitest";
import { loadUsbModes } from "../../src/manifest/load.js";
import { readCapture } from "../../src/protocol/capture/index.js";

const modes = await loadUsbModes();

function read(...lines: string[]) {
  return readCapture(lines.join("\n"), "x", modes);
}

const LSUSB = "Bus 001 Device 004: ID 2c7c:0125 Quectel Wireless Solutions Co., Ltd. EC25 LTE modem";
const FOUND = [
  "[    9.100000] usb 1-1.3: New USB device found, idVendor=2c7c, idProduct=0125, bcdDevice= 3.18",
  "[    9.100001] usb 1-1.3: Product: Android",
];
const DEBUGFS = [
  "T:  Bus=01 Lev=02 Prnt=02 Port=02 Cnt=01 Dev#=  4 Spd=480  MxCh= 0",
  "P:  Vendor=2c7c ProdID=0125 Rev= 3.18",
  "S:  Product=Android",
  "C:* #Ifs= 5 Cfg#= 1 Atr=a0 MxPwr=500mA",
];
const EDL = [
  "[   19.100000] usb 1-1.4: New USB device found, idVendor=05c6, idProduct=9008, bcdDevice= 0.00",
  "[   19.100001] usb 1-1.4: Product: QHSUSB__BULK",
];

describe("several listings of one bus", () => {
  test.each([
    ["the kernel's log and lsusb", [...FOUND, "", LSUSB]],
    ["lsusb and debugfs", [LSUSB, "", ...DEBUGFS]],
    ["all three", [...FOUND, "", LSUSB, "", ...DEBUGFS]],
  ])("%s: one module", (_, lines) => {
    expect(read(...lines)).toHaveLength(1);
  });

  test("the listing with most of them counts", () => {
    const two = [LSUSB, LSUSB.replace("004", "005")];
    expect(read(...FOUND, "", ...two)).toHaveLength(2);
  });

  test("a name that was wrapped does not begin another one", () => {
    const two = [LSUSB.replace(" LTE", "\nLTE"), LSUSB.replace("004", "005")];
    expect(read(...two)).toHaveLength(2);
    expect(read(LSUSB, "$ lsusb", LSUSB.replace("004", "005"))).toHaveLength(1);
    expect(read(LSUSB, LSUSB)).toHaveLength(1);
  });

  test("a device is the one in its mode", () => {
    const lsusb = [LSUSB, "Bus 001 Device 005: ID 05c6:9008 Qualcomm, Inc. Gobi Wireless Modem (QDL mode)"];
    expect(
      read(...EDL, "", ...lsusb)
        .map(({ mode }) => mode)
        .sort(),
    ).toEqual(["edl", "normal"]);
  });

  test("names alone may be of any device", () => {
    const usb = [LSUSB, LSUSB.replace("004", "005"), "Bus 004 Device 002: ID 2c7c:0800 Quectel RM502Q-AE"];
    const named = ["1", "2", "0"].map(
      (modem) => `/org/freedesktop/ModemManager1/Modem/${modem} [QUALCOMM INCORPORATED] a module`,
    );
    const makers = read(...usb, "", ...named).map(({ maker }) => maker);
    expect(makers.filter((maker) => maker === "USB 2c7c:0800")).toHaveLength(1);
    expect(makers).toHaveLength(3);
  });

  test("many devices take no longer for each", () => {
    const digits = (number: number) => String(number).padStart(3, "0");
    const lines = Array.from({ length: 20_000 }, (_, at) =>
      LSUSB.replace("001 Device 004", `${digits(at % 1000)} Device ${digits(Math.floor(at / 1000))}`),
    );
    expect(read(...FOUND, "", ...lines)).toHaveLength(20_000);
  });
});

describe("other modules of the maker", () => {
  // Ids of github.com/raspberrypi/linux issue 1880 and of the kernel's option driver.
  const of = (product: string) => [
    `[    9.100000] usb 1-1.3: New USB device found, idVendor=2c7c, idProduct=${product}`,
    `Bus 001 Device 004: ID 2c7c:${product} Quectel Wireless Solutions Co., Ltd.`,
  ];

  test.each(["0121", "0306", "0800"])("2c7c:%s is none of the family, and one", (product) => {
    expect(read(...of(product)).map(({ maker }) => maker)).toEqual([`USB 2c7c:${product}`]);
  });

  test("its own answer is of the listed one", () => {
    const readings = read(
      ...of("0121"),
      "",
      "ATI",
      "Quectel",
      "EC21",
      "Revision: EC21EFAR06A01M4G",
      "",
      "OK",
    );
    expect(readings).toHaveLength(1);
    expect(readings[0]?.revisions[0]?.text).toBe("EC21EFAR06A01M4G");
  });

  test("beside a module of the family it stays another", () => {
    const at = ["ATI", "Quectel", "EC25", "Revision: EC25EFAR06A01M4G", "", "OK"];
    const readings = read(LSUSB, "Bus 001 Device 007: ID 2c7c:0306 Quectel EP06", "", ...at);
    expect(readings.map(({ revisions }) => revisions.length).sort()).toEqual([0, 1]);
  });

  test("an id that the owner gave the modules is theirs", () => {
    const site = { vendorId: 0x2c7c, productId: 0x0666, interfaces: null, mode: "normal" as const };
    const row = { ...site, standing: "site" as const, source: "a test" };
    expect(readCapture(of("0666").join("\n"), "x", [...modes, row])[0]?.maker).toBeNull();
  });
});

test("a module of another make is not the one that a listing shows", () => {
  const at = ["ATI", "Manufacturer: Acme", "Model: A1", "Revision: A1.02", "", "OK"];
  expect(read(LSUSB, "", ...at)).toHaveLength(2);
});

describe("modems of other makers", () => {
  const SIERRA = "Bus 002 Device 003: ID 1199:9091 Sierra Wireless, Inc.";

  test("are told where there is nothing else", () => {
    expect(read(SIERRA)).toHaveLength(1);
    expect(read(SIERRA)[0]?.maker).toContain("1199:9091");
    expect(read("Bus 001 Device 001: ID 1d6b:0002 Linux Foundation 2.0 root hub")).toEqual([]);
  });

  test("are nothing beside a module", () => {
    expect(read(SIERRA, LSUSB)).toMatchObject([{ maker: null, mode: "normal" }]);
    const at = ["ATI", "Quectel", "EC25", "Revision: EC25EFAR06A01M4G", "", "OK"];
    expect(read(SIERRA, "", ...at)).toHaveLength(1);
  });
});
