import { describe, expect, test } from "vitest";
import { loadUsbModes } from "../../src/manifest/load.js";
import { readCapture } from "../../src/protocol/capture/index.js";
import { alike, judged } from "./judged.js";

const modes = await loadUsbModes();

function verdicts(text: string): unknown[] {
  return alike(text, judged);
}

describe("QFirehose", () => {
  test.each([
    ["the switch to EDL was cut off", "[002.154]: successful, wait module reboot"],
    ["only the end of a failure", "[006.387]: STATE <-- SAHARA_WAIT_HELLO\n[006.394]: Sahara protocol error"],
    ["arrows of a forum", "[006.387]: RECEIVED ← SAHARA_HELLO_ID\n[006.394]: Upgrade module failed."],
    ["arrows of later versions", "[005.415]: <=== Q_SAHARA_FOUR\n[005.415]: SAHARA_RESET ===>"],
    ["it stops while erasing", '[005.186]: <erase PAGES_PER_BLOCK="64" start_sector="0" />'],
  ])("leaves the module in EDL: %s", (_, text) => expect(verdicts(text)).toEqual(["not-running"]));

  const PROGRAMMER = "[004.051]: prog_nand_firehose_filename = prog_firehose_sdx55.mbn";

  test("a programmer of another chip tells that the device is none of ours", () => {
    expect(verdicts(`[004.050]: d_name=prog_firehose_sdx7x.elf`)).toEqual(["unsupported"]);
    expect(verdicts(`${PROGRAMMER}\n[004.051]: STATE <-- SAHARA_WAIT_HELLO`)).toEqual(["unsupported"]);
    expect(judged("[006.935]: md5 checking: /mnt/update/firehose/prog_firehose_sdx7x.elf pass")).toEqual([]);
  });

  test("of a module that showed our ids it is only the wrong package", () => {
    const found = "[000.019]: [1] /sys/bus/usb/devices/1-1.2 2c7c/125/318\n";
    expect(verdicts(`${found}[001.019]: switch to 'Emergency download mode'\n${PROGRAMMER}`)).toEqual([
      "not-running",
    ]);
  });

  test("a success in the end leaves nothing in EDL", () => {
    const log = '[032.348]: <power value="reset" />\n[033.351]: Upgrade module successfully.';
    expect(readCapture(log, "x", modes)).toMatchObject([{ mode: "normal", revisions: [] }]);
  });
});

describe("edl.py", () => {
  const log = (chip: string) =>
    `main - Device detected :)\nmain - Mode detected: sahara\nsahara - \nHWID:              0x${chip}00000000 (MSM_ID:0x${chip},OEM_ID:0x0000,MODEL_ID:0x0000)`;

  test("a chip of ours is a module in EDL, another is none of ours", () => {
    expect(verdicts(log("000480e1"))).toEqual(["not-running"]);
    expect(verdicts(log("001750e1"))).toEqual(["unsupported"]);
  });

  test("a chip that was noted is not in EDL now", () => {
    const notes = `MODEM: EC25-E EC25EFA-512-STD\nFIRMWARE: EC25EFAR06A01M4G\n\nHWID:   0x000480e100000000`;
    expect(verdicts(notes)).toEqual(["unknown"]);
  });

  test("the loader's name tells the chip where Sahara is over", () => {
    const loader = (name: string) =>
      `main - Using loader Loaders/${name} ...\nmain - Mode detected: firehose`;
    expect(verdicts(loader("mdm9x07/000480e100000000_0123456789abcdef_fhprg_9x07.mbn"))).toEqual([
      "not-running",
    ]);
    expect(verdicts(loader("prog_firehose_sdx55.mbn"))).toEqual(["unsupported"]);
  });
});

describe("qdl", () => {
  const EDL = "Bus 001 Device 009: ID 05c6:9008 Qualcomm, Inc. Gobi Wireless Modem (QDL mode)\n";

  test("a programmer of another chip tells that what is in EDL is none of ours", () => {
    expect(verdicts(`${EDL}$ sudo ./qdl prog_emmc_firehose_8909_ddr.mbn rawprogram0.xml`)).toEqual([
      "unsupported",
    ]);
    expect(verdicts(`${EDL}$ ./qdl --storage nand prog_nand_firehose_9x07.mbn rawprogram.xml`)).toEqual([
      "not-running",
    ]);
  });

  test("a sentence about one does not", () => {
    expect(judged(`${EDL}Should I give qdl the file prog_firehose_ddr.elf?`)).toEqual(["not-running"]);
  });
});
