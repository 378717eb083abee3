import { type Field, fieldObservations, fieldOf, isReport } from "./fields.js";
import { type LineReader, type Observation, subject } from "./observation.js";
import { portPathKey } from "./place.js";

/** Longer lines are prose or data. */
const LENGTH_LIMIT = 512;
/** Bullets and the tree that fwupdmgr draws. */
const DRAWN = /^[\s│├└─•*-]{0,64}/;
/** A device in the tree that fwupdmgr draws; it lists webcams, too. */
const HEADING = /^[\s│├└]{0,64}[├└]─{1,4}(?<name>[^:]{1,60}):\s{0,8}$/;
const NAME = /[ \t]{0,40}([A-Za-z][A-Za-z ._/-]{0,30}?)[ \t]{0,40}[:=][ \t]{0,60}/y;
const VALUE = /"([^"]{0,120})"|'([^']{0,120})'|([^\s,;|"']{1,120})/y;
const GAP = /[ \t]{0,40}[,;|]?[ \t]{0,40}/y;
/** Lines of something else, this many of them, end a block. */
const STRANGE_LIMIT = 2;
/** Lines of other names belong to the same report: `VersionFormat`, `Guid`. */
const OTHER_NAMES_LIMIT = 8;
const OTHER_NAME = /^\s{0,16}[A-Za-z][\w ./-]{0,30}[:=]\s+\S/;

/**
 * Reports as lines of `Name: value` or `Name = value`, alone or several in a line: what status scripts, fwupd and people
 * who fill in a form write. A block counts only as a whole that `isReport`; its name must begin the line, so that
 * "Original firmware: ..." and "Target revision: ..." are not read.
 */
export function reportLines(): LineReader {
  let block = new Map<Field, string>();
  let said: Observation[] = [];
  let strange = 0;
  let others = 0;
  /** What it runs now was told in so many words. */
  let now = false;
  let number = 0;
  let name = "";
  let isDrawn = false;
  /** The name that each report of a list begins with. */
  let first = "";
  /** A second revision or IMEI is of the next module. */
  const isBeginning = ({ field, name: its }: Pair) =>
    block.has(field) && (its === first || field === "revision" || field === "imei" || field === "maker");
  const end = (): readonly Observation[] => {
    const isOurs = !isDrawn || /quectel|qualcomm/i.test(block.get("maker") ?? "");
    isDrawn = false;
    const whole = isOurs && isReport(block) ? [subject(keyOf(block, number)), ...said, subject(null)] : [];
    block = new Map();
    said = [];
    strange = 0;
    others = 0;
    now = false;
    number += 1;
    return whole;
  };
  return (line) => {
    // A bar is of mmcli or of a table, which have readers of their own.
    const text = line.length > LENGTH_LIMIT || line.includes("|") ? "" : `${name}${line.replace(DRAWN, "")}`;
    const { pairs, open } = pairsOf(text);
    name = open;
    const heading = HEADING.exec(line)?.groups?.["name"];
    if (heading !== undefined) {
      const before = end();
      block.set("model", heading);
      said.push({ kind: "model", text: heading });
      isDrawn = true;
      return before;
    }
    if (pairs.length === 0) {
      if (OTHER_NAME.test(text)) others += 1;
      else strange += 1;
      const ends = strange > STRANGE_LIMIT || strange + others > OTHER_NAMES_LIMIT;
      return block.size > 0 && ends ? end() : [];
    }
    strange = 0;
    others = 0;
    const isNow = (one: Pair) => one.isNow && !now;
    const before = pairs.some((one) => isBeginning(one) && !isNow(one)) ? end() : [];
    if (block.size === 0) first = pairs[0]?.name ?? "";
    for (const one of pairs) {
      const { field, value } = one;
      if (block.has(field) && !isNow(one)) continue;
      if (isNow(one)) said = said.filter(({ kind }) => kind !== "revision");
      now ||= one.isNow;
      block.set(field, value);
      if (field !== "label") said.push(...fieldObservations(field, value, "report"));
    }
    return before;
  };
}

interface Pair {
  readonly field: Field;
  readonly name: string;
  readonly value: string;
  /** `Current firmware` beside `Revision`, which people copy from the label or from before. */
  readonly isNow: boolean;
}

const NOW = /^(?:current|running|installed)/i;

function keyOf(block: ReadonlyMap<Field, string>, number: number): string | null {
  const path = portPathKey(block.get("place") ?? "");
  if (path !== null) return path;
  const identity = block.get("imei") ?? block.get("serial");
  return identity === undefined || /^\D*$|^0+$/.test(identity) ? `report:${number}` : `imei:${identity}`;
}

/** Names that are known with their values, and a name at the end whose value was wrapped into the next line. */
function pairsOf(line: string): { readonly pairs: readonly Pair[]; readonly open: string } {
  const pairs: Pair[] = [];
  let at = 0;
  while (at < line.length) {
    NAME.lastIndex = at;
    const name = NAME.exec(line);
    if (name === null) break;
    VALUE.lastIndex = NAME.lastIndex;
    const value = VALUE.exec(line);
    const field = fieldOf(name[1] ?? "");
    if (value === null)
      return { pairs, open: field === null || NAME.lastIndex < line.length ? "" : line.slice(at) };
    if (field !== null)
      pairs.push({
        field,
        name: (name[1] ?? "").toLowerCase(),
        value: value[1] ?? value[2] ?? value[3] ?? "",
        isNow: field === "revision" && NOW.test(name[1] ?? ""),
      });
    GAP.lastIndex = VALUE.lastIndex;
    GAP.exec(line);
    at = Math.max(GAP.lastIndex, VALUE.lastIndex);
  }
  return { pairs, open: "" };
}
