import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { judge } from "../../src/core/verdict.js";
import { latestOf } from "../../src/core/sightings.js";
import { loadFacts, loadUsbModes } from "../../src/manifest/load.js";
import { readCapture, readModules } from "../../src/protocol/capture/index.js";
import { readDeclarations } from "../../src/core/declaration.js";
import { checkDocument, type CheckOutcome } from "../../src/ui/check-json.js";
import { tallyOf } from "../ui/rendered.js";

/** With all that is in it counted. */
const documentOf = (outcome: Omit<CheckOutcome, "tally">) =>
  checkDocument({ ...outcome, tally: tallyOf(outcome.judgements, outcome.failures) });

const [facts, modes] = await Promise.all([loadFacts(), loadUsbModes()]);

async function fixture(path: string): Promise<string> {
  return readFile(new URL(`../../fixtures/${path}`, import.meta.url), "utf8");
}

test("a run log tells what ran before and what runs after", async () => {
  const [reading, ...others] = readCapture(await fixture("runs/wrong-variant.ndjson"), "x", modes);
  expect(others).toEqual([]);
  expect(latestOf(reading?.revisions ?? [])?.text).toBe("EC25AFAR05A07M4G_30.005.30.005");
  expect(reading?.revisions[0]?.text).toBe("EC25EFAR06A11M4G_01.001.01.001");
  expect(reading?.mode).toBe("normal");
});

test("a run log that was cut off in EDL leaves the module there", async () => {
  const lines = (await fixture("runs/wrong-variant.ndjson")).split("\n");
  const edl = lines.findIndex((line) => line.includes('"where":"edl"'));
  const [reading] = readCapture(lines.slice(0, edl + 2).join("\n"), "x", modes);
  expect(reading?.mode).toBe("edl");
});

test("a recording is read as the dialogue it holds", async () => {
  const readings = readCapture(await fixture("recordings/wrong-variant-check.ndjson"), "x", modes);
  expect(readings).toHaveLength(1);
  const [reading] = readings;
  expect(reading).toMatchObject({ cfun: 7, band: { gw: 0x260n, lte: 0x80an }, maker: "Quectel" });
  expect(latestOf(reading?.revisions ?? [])?.text).toBe("EC25EFAR06A11M4G_01.001.01.001");
});

test("what check wrote is judged as it was, with what was declared", () => {
  const text =
    'AT+QGMR\nEC25EFAR06A11M4G_01.001.01.001\nOK\nAT+CFUN?\n+CFUN: 7\nOK\n+QCFG: "band",0x260,0x80a,0x0\n';
  const declarations = readDeclarations({ label: "EC25AFA-512-STD" }, facts);
  const first = readCapture(text, "1-1.2").map((reading) => judge(reading, facts, { declarations }));
  const document = documentOf({ judgements: first, failures: [], exit: 10 });
  for (const written of [JSON.stringify(document), JSON.stringify(document, null, 2)]) {
    const [module, ...others] = readModules(written, "x", modes);
    expect(others).toEqual([]);
    expect(module?.label).toBe("EC25AFA-512-STD");
    expect(module?.reading).toMatchObject({ cfun: 7, band: { gw: 0x260n, lte: 0x80an } });
    expect(module && judge(module.reading, facts, { declarations }).verdict).toBe("mismatch");
  }
});

describe("several modules in one text are kept apart", () => {
  const claims = (text: string) =>
    readCapture(text, "x", modes).map(({ revisions }) => latestOf(revisions)?.text ?? null);

  test("by the port that a shell command names", () => {
    const ask = (port: string, revision: string) =>
      `# echo AT+QGMR | atinout - /dev/${port} -\nAT+QGMR\n${revision}\nOK\n`;
    expect(claims(ask("ttyUSB2", "EC25AFAR05A07M4G") + ask("ttyUSB6", "EC25EFAR06A11M4G"))).toEqual([
      "EC25AFAR05A07M4G",
      "EC25EFAR06A11M4G",
    ]);
    // The second AT port of the same module (domain.md 3.1).
    expect(claims(ask("ttyUSB2", "EC25AFAR05A07M4G") + ask("ttyUSB3", "EC25AFAR05A07M4G"))).toHaveLength(1);
  });

  test("by the IMEI, whether it is asked before the revision or after", () => {
    const imei = (n: number) => `AT+GSN\n00000000123000${n}\nOK\n`;
    const revision = (build: number) => `AT+QGMR\nEC25AFAR05A0${build}M4G\nOK\n`;
    const wanted = ["EC25AFAR05A04M4G", "EC25AFAR05A07M4G"];
    expect(claims(imei(1) + revision(4) + imei(2) + revision(7))).toEqual(wanted);
    expect(claims(revision(4) + imei(1) + revision(7) + imei(2))).toEqual(wanted);
    expect(claims(imei(1) + revision(4) + imei(1) + revision(7))).toEqual(["EC25AFAR05A07M4G"]);
  });

  test("by the model", () => {
    expect(claims("AT+QGMR\nEC25EUGAR06A07M4G\nOK\nAT+QGMR\nEG06ELAR04A04M4G\nOK\n")).toEqual([
      "EC25EUGAR06A07M4G",
      "EG06ELAR04A04M4G",
    ]);
  });

  test("by the port path of quectel-CM, and one that flashed is one", () => {
    const log = (path: string, revision: string) =>
      `[06-26_01:55:16:993] Find /sys/bus/usb/devices/${path} idVendor=0x2c7c idProduct=0x125\n[06-26_01:55:17:315] requestBaseBandVersion ${revision}\n`;
    const [old, fresh] = ["EC25EFAR06A11M4G", "EC25AFAR05A07M4G"];
    expect(claims(log("1-1.2", old) + log("1-1.3", fresh))).toEqual([old, fresh]);
    expect(claims(log("1-1.2", old) + log("1-1.2", fresh))).toEqual([fresh]);
  });

  test("and what names no place is of the only one there is, or of the one with its revision", () => {
    const modem = (number: number, revision: string) =>
      `General | path: /org/freedesktop/ModemManager1/Modem/${number}\nHardware | manufacturer: Quectel\n | firmware revision: ${revision}\n`;
    const at = "AT+QGMR\nEC25AFAR05A07M4G_30.005.30.005\nOK\nAT+CFUN?\n+CFUN: 7\nOK\n";
    expect(claims(modem(0, "EC25AFAR05A07M4G") + at)).toEqual(["EC25AFAR05A07M4G_30.005.30.005"]);
    const two = readCapture(modem(0, "EC25EFAR06A11M4G") + modem(1, "EC25AFAR05A07M4G") + at, "x", modes);
    expect(two.map(({ cfun }) => cfun)).toEqual([null, 7]);
  });
});

test("a module that went to EDL is there, with its history; one that came back runs", () => {
  const before = "AT+QGMR\nEC25EFAR06A11M4G_01.001.01.001\nOK\n";
  const edl = "Bus 001 Device 009: ID 05c6:9008 Qualcomm, Inc. Gobi Wireless Modem (QDL mode)\n";
  const after = "AT+QGMR\nEC25AFAR05A07M4G_30.005.30.005\nOK\n";
  expect(readCapture(before + edl, "x", modes)).toMatchObject([
    { mode: "edl", revisions: [{ text: "EC25EFAR06A11M4G_01.001.01.001" }] },
  ]);
  expect(readCapture(before + edl + after, "x", modes)).toMatchObject([{ mode: "normal" }]);
});
