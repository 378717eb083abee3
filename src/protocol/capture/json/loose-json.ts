import { endOfString, unescaped } from "./loose-string.js";
import { closedUp, define, type FoundValue, type Loose, type Open } from "./loose-value.js";

export type { Loose } from "./loose-value.js";

/**
 * JSON as it stands in texts: among prose, in fragments, wrapped, with comments, trailing commas, single quotes or
 * Python's words. One pass over the text, in time of its length.
 */

/** Deeper nesting than any tool's. */
const DEPTH_LIMIT = 64;

const NAME = /"([^"\n]{1,80})"\s{0,40}:\s{0,80}(?=[{[])/y;
/** Prose up to what may begin a value or its name, a piece at a time; always matches. */
const PROSE = /[^{["']{0,4096}/y;
/** The first line of an object whose braces were cut off: `"imei": "86...",`. */
const FRAGMENT = /(["'])[\w .-]{1,60}\1[ \t]{0,8}:[ \t]{0,8}(?=["'\w-])/y;
const LINE_BEGINS = /(?:^|\n)[ \t]{0,80}$/;
const EMPTY_LINES = /(?:\n[ \t]{0,80}){3}/y;
/** Fewer fields are a quote in a sentence. */
const FRAGMENT_FIELDS = 2;

/** What may follow a bare word or a number. */
const ENDS = /[\s,:;)}\]]/;

const WORDS: Readonly<Record<string, Loose>> = {
  true: true,
  false: false,
  null: null,
  True: true,
  False: false,
  None: null,
};

/**
 * Objects and arrays in the text, outermost ones, in their order; also the fields of an object whose braces were cut off.
 * One that is broken off ends where it breaks.
 */
export function* looseValues(text: string): Generator<FoundValue> {
  let stack: Open[] = [];
  let name: string | null = null;
  let at = 0;
  const broken: FoundValue[] = [];
  const open = (isArray: boolean, isFragment = false) => {
    stack.push({ isArray, items: [], entries: {}, offset: at, name, key: null, keyed: false, isFragment });
    name = null;
  };
  const drop = () => {
    const whole = closedUp(stack);
    const isQuote = stack[0]?.isFragment === true && Object.keys(whole?.value ?? {}).length < FRAGMENT_FIELDS;
    stack = [];
    if (whole !== null && !isQuote) broken.push(whole);
  };
  /** A field of a fragment again: it is of the next one. */
  const isAnother = (name: string): boolean => {
    const [bottom, inner] = stack;
    return (
      inner === undefined &&
      bottom?.isFragment === true &&
      !bottom.keyed &&
      Object.hasOwn(bottom.entries, name)
    );
  };
  const word = /[A-Za-z_][\w-]{0,64}|-?\d[\d.eE+-]{0,40}/y;
  const put = (value: Loose): boolean => {
    const top = stack.at(-1);
    if (top === undefined) return true;
    if (top.isArray) top.items.push(value);
    else if (top.keyed && top.key !== null) {
      define(top.entries, top.key, value);
      top.key = null;
      top.keyed = false;
    } else if (typeof value === "string") top.key = value;
    else return false;
    return true;
  };
  while (at < text.length) {
    yield* broken.splice(0);
    const char = text[at] ?? "";
    const top = stack.at(-1);
    if (top === undefined && char !== "{" && char !== "[") {
      // Prose: only a name right before a brace is of interest.
      NAME.lastIndex = at;
      FRAGMENT.lastIndex = at;
      if ((char === '"' || char === "'") && isLineBegin(text, at) && FRAGMENT.test(text)) {
        name = null;
        open(false, true);
        continue;
      }
      const named = char === '"' ? NAME.exec(text) : null;
      name = named?.[1] ?? null;
      PROSE.lastIndex = at + 1;
      PROSE.test(text);
      at = named === null ? PROSE.lastIndex : NAME.lastIndex;
      continue;
    }
    if (char === "{" || char === "[") {
      if (stack.length >= DEPTH_LIMIT) drop();
      if (stack.length > 0) name = null;
      open(char === "[");
      at += 1;
    } else if (char === "}" || char === "]") {
      at += 1;
      if (top === undefined) continue;
      if (top.isArray !== (char === "]")) {
        drop();
        continue;
      }
      stack.pop();
      const value = top.isArray ? top.items : top.entries;
      if (stack.length > 0) {
        if (!put(value)) drop();
      } else if (!top.isArray || top.items.some((item) => typeof item === "object"))
        yield { key: top.name, value, offset: top.offset };
    } else if (char === '"' || char === "'") {
      const end = endOfString(text, at);
      if (end < 0) {
        drop();
        at += 1;
        continue;
      }
      const value = unescaped(text.slice(at + 1, end));
      if (isAnother(value)) {
        drop();
        open(false, true);
      }
      at = end + 1;
      if (!put(value)) drop();
    } else if (char === ":") {
      if (top === undefined || top.isArray || top.key === null) drop();
      else top.keyed = true;
      at += 1;
    } else if (char === "," || /\s/.test(char)) {
      EMPTY_LINES.lastIndex = at;
      if (stack.length === 1 && top?.isFragment === true && EMPTY_LINES.test(text)) drop();
      at += 1;
    } else if (text.startsWith("//", at)) {
      const end = text.indexOf("\n", at);
      at = end < 0 ? text.length : end;
    } else {
      word.lastIndex = at;
      const found = word.exec(text)?.[0];
      at += found?.length ?? 1;
      if (found === undefined || top === undefined) {
        drop();
        continue;
      }
      // A word that goes on is none: half of it would be another value.
      if (!ENDS.test(text[at] ?? " ")) {
        drop();
        continue;
      }
      const value = found in WORDS ? (WORDS[found] ?? null) : /^[-\d]/.test(found) ? Number(found) : found;
      // A bare word is a key of JavaScript; as a value it is prose.
      if (!put(value) || (typeof value === "string" && top.isArray)) drop();
    }
  }
  drop();
  yield* broken;
}

function isLineBegin(text: string, at: number): boolean {
  return LINE_BEGINS.test(text.slice(Math.max(0, at - 81), at));
}
