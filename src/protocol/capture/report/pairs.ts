import { type Field, fieldOf } from "./fields.js";
import { isNotInstalled } from "./not-installed.js";
import { modemKey } from "../place.js";

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

export type Pair = readonly [name: string, field: Field, value: string];

/** Names that are known with their values, and a name at the end whose value was wrapped into the next line. */
export function pairsOf(line: string): { readonly pairs: Pair[]; readonly open: string } {
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

/** ModemManager's object path is a place; any other path may be a package's. */
function pathField(name: string, value: string): Field | null {
  return /^path$/i.test(name) && modemKey(value) !== null ? "place" : null;
}
