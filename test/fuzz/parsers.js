/** Every parser of captured texts as a function of a text, with what must hold of its result. */
import { loadFacts, loadUsbModes } from "../../dist/manifest/load.js";
import { judge } from "../../dist/core/verdict.js";
import { commandOf } from "../../dist/protocol/capture/at/command.js";
import { statementsOf } from "../../dist/protocol/capture/at/statements.js";
import { cellsOf, columnsOf } from "../../dist/protocol/capture/report/csv.js";
import { decodeText } from "../../dist/protocol/capture/text/decode.js";
import { JSON_FORMATS, LINE_FORMATS } from "../../dist/protocol/capture/formats.js";
import { readCapture } from "../../dist/protocol/capture/index.js";
import { readJson } from "../../dist/protocol/capture/json/text.js";
import { looseValues } from "../../dist/protocol/capture/json/loose-json.js";
import { recordFile } from "../../dist/protocol/capture/records/record-file.js";
import { evened } from "../../dist/protocol/capture/text/text.js";
import { parseMmcliList, parseMmcliModem } from "../../dist/protocol/mmcli.js";
import { qmicliError, qmicliValues } from "../../dist/protocol/qmicli.js";

const [facts, modes] = await Promise.all([loadFacts(), loadUsbModes()]);

/** Longer than any revision that was met (domain.md 1.5). */
const REVISION_LIMIT = 80;

/** By name; each throws where what it read cannot be. */
export const PARSERS = {
  ...Object.fromEntries(Object.entries(LINE_FORMATS).map(([name, format]) => [name, lineParser(format)])),
  ...Object.fromEntries(Object.entries(JSON_FORMATS).map(([name, format]) => [name, jsonParser(format)])),
  statementsOf: (text) => statementsOf(text).forEach(commandOf),
  evened: (text) => evened(text),
  decodeText: (text) => {
    const bytes = Buffer.from(text, text.length % 2 === 0 ? "latin1" : "utf16le");
    decodeText(bytes);
  },
  looseValues: (text) => [...looseValues(text)],
  csvCells: (text) => {
    columnsOf(text);
    if (cellsOf(text, ",").join("").length > text.length)
      throw new Error("there is more in the cells than in the line");
  },
  records: (text) => {
    const reader = recordFile(text, true, 0);
    for (const row of text.split("\n").slice(reader?.headLines ?? 0)) {
      reader?.isRemark(row);
      reader?.read(row)?.reading("x");
    }
  },
  mmcli: (text) => {
    parseMmcliModem(text);
    parseMmcliList(text);
  },
  qmicliAnswers: (text) => {
    qmicliValues(text);
    qmicliError(text);
  },
  wholeText: (text) => {
    for (const reading of readCapture(text, "x", modes)) {
      const { verdict } = judge(reading, facts, { declarations: [] });
      if (verdict === "match") throw new Error("nothing was declared");
      reading.revisions.forEach(proveRevision(text));
    }
  },
};

function lineParser(format) {
  return (text) => {
    const read = format(modes);
    for (const line of text.split("\n")) for (const seen of read(line)) prove(seen);
    for (let ending = 0; ending < 4; ending += 1) read("").forEach(prove);
  };
}

function jsonParser(format) {
  return (text) => {
    for (const { said } of readJson(text, [format(modes)])) said.forEach(prove);
  };
}

function prove(seen) {
  if (seen.kind === "revision" && (seen.text === "" || seen.text.length > REVISION_LIMIT))
    throw new Error(`no revision: ${seen.text}`);
  if (seen.kind === "imei" && !/^\d{14,16}$/.test(seen.digits)) throw new Error(`no IMEI: ${seen.digits}`);
  if (seen.kind === "cfun" && !Number.isInteger(seen.value)) throw new Error(`no CFUN: ${seen.value}`);
}

/** Nothing is made up: a revision's characters stand in the text, in their order, whatever broke the lines. */
function proveRevision(text) {
  const characters = [...evened(text).replace(/\\[rn]/g, "")];
  return ({ text: revision }) => {
    let at = 0;
    for (const character of characters) if (character === revision[at]) at += 1;
    if (at < revision.length) throw new Error(`${revision} does not stand in the text`);
  };
}
