/** Inputs for the parsers: pieces of real texts from `fixtures`, changed a little or a lot. */
import { readdirSync, readFileSync } from "node:fs";

const FIXTURES = new URL("../../fixtures/", import.meta.url);
const FOLDERS = ["corpus", "captures", "at", "witnesses", "runs", "recordings"];
/** A fixture's line may be a whole document; an input is a piece of it. */
const LINE_LIMIT = 600;

/** Where parsers decide: ends of strings and lines, marks of all formats, numbers at their limits, hostile names. */
const SPARKS = [
  ..."\r\n\t\0\u001b\u00a0\u200b\ufeff\ud800|{}[]\"'`:,;=<>\\/#_-.+*&%~^",
  ...[
    "\r\n",
    "^M",
    "\u001b[0m",
    "> ",
    "&lt;",
    "&#0;",
    "&#x10ffff;",
    "=3D",
    "=\r\n",
    "```",
    "</p>",
    "<br>",
    "OK",
    "ERROR",
  ],
  ...[
    "AT",
    "AT+QGMR",
    "ATI",
    "AT+GSN",
    "AT+CFUN=1",
    "+CFUN: ",
    "+CME ERROR: 10",
    "Revision: ",
    "EC25AFAR05A07M4G_30.005.30.005",
  ],
  ...[
    "000000001230217",
    "0x",
    "99999999999999999999",
    "-1",
    "1e999",
    "NaN",
    "__proto__",
    "constructor",
    "toString",
    "\\u0000",
  ],
  ...[
    '{"',
    '"}',
    "[[",
    "]]",
    '":',
    "true",
    "None",
    "//",
    "info{",
    '="',
    "[000.031]: ",
    "usb 1-1: ",
    "Bus 001 Device 001: ID ",
  ],
  ...[
    "old software version: ",
    "requestBaseBandVersion ",
    "Hardware | ",
    "manufacturer: ",
    "T:  Bus=01 ",
    "revision,imei\n",
  ],
];

/** The lines of each fixture: small ones are as likely as long logs. */
export function seeds() {
  return FOLDERS.flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, FIXTURES)).map((name) =>
      readFileSync(new URL(`${folder}/${name}`, FIXTURES), "latin1")
        .split("\n")
        .filter((line) => line.trim() !== "")
        .map((line) => line.slice(0, LINE_LIMIT)),
    ),
  );
}

/** Some lines that follow each other, or from anywhere, with some changes. */
export function inputFrom(texts, rng) {
  const lines = rng.pick(texts);
  const count = 1 + rng.below(8);
  const from = rng.below(lines.length);
  const taken = rng.chance(0.7)
    ? lines.slice(from, from + count)
    : Array.from({ length: count }, () => rng.pick(rng.pick(texts)));
  let text = taken.join("\n");
  for (let changes = rng.below(6); changes > 0; changes -= 1) text = changed(text, texts, rng);
  return text;
}

function changed(text, texts, rng) {
  const at = rng.below(text.length + 1);
  const to = Math.min(text.length, at + rng.below(20));
  switch (rng.below(8)) {
    case 0:
      return text.slice(0, at) + text.slice(to);
    case 1:
      return text.slice(0, at) + rng.pick(SPARKS) + text.slice(at);
    case 2:
      return text.slice(0, at) + rng.pick(SPARKS) + text.slice(to);
    case 3:
      return text.slice(0, at) + text.slice(at, to).repeat(1 + rng.below(5)) + text.slice(to);
    case 4:
      return text.slice(0, at) + String.fromCharCode(rng.below(0x2100)) + text.slice(at);
    case 5:
      return text.slice(at) + text.slice(0, at);
    case 6:
      return text.replaceAll("\n", rng.pick([" ", "\r", "\n\n", "\n> ", ""]));
    default:
      return text.slice(0, at) + rng.pick(rng.pick(texts)).slice(0, 80) + text.slice(to);
  }
}
