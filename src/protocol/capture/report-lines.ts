import { type Field, fieldOf } from "./fields.js";
import { isNotInstalled } from "./not-installed.js";
import { type LineReader, type Observation, subject } from "./observation.js";
import { ReportFields } from "./report-fields.js";

/** Longer lines are prose or data. */
const LENGTH_LIMIT = 1024;
/** A bar is of mmcli or of a table, these keys are of `mmcli -K`: they have readers of their own. */
const OTHERS = /\||^\s{0,64}modem\.(?:generic|3gpp|dbus-path)/;
/** Bullets, numbers of a list, the tree that fwupdmgr draws, and what a program calls the whole: `Modem(model=...`, `{Model:...`. */
const DRAWN =
  /^[\s│├└─•*-]{0,64}(?:\d{1,2}[.)]\s{1,4}|[A-Za-z]\w{0,40}\((?=\w{1,40}=)|[^{"']{0,80}\{(?=[A-Z]\w{1,30}:[^\s"']))?/;
/** Settings have sections before the name: `system.modem.imei`, `modem.@modem[0].firmware`. */
const SECTIONS = /^.{0,60}[.\]/](?=[A-Za-z])/;
const NAME = /[ \t]{0,40}([A-Za-z][A-Za-z\d ._/@[\]-]{0,60}?)[ \t]{0,40}[:=][ \t]{0,60}/y;
const VALUE = /"([^"]{0,120})"|'([^']{0,120})'|([^\s,;|"'(){}]{1,120})/y;
/** A listing in columns has only blanks between: `Firmware     EC25...`. */
const IN_COLUMNS = /^\s{0,64}(?<name>[A-Za-z][\w ./-]{0,30}?)(?:\t|[ \t]{2,60})(?<value>\S{1,80})\s{0,20}$/;
/** What a template or a script puts in later. */
const PLACEHOLDER = /^[$<{%]/;
const MODEL = /[\w.-]{1,40}(?: [\w.-]{1,40}){1,6}[ \t]{0,40}$/y;
const GAP = /[ \t]{0,40}[,;|]?[ \t]{0,40}/y;
/** "(example)" behind a value: what could be there, and is not. */
const UNREAL = /^[ \t]{0,8}[[(](?:example|expected|latest|target|old|previous|available|e\.?g)\b/i;
/** Lines of other names may stand between (`VersionFormat`, `ETH_MAC`): this many, and this many of prose or none. */
const NAMED_LIMIT = 12;
const STRANGE_LIMIT = 2;

type Pair = readonly [name: string, field: Field | null, value: string];
interface Found {
  readonly pairs: readonly Pair[];
  readonly open: string;
}

/**
 * Reports as lines of `Name: value` or `Name = value`, alone or several in a line: what status scripts, fwupd and people
 * who fill in a form write. A block counts only as a whole that `isReport`; its name must begin the line, so that
 * "Original firmware: ..." and "Target revision: ..." are not read.
 */
export function reportLines(): LineReader {
  let block = new ReportFields();
  let named = 0;
  let strange = 0;
  let number = 0;
  let begun = "";
  /** The module of the last report. */
  let before: string | null = null;
  const end = (): readonly Observation[] => {
    // What runs after an update is told without saying again whose it is.
    const isNews = before !== null && block.isNews();
    if (!isNews) before = block.isReport() ? keyOf(block, number) : null;
    const said =
      before === null ? [] : [subject(before), ...block.observations("report", ["label"]), subject(null)];
    block = new ReportFields();
    strange = 0;
    named = 0;
    number += 1;
    return said;
  };
  return (line) => {
    const readable = line.length > LENGTH_LIMIT || OTHERS.test(line) ? "" : line.replaceAll("`", "");
    const { pairs, open } = columnsOf(readable) ?? pairsOf(`${begun}${readable.replace(DRAWN, "")}`);
    begun = open;
    if (!pairs.some(([, field]) => field !== null)) {
      named += pairs.length > 0 ? 1 : 0;
      strange = pairs.length > 0 ? 0 : strange + 1;
      return !block.isEmpty && (strange > STRANGE_LIMIT || named > NAMED_LIMIT) ? end() : [];
    }
    strange = 0;
    named = 0;
    const whole = pairs.some((pair) => isBeginning(pair, block)) ? end() : [];
    for (const [name, field, value] of pairs) if (field !== null) block.put(name, field, value);
    return whole;
  };
}

/** A second host, maker or IMEI is of the next module, and so is another revision that does not say it runs now. */
function isBeginning([name, field, value]: Pair, block: ReportFields): boolean {
  if (field === "revision") return !block.isSame(name, value);
  return (
    (field === "imei" || field === "maker" || (field === "host" && block.has("revision"))) && block.has(field)
  );
}

function keyOf(block: ReportFields, number: number): string {
  const identity = block.get("imei") ?? block.get("serial");
  if (identity !== undefined && !/^\D*$|^0+$/.test(identity)) return `imei:${identity}`;
  // A port has the same name on every host; the path of a device is what fwupd and ModemManager say of one host.
  const place = block.placeKey();
  return place?.startsWith("path:") === true && !block.has("host") ? place : `report:${number}`;
}

function columnsOf(line: string): Found | null {
  const { name = "", value = "" } = IN_COLUMNS.exec(line)?.groups ?? {};
  const field = fieldOf(name);
  return field === null ? null : { pairs: [[name, field, value]], open: "" };
}

/** Names with their values, and a name at the end whose value was wrapped into the next line. */
function pairsOf(line: string): Found {
  const pairs: Pair[] = [];
  let at = 0;
  while (at < line.length) {
    NAME.lastIndex = at;
    const name = NAME.exec(line);
    if (name === null) {
      // A piece of another form is passed over in a line that began with a name.
      const next = pairs.length === 0 ? -1 : line.slice(at).search(/[;,][ \t]/);
      if (next < 0) break;
      at += next + 1;
      continue;
    }
    VALUE.lastIndex = NAME.lastIndex;
    const value = VALUE.exec(line);
    const field = fieldOf(name[1] ?? "") ?? fieldOf((name[1] ?? "").replace(SECTIONS, ""));
    // `Releases: [{ Version: ...`: what is behind such a name is of it.
    if (field === null && isNotInstalled(name[1] ?? "")) break;
    if (value === null)
      return { pairs, open: field === null || NAME.lastIndex < line.length ? "" : line.slice(at) };
    // A model has words: `EC25-EU EC25EUGA-512-SGNS`.
    MODEL.lastIndex = NAME.lastIndex;
    const words = field === "model" ? MODEL.exec(line)?.[0] : undefined;
    const said = words ?? value[1] ?? value[2] ?? value[3] ?? "";
    if (!PLACEHOLDER.test(said) && !UNREAL.test(line.slice(VALUE.lastIndex, VALUE.lastIndex + 32)))
      pairs.push([name[1] ?? "", field, said]);
    GAP.lastIndex = VALUE.lastIndex;
    GAP.exec(line);
    at = Math.max(GAP.lastIndex, VALUE.lastIndex);
  }
  return { pairs, open: "" };
}
