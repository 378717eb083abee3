import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CheckOptions } from "../../src/flow/check.js";
import { checkTexts } from "../../src/flow/check-texts.js";
import { textInputs } from "../../src/flow/text-inputs.js";
import { matchesWildcard } from "../../src/flow/wildcard.js";
import { loadFacts, loadUsbModes } from "../../src/manifest/load.js";
import { toldBy } from "./texts.js";

const [facts, modes] = await Promise.all([loadFacts(), loadUsbModes()]);
const RIGHT = "EC25AFAR05A07M4G_30.005.30.005";
const WRONG = "EC25EFAR06A11M4G_01.001.01.001";
const LABEL = "EC25AFA-512-STD";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ecflash-texts-"));
  await mkdir(join(folder, "deep", "deeper"), { recursive: true });
  const texts = {
    "a.txt": `AT+QGMR\n${RIGHT}\nOK`,
    "b.log": `AT+QGMR\n${WRONG}\nOK`,
    "deep/c.txt": `AT+QGMR\n${RIGHT}\nOK`,
    "deep/deeper/d.txt": "nothing here",
    ".hidden": `AT+QGMR\n${WRONG}\nOK`,
  };
  for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text);
});
afterAll(() => rm(folder, { recursive: true }));

async function* chunks(...parts: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}

async function check(paths: readonly string[], stdin = chunks(), options: Partial<CheckOptions> = {}) {
  const stream = checkTexts(
    await textInputs(paths, stdin),
    { facts, modes },
    { declarations: [], ...options },
  );
  const { told, items } = await toldBy(stream);
  return { told: told.map((line) => line.replace(`${folder}/`, "")), items, end: stream.end() };
}

describe("--from takes", () => {
  test("a folder, with all below it, hidden files passed over", async () => {
    const { told, end } = await check([folder]);
    expect(told).toEqual([
      "a.txt:2 unknown",
      "b.log:2 unknown",
      "deep/c.txt:2 unknown",
      "deep/deeper/d.txt input-empty",
    ]);
    expect(end).toMatchObject({ tally: { modules: 3, failures: 1 }, exit: 11 });
  });

  test("a pattern in the last part of a path", async () => {
    expect((await check([join(folder, "*.txt")])).told).toEqual(["a.txt:2 unknown"]);
    expect((await check([join(folder, "?.lo*")])).told).toEqual(["b.log:2 unknown"]);
    await expect(check([join(folder, "*.xyz")])).rejects.toMatchObject({ code: "input-unreadable" });
  });

  test("standard input, in chunks cut anywhere", async () => {
    const text = Buffer.from(`prose \u2014 with umlauts äöü\nAT+QGMR\n${RIGHT}\nOK\n`);
    const cut = Array.from({ length: text.length }, (_, at) => text.subarray(at, at + 1));
    expect((await check(["-"], chunks(...cut))).told).toEqual(["-:3 unknown"]);
  });

  test("no path that is not there, and no input that holds nothing", async () => {
    await expect(check([join(folder, "missing")])).rejects.toMatchObject({ code: "input-unreadable" });
    await expect(check(["-"])).rejects.toMatchObject({ code: "input-empty" });
    await expect(check([join(folder, "deep", "deeper")])).rejects.toMatchObject({ code: "input-empty" });
  });
});

const ndjson = (...records: object[]) => records.map((record) => JSON.stringify(record)).join("\n");

describe("records", () => {
  const records = ndjson(
    { host: "a", imei: "000000000000001", revision: RIGHT, label: LABEL },
    { host: "b", imei: "000000000000002", revision: WRONG, label: LABEL },
    { host: "c", imei: "000000000000003", revision: null, label: LABEL },
  );

  test("are judged one a line, by the label they carry", async () => {
    const { told, items, end } = await check(["-"], chunks(`${records}\n`));
    expect(told).toEqual(["-:1 match", "-:2 mismatch", "-:3 unknown"]);
    expect(end).toMatchObject({ tally: { modules: 3, failures: 0 }, exit: 10 });
    const [first] = items;
    expect(first?.kind === "judgement" && first.judgement.reading.imei).toEqual({
      kind: "present",
      imei: "000000000000001",
    });
    expect(first?.kind === "judgement" && first.judgement.evidence.map(({ says }) => says)).toContain(
      "columns: host as host, imei as imei, revision as revision, label as label",
    );
  });

  test("leave keys out and have others than the first", async () => {
    const lines = [
      JSON.stringify({ host: "a", revision: RIGHT }),
      JSON.stringify({ host: "b", label: LABEL, revision: WRONG, cfun: 7 }),
      JSON.stringify({ label: LABEL, firmware: "router 7.06", fw_version: WRONG, host: "c" }),
      JSON.stringify({ host: "d", revision: RIGHT }),
      JSON.stringify({ host: "e", revision: RIGHT, label: LABEL }),
    ];
    const { told } = await check(["-"], chunks(lines.join("\n")));
    expect(told).toEqual(["-:1 unknown", "-:2 mismatch", "-:3 mismatch", "-:4 unknown", "-:5 match"]);
  });

  test("are alike only where every value is: no value can pass for two", async () => {
    const lines = [
      JSON.stringify({ host: "a", revision: WRONG, operator: `x\n${LABEL}`, label: "" }),
      JSON.stringify({ host: "b", revision: WRONG, operator: "x", label: LABEL }),
    ];
    const { told } = await check(["-"], chunks(lines.join("\n")));
    expect(told).toEqual(["-:1 unknown", "-:2 mismatch"]);
  });

  test("as CSV with any of its separators, also without the last line end", async () => {
    for (const separator of [",", ";", "\t"]) {
      const rows = [
        ["Host", "IMEI", "FW version", "Ordering code"],
        ["a", "000000000000001", RIGHT, LABEL],
        ["b", "000000000000002", WRONG, `"${LABEL}"`],
      ];
      const text = rows.map((cells) => cells.join(separator)).join("\r\n");
      expect((await check(["-"], chunks(text))).told).toEqual(["-:2 match", "-:3 mismatch"]);
    }
  });

  test("that are cut off or none are failures of their own", async () => {
    const { told, end } = await check(["-"], chunks(`${records}\n{"imei": "0000`));
    expect(told.at(-1)).toBe("-:4 input-empty");
    expect(end).toMatchObject({ tally: { modules: 3, failures: 1 } });
  });

  test("say the same however the bytes come", async () => {
    const bytes = Buffer.from(records);
    const whole = (await check(["-"], chunks(bytes))).told;
    for (const size of [1, 7, 64]) {
      const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
        bytes.subarray(at * size, (at + 1) * size),
      );
      expect((await check(["-"], chunks(...parts))).told).toEqual(whole);
    }
  });

  test("of ecflash itself and of tools are read as what they are", async () => {
    const run = ndjson(
      { at: "2026-01-01T00:00:00.000Z", type: "mode", portPath: "1-1.2", state: { where: "edl" } },
      {
        at: "2026-01-01T00:00:01.000Z",
        type: "result",
        outcome: "done",
        summary: [`After:  ${RIGHT}, confirmed`],
      },
    );
    expect((await check(["-"], chunks(run))).told).toEqual(["-:1 unknown"]);
  });
});

test.each([
  ["capture.txt", "*.txt", true],
  ["capture.txt", "*", true],
  ["capture.txt", "c*p*e.t?t", true],
  ["capture.txt", "*.log", false],
  ["capture.txt", "capture", false],
  ["a".repeat(5000), `${"*a".repeat(50)}b`, false],
])("%s by %s", (name, pattern, matches) => expect(matchesWildcard(name, pattern)).toBe(matches));
