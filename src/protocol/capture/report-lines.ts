import { ExampleWatch } from "./at-examples.js";
import { type Field, fieldOf } from "./fields.js";
import { isOtherMake } from "./maker.js";
import { isNotInstalled } from "./not-installed.js";
import { type LineReader, type Observation, subject } from "./observation.js";
import { modemKey } from "./place.js";
import { ReportFields } from "./report-fields.js";
import { reportText } from "./report-text.js";
import { isQuectelShape } from "./revision-text.js";

/** A device in the tree that fwupdmgr draws: it lists webcams, too. */
const HEADING = /^[\s│├└]{0,64}[├└]─{1,4}(?<name>[^:]{1,60}):\s{0,8}$/;
const NAME = /[ \t]{0,40}(\p{L}[\p{L}\d ._/@[\]-]{0,60}?)[ \t]{0,40}[:=：][ \t]{0,60}/uy;
const VALUE = /"([^"]{0,120})"|'([^']{0,120})'|`([^`]{0,120})`|([^\s,;|"'`(){}]{1,120})/y;
/** Between two pairs: a remark, a separator, a bullet. */
const GAP = /[ \t]{0,40}(?:\([^()]{0,80}\)[ \t]{0,40})?[,;|•·]?[ \t]{0,40}/y;
/** The rest of a value of several words, which stands before the next name: `Model: Quectel EC25-E Firmware: ...`. */
const VALUE_REST = /^(?:\S{0,40}\d\S{0,40} ){1,4}/;
/** Settings have sections before the name: `system.modem.imei`, `modem.@modem[0].firmware`. */
const SECTIONS = /^.{0,60}[.\]/](?=[A-Za-z])/;
/** What a template or a script puts in later. */
const PLACEHOLDER = /^[$<{%]/;
/** "(example)" behind a value: what could be there, and is not. */
const UNREAL = /^[ \t]{0,8}[[(](?:example|expected|latest|target|available|e\.?g)\b/i;
/** What names the unit by its ordering code (domain.md 1.1): `MODEM: EC25-E EC25EFA-512-STD`. */
const UNIT =
  /^\s{0,8}(?:modem|module|modul|模块|模组)\s{0,40}[:：]\s{0,40}.{0,40}\b[A-Z]{2}\d{2}[A-Z]{2,8}-\d{3}-[A-Z]{3,4}\b/i;
/** Lines of something else, this many of them, end a block. */
const STRANGE_LIMIT = 2;
/** Lines of other names belong to the same report: `VersionFormat`, `Guid`. */
const OTHER_NAMES_LIMIT = 8;
const OTHER_NAME = /^\s{0,16}[A-Za-z][\w ./-]{0,30}[:=]\s+\S/;

type Pair = readonly [name: string, field: Field, value: string];

/**
 * Reports as lines of `Name: value` or `Name = value`, alone or several in a line, or as rows of a table of two columns:
 * what status scripts, fwupd and people who fill in a form write. A block counts only as a whole that `isReport`; its name
 * must begin the line, so that "Original firmware: ..." and "Target revision: ..." are not read.
 */
export function reportLines(): LineReader {
  let block = new ReportFields();
  let isUnit = false;
  let isPage = false;
  let isAlone = false;
  let isDrawn = false;
  /** It has a GUID of USB ids: `fwupdText` knows a module with other firmware by them. */
  let isKnownById = false;
  /** The name and value that the report begins with; each report of a list begins with the same name. */
  let first: Pair | null = null;
  let strange = 0;
  let others = 0;
  let number = 0;
  let begun = "";
  let isEmpty = false;
  /** The module of the last report. */
  let last: string | null = null;
  const examples = new ExampleWatch();
  const end = (): readonly Observation[] => {
    // What runs after an update is told without saying again whose it is.
    const isForeign = isOtherMake(block.get("maker") ?? "other");
    const isOther = isDrawn && (isForeign || (isKnownById && !isQuectelShape(block.get("revision") ?? "")));
    if (isOther) block = new ReportFields();
    const isNews = last !== null && block.isNews();
    if (!isNews) last = block.isReport(isUnit) ? keyOf(block, number) : null;
    const whole =
      last === null || (isPage && !isOfOne(block))
        ? []
        : [subject(last), ...block.observations("report", ["label"]), subject(null)];
    block = new ReportFields();
    isUnit = false;
    isPage = false;
    isDrawn = false;
    isKnownById = false;
    first = null;
    strange = 0;
    others = 0;
    number += 1;
    return whole;
  };
  return (line) => {
    const own = examples.isExample(line) ? "" : reportText(line);
    // A name of its own tells that this is not the value of the name before.
    const text = begun !== "" && pairsOf(own).pairs.length > 0 ? own : `${begun}${own}`;
    const { pairs, open } = pairsOf(text);
    const heading = HEADING.exec(line)?.groups?.["name"];
    if (heading !== undefined) {
      const before = end();
      block.put("", "model", heading);
      isDrawn = true;
      begun = "";
      return before;
    }
    isKnownById ||= line.includes("USB\\VID_");
    begun = open !== "" || !isNameAlone(text) ? open : `${text.trim()}: `;
    const wasAlone = isAlone && text !== own;
    isAlone = begun !== "" && open === "";
    if (isAlone) return [];
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
      return (!block.isEmpty || isUnit) && ends ? end() : [];
    }
    strange = 0;
    others = 0;
    isEmpty = false;
    const isAgain = ([name, field, value]: Pair) =>
      field !== "revision" && name === first?.[0] && value !== first[2];
    const before = pairs.some((pair) => isBeginning(pair, block) || isAgain(pair)) ? end() : [];
    first ??= pairs[0] ?? null;
    for (const [name, field, value] of pairs) block.put(name, field, value);
    isPage ||= wasAlone;
    return before;
  };
}

/** A second host, revision or IMEI is of the next module, and so is another make; a router's firmware is no second one. */
function isBeginning([name, field, value]: Pair, block: ReportFields): boolean {
  const revision = block.get("revision") ?? "";
  if (field === "maker" && isOtherMake(value) && isQuectelShape(revision)) return true;
  if (field === "revision")
    return isQuectelShape(value) && isQuectelShape(revision) && !block.isSame(name, value);
  if (field === "host") return block.has(field) && block.has("revision");
  return (field === "imei" || field === "maker") && block.has(field);
}

function keyOf(block: ReportFields, number: number): string {
  const identity = block.get("imei") ?? block.get("serial");
  if (identity !== undefined && !/^\D*$|^0+$/.test(identity)) return `imei:${identity}`;
  // A port has the same name on every host; the path of a device is what fwupd and ModemManager say of one host.
  const place = block.placeKey();
  return place?.startsWith("path:") === true && !block.has("host") ? place : `report:${number}`;
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
      const next = at === 0 ? -1 : line.slice(at).search(/;|,[ \t]/);
      if (next < 0) break;
      at += next + 1;
      continue;
    }
    const name = (found[1] ?? "").replace(VALUE_REST, "");
    VALUE.lastIndex = NAME.lastIndex;
    const value = VALUE.exec(line);
    const text = value?.[1] ?? value?.[2] ?? value?.[3] ?? value?.[4] ?? "";
    const field = fieldOf(name) ?? fieldOf(name.replace(SECTIONS, "")) ?? pathField(name, text);
    // `Releases: [{ Version: ...`: what is behind such a name is of it.
    if (field === null && isNotInstalled(name)) break;
    if (value === null)
      return { pairs, open: field === null || NAME.lastIndex < line.length ? "" : line.slice(at) };
    const isReal = !PLACEHOLDER.test(text) && !UNREAL.test(line.slice(VALUE.lastIndex, VALUE.lastIndex + 32));
    if (field !== null && isReal) pairs.push([name, field, text]);
    GAP.lastIndex = VALUE.lastIndex;
    GAP.exec(line);
    at = Math.max(GAP.lastIndex, VALUE.lastIndex);
  }
  return { pairs, open: "" };
}

/** Only a module itself has these; maker, model and firmware stand on the pages of shops, too. */
function isOfOne(block: ReportFields): boolean {
  return block.has("imei") || block.has("serial") || block.has("live");
}

/** A page copied as text has its names and its values each in a line. */
function isNameAlone(text: string): boolean {
  return /^\p{L}[\p{L} ./]{1,40}$/u.test(text.trim()) && fieldOf(text) !== null;
}

/** ModemManager's object path is a place; any other path may be a package's. */
function pathField(name: string, value: string): Field | null {
  return /^path$/i.test(name) && modemKey(value) !== null ? "place" : null;
}
