import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { readDeclarations } from "../../src/core/declaration.js";
import type { ModuleReading } from "../../src/core/reading.js";
import { judge } from "../../src/core/verdict.js";
import { loadFacts } from "../../src/manifest/load.js";
import { readCapture } from "../../src/protocol/capture/index.js";

const facts = await loadFacts();

async function read(name: string): Promise<{ text: string; reading: ModuleReading }> {
  const text = await readFile(new URL(`../../fixtures/captures/${name}`, import.meta.url), "utf8");
  const [reading, ...others] = readCapture(text, name);
  if (reading === undefined || others.length > 0) throw new Error(`${name} is not one reading`);
  return { text, reading };
}

const before = await read("thread-before.txt");
const after = await read("thread-after.txt");
const whole = await read("thread-whole.txt");

function judged(reading: ModuleReading, variant?: string) {
  return judge(reading, facts, { declarations: readDeclarations({ variant }, facts) });
}

describe("before the flash", () => {
  test("everything the fifteen answers say is read", () => {
    expect(before.reading).toEqual({
      source: "thread-before.txt:2",
      virtual: false,
      mode: "normal",
      maker: null,
      modelText: null,
      revisions: [
        { text: "EC25EFAR06A11M4G", from: "quectel-CM" },
        { text: "EC25EFAR06A11M4G_01.001.01.001", from: "AT+QGMR" },
      ],
      cfun: 7,
      cfunHistory: [7],
      cfunError: "QMI protocol error (52): 'DeviceNotReady'",
      band: { gw: 0x260n, lte: 0x80an },
      registration: "none",
      operator: null,
      imei: { kind: "unread" },
      serial: null,
      sim: "READY",
      usbnet: 0,
      qmiMode: "offline",
      circumstances: [],
    });
  });

  test("is a mismatch for an EC25-A, and suspect where nothing is declared", () => {
    expect(judged(before.reading, "EC25-A")).toMatchObject({ verdict: "mismatch", claimedVariant: "EC25-E" });
    expect(judged(before.reading)).toMatchObject({ verdict: "suspect", confidence: "strong" });
  });
});

test("after the flash it is a match for an EC25-A", () => {
  expect(after.reading).toMatchObject({ registration: "home", sim: "READY", cfun: null });
  expect(judged(after.reading, "EC25-A")).toMatchObject({ verdict: "match", claimedVariant: "EC25-A" });
  // It is attached to a network: a wrong declaration is likelier than wrong firmware.
  expect(judged(after.reading, "EC25-E").verdict).toBe("disputed");
});

describe("the whole thread", () => {
  test("is one module with a history", () => {
    expect(whole.reading.revisions.map(({ text }) => text)).toEqual([
      "EC25EFAR06A11M4G",
      "EC25EFAR06A11M4G_01.001.01.001",
      "EC25EFAR06A11M4G",
      "EC25AFAR05A07M4G",
    ]);
    expect(whole.reading).toMatchObject({
      cfun: null,
      cfunHistory: [7],
      cfunError: null,
      qmiMode: null,
      registration: "home",
      band: { gw: 0x260n, lte: 0x80an },
    });
  });

  test("is a match whose evidence keeps the fault", () => {
    const judgement = judged(whole.reading, "EC25-A");
    expect(judgement.verdict).toBe("match");
    const said = judgement.evidence.map(({ says }) => says).join("\n");
    expect(said).toContain("EC25EFAR06A11M4G");
    expect(said).toContain("CFUN was 7");
  });
});

describe("however the lines end", () => {
  test.each([
    ["\\r\\n", "\r\n"],
    ["\\r", "\r"],
    ["\\r\\r\\n, as an echo", "\r\r\n"],
    ["a visible ^M", "^M\n"],
  ])("%s", (_, end) => {
    for (const { text, reading } of [before, after, whole])
      expect(readCapture(text.replaceAll("\n", end), reading.source.replace(/:\d+$/, ""))).toEqual([reading]);
  });

  test("without blank lines, quoted in a mail, with straight quotes", () => {
    const { text } = before;
    const straight = text.replace(/[“”]/g, '"').replace(/[‘’]/g, "'");
    const quoted = text.replace(/^/gm, "> ");
    const dense = text.replace(/\n{2,}/g, "\n");
    for (const other of [straight, quoted, dense]) {
      const [reading] = readCapture(other, "x");
      expect({ ...reading, source: before.reading.source }).toEqual(before.reading);
    }
  });
});
