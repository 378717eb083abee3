import { ExampleWatch } from "../at/examples.js";
import { fieldOf } from "./fields.js";
import type { LineReader, Observation } from "../observation.js";
import { ReportBlock } from "./block.js";
import { pairsOf } from "./pairs.js";
import { reportText } from "./report-text.js";

/** A device in the tree that fwupdmgr draws. */
const HEADING = /^[\s│├└]{0,64}[├└]─{1,4}(?<name>[^:]{1,60}):\s{0,8}$/;
/** What names the unit by its ordering code (domain.md 1.1): `MODEM: EC25-E EC25EFA-512-STD`. */
const UNIT =
  /^\s{0,8}(?:modem|module|modul|模块|模组)\s{0,40}[:：]\s{0,40}.{0,40}\b[A-Z]{2}\d{2}[A-Z]{2,8}-\d{3}-[A-Z]{3,4}\b/i;

/**
 * Reports as lines of `Name: value` or `Name = value`, alone or several in a line, or as rows of a table of two columns:
 * what status scripts, fwupd and people who fill in a form write. A block counts only as a whole that `isReport`; its name
 * must begin the line, so that "Original firmware: ..." and "Target revision: ..." are not read.
 */
export function reportLines(): LineReader {
  let number = 0;
  let block = new ReportBlock(number);
  /** The module of the last report. */
  let whose: string | null = null;
  /** A name whose value stands in the next line. */
  let begun = "";
  let isAlone = false;
  const examples = new ExampleWatch();
  const end = (heading: string | null = null): readonly Observation[] => {
    whose = block.whose(whose);
    const said = whose === null ? [] : block.observations(whose);
    number += 1;
    block = new ReportBlock(number, heading);
    return said;
  };
  return (line) => {
    const heading = HEADING.exec(line)?.groups?.["name"];
    const own = examples.isExample(line) ? "" : reportText(line);
    if (heading !== undefined) {
      begun = "";
      return end(heading);
    }
    // A name of its own tells that this is not the value of the name before.
    const text = begun !== "" && pairsOf(own).pairs.length > 0 ? own : `${begun}${own}`;
    const { pairs, open } = pairsOf(text);
    begun = open !== "" || !isNameAlone(text) ? open : `${text.trim()}: `;
    const wasAlone = isAlone && text !== own;
    isAlone = begun !== "" && open === "";
    block.isKnownById ||= line.includes("USB\\VID_");
    if (isAlone) return [];
    const isUnit = UNIT.test(text);
    block.isUnit ||= isUnit;
    if (pairs.length === 0) {
      if (isUnit) block.proceed();
      return !isUnit && block.isEndedBy(text) ? end() : [];
    }
    const before = pairs.some((pair) => block.isOfNext(pair)) ? end() : [];
    block.add(pairs);
    block.isPage ||= wasAlone;
    return before;
  };
}

/** A page copied as text has its names and its values each in a line. */
function isNameAlone(text: string): boolean {
  return /^\p{L}[\p{L} ./]{1,40}$/u.test(text.trim()) && fieldOf(text) !== null;
}
