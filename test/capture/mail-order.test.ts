import { expect, test } from "vitest";
import { latestOf } from "../../src/core/sightings.js";
import { readCapture } from "../../src/protocol/capture/index.js";

const AFTER = "AT+QGMR\nEC25AFAR05A07M4G_30.005.30.005\nOK\n";
const BEFORE = "AT+QGMR\nEC25EFAR06A11M4G_01.001.01.001\nOK\nAT+CFUN?\n+CFUN: 7\nOK\n";
const quoted = (text: string) => text.replace(/^/gm, "> ");

function running(text: string): string | undefined {
  const [reading, ...others] = readCapture(text, "x");
  expect(others).toEqual([]);
  return latestOf(reading?.revisions ?? [])?.text;
}

test.each([
  [
    "quoted below the answer",
    `Fixed:\n${AFTER}\nOn Mon, Jan 5, 2026 Someone <a@example.org> wrote:\n\n${quoted(BEFORE)}`,
  ],
  [
    "quoted below an attribution of two lines",
    `${AFTER}\nOn Mon, Jan 5, 2026 Someone\n<a@example.org> wrote:\n${quoted(BEFORE)}`,
  ],
  [
    "quoted twice, in German",
    `${AFTER}\nAm 5.1.2026 schrieb X:\n> bitte\n> Am 4.1.2026 schrieb Y:\n${quoted(quoted(BEFORE))}`,
  ],
  ["not quoted, below its head", `${AFTER}\n-----Original Message-----\nFrom: a@example.org\n\n${BEFORE}`],
  ["quoted above the answer", `Someone wrote:\n${quoted(BEFORE)}\nNow:\n${AFTER}`],
  ["quoted with the whole mail", `Someone wrote:\n${quoted(`${BEFORE}\nand then\n${AFTER}`)}`],
])("what was written before is older: %s", (_, text) =>
  expect(running(text)).toBe("EC25AFAR05A07M4G_30.005.30.005"),
);

test("what was said of the radio before the flash is over", () => {
  const [reading] = readCapture(`${AFTER}\nOn Monday Someone wrote:\n${quoted(BEFORE)}`, "x");
  expect(reading).toMatchObject({ cfun: null, cfunHistory: [7] });
});

test("a prompt is no quoting", () => {
  expect(running(`> AT+QGMR\nEC25EFAR06A11M4G\nOK\n> AT+QGMR\nEC25AFAR05A07M4G\nOK\n`)).toBe(
    "EC25AFAR05A07M4G",
  );
});
