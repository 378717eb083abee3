import { ExampleWatch } from "./at-examples.js";
import { isOfNow } from "./field-names.js";
import { type Field, fieldObservations, fieldOf, isReport } from "./fields.js";
import { type LineReader, type Observation, subject } from "./observation.js";
import { isOtherMake } from "./maker.js";
import { modemKey, portPathKey } from "./place.js";
import { reportText } from "./report-text.js";
import { isQuectelShape } from "./revision-text.js";

/** A device in the tree that fwupdmgr draws: it lists webcams, too. */
const HEADING = /^[\s│├└]{0,64}[├└]─{1,4}(?<name>[^:]{1,60}):\s{0,8}$/;
const NAME = /[ \t]{0,40}(\p{L}[\p{L}\d ._/-]{0,40}?)[ \t]{0,40}[:=：][ \t]{0,60}/uy;
const VALUE = /"([^"]{0,120})"|'([^']{0,120})'|`([^`]{0,120})`|([^\s,;|"'`]{1,120})/y;
const GAP = /[ \t]{0,40}[,;|]?[ \t]{0,40}/y;
/** What names the unit by its ordering code (domain.md 1.1): `MODEM: EC25-E EC25EFA-512-STD`. */
const UNIT =
  /^\s{0,8}(?:modem|module|modul|模块|模组)\s{0,40}[:：]\s{0,40}.{0,40}\b[A-Z]{2}\d{2}[A-Z]{2,8}-\d{3}-[A-Z]{3,4}\b/i;
/** Lines of something else, this many of them, end a block. */
const STRANGE_LIMIT = 2;
/** Lines of other names belong to the same report: `VersionFormat`, `Guid`. */
const OTHER_NAMES_LIMIT = 8;
const OTHER_NAME = /^\s{0,16}[A-Za-z][\w ./-]{0,30}[:=]\s+\S/;

interface Pair {
  readonly field: Field;
  readonly name: string;
  readonly value: string;
  /** Its name says that it is the newest of several. */
  readonly now: boolean;
}

/**
 * Reports as lines of `Name: value` or `Name = value`, alone or several in a line, or as rows of a table of two columns:
 * what status scripts, fwupd and people who fill in a form write. A block counts only as a whole that `isReport`; its name
 * must begin the line, so that "Original firmware: ..." and "Target revision: ..." are not read.
 */
export function reportLines(): LineReader {
  let block: Pair[] = [];
  let isUnit = false;
  let isDrawn = false;
  let strange = 0;
  let others = 0;
  let number = 0;
  let name = "";
  let isEmpty = false;
  const examples = new ExampleWatch();
  const end = (): readonly Observation[] => {
    const maker = block.find(({ field }) => field === "maker")?.value ?? "other";
    const whole = isDrawn && isOtherMake(maker) ? [] : observationsOf(block, isUnit, number);
    isDrawn = false;
    block = [];
    isUnit = false;
    strange = 0;
    others = 0;
    number += 1;
    return whole;
  };
  return (line) => {
    const text = examples.isExample(line) ? "" : `${name}${reportText(line)}`;
    const { pairs, open } = pairsOf(text);
    name = open;
    const heading = HEADING.exec(line)?.groups?.["name"];
    if (heading !== undefined) {
      const before = end();
      block = [{ field: "model", name: "", value: heading, now: false }];
      isDrawn = true;
      return before;
    }
    const isUnitHere = UNIT.test(text);
    isUnit ||= isUnitHere;
    if (pairs.length === 0 && !isUnitHere) {
      // Some put an empty line between any two.
      const wasEmpty = isEmpty;
      isEmpty = text === "";
      if (isEmpty && !wasEmpty) return [];
      if (OTHER_NAME.test(text)) others += 1;
      else strange += 1;
      const ends = strange > STRANGE_LIMIT || strange + others > OTHER_NAMES_LIMIT;
      return (block.length > 0 || isUnit) && ends ? end() : [];
    }
    strange = 0;
    others = 0;
    isEmpty = false;
    const before = pairs.some((pair) => isBeginning(pair, block)) ? end() : [];
    for (const pair of pairs) block = added(block, pair);
    return before;
  };
}

/** A second revision or IMEI is of the next module, and so is another make; a router's firmware is no second one. */
function isBeginning({ field, name, value, now }: Pair, block: readonly Pair[]): boolean {
  const revision = block.find((one) => one.field === "revision")?.value ?? "";
  if (field === "maker" && isOtherMake(value) && isQuectelShape(revision)) return true;
  const same = block.find((one) => one.field === field);
  if (same === undefined) return false;
  if (field === "revision") return (!now || same.now) && isQuectelShape(value) && isQuectelShape(same.value);
  // Each report of a list begins with the same name.
  return field === "imei" || field === "maker" || (name === block[0]?.name && value !== same.value);
}

/** The first value of a field counts; a revision of now replaces the one that was, and a modem's that of its router. */
function added(block: readonly Pair[], pair: Pair): Pair[] {
  const same = block.find(({ field }) => field === pair.field);
  if (same === undefined) return [...block, pair];
  if (pair.field !== "revision" || !isQuectelShape(pair.value)) return [...block];
  return isQuectelShape(same.value) && !pair.now
    ? [...block]
    : [...block.filter((one) => one !== same), pair];
}

function observationsOf(block: readonly Pair[], isUnit: boolean, number: number): readonly Observation[] {
  const fields = new Map(block.map(({ field, value }) => [field, value]));
  const isWhole = isReport(fields) || (isUnit && isQuectelShape(fields.get("revision") ?? ""));
  if (!isWhole) return [];
  const said = block
    .filter(({ field }) => field !== "label")
    .flatMap(({ field, value }) => fieldObservations(field, value, "report"));
  return [subject(keyOf(fields, number)), ...said, subject(null)];
}

function keyOf(block: ReadonlyMap<Field, string>, number: number): string | null {
  const path = portPathKey(block.get("place") ?? "");
  if (path !== null) return path;
  const identity = block.get("imei") ?? block.get("serial");
  return identity === undefined || /^\D*$|^0+$/.test(identity) ? `report:${number}` : `imei:${identity}`;
}

/** Names that are known with their values, and a name at the end whose value was wrapped into the next line. */
function pairsOf(line: string): { readonly pairs: Pair[]; readonly open: string } {
  const pairs: Pair[] = [];
  let at = 0;
  while (at < line.length) {
    NAME.lastIndex = at;
    const found = NAME.exec(line);
    if (found === null) {
      // What is between two semicolons of a record may be anything.
      const next = at === 0 ? -1 : line.indexOf(";", at);
      if (next < 0) break;
      at = next + 1;
      continue;
    }
    const name = found[1] ?? "";
    VALUE.lastIndex = NAME.lastIndex;
    const value = VALUE.exec(line);
    const text = value?.[1] ?? value?.[2] ?? value?.[3] ?? value?.[4] ?? "";
    const field = fieldOf(name) ?? pathField(name, text);
    if (value === null)
      return { pairs, open: field === null || NAME.lastIndex < line.length ? "" : line.slice(at) };
    if (field !== null) pairs.push({ field, name, value: text, now: isOfNow(name) });
    GAP.lastIndex = VALUE.lastIndex;
    GAP.exec(line);
    at = Math.max(GAP.lastIndex, VALUE.lastIndex);
  }
  return { pairs, open: "" };
}

/** ModemManager's object path is a place; any other path may be a package's. */
function pathField(name: string, value: string): Field | null {
  return /^path$/i.test(name) && modemKey(value) !== null ? "place" : null;
}
