/**
 * JSON as it stands in texts: among prose, in fragments, wrapped, with comments, trailing commas, single quotes or
 * Python's words. One pass over the text, in time of its length.
 */

export type Loose = string | number | boolean | null | readonly Loose[] | { readonly [key: string]: Loose };

export interface FoundValue {
  /** The name before the outermost brace, in a fragment such as `"modem": {`. */
  readonly key: string | null;
  readonly value: { readonly [key: string]: Loose } | readonly Loose[];
  readonly offset: number;
}

/** Deeper nesting than any tool's. */
const DEPTH_LIMIT = 64;
/** A string beyond this is data, or a quote in prose that nobody closed. */
const STRING_LIMIT = 65_536;

const NAME = /"([^"\n]{1,80})"\s{0,40}:\s{0,80}(?=[{[])/y;
/** Prose up to what may begin a value or its name, a piece at a time; always matches. */
const PROSE = /[^{["]{0,4096}/y;

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

interface Open {
  readonly isArray: boolean;
  readonly items: Loose[];
  readonly entries: Record<string, Loose>;
  readonly offset: number;
  readonly name: string | null;
  key: string | null;
  /** A colon came behind the key. */
  keyed: boolean;
}

/** Objects and arrays in the text, outermost ones, in their order. One that is broken off ends where it breaks. */
export function* looseValues(text: string): Generator<FoundValue> {
  let stack: Open[] = [];
  let name: string | null = null;
  let at = 0;
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
  function* broken(): Generator<FoundValue> {
    const whole = closedUp(stack);
    stack = [];
    if (whole !== null) yield whole;
  }
  while (at < text.length) {
    const char = text[at] ?? "";
    const top = stack.at(-1);
    if (top === undefined && char !== "{" && char !== "[") {
      // Prose: only a name right before a brace is of interest.
      NAME.lastIndex = at;
      const named = char === '"' ? NAME.exec(text) : null;
      name = named?.[1] ?? null;
      PROSE.lastIndex = at + 1;
      PROSE.test(text);
      at = named === null ? PROSE.lastIndex : NAME.lastIndex;
      continue;
    }
    if (char === "{" || char === "[") {
      if (stack.length >= DEPTH_LIMIT) yield* broken();
      stack.push({
        isArray: char === "[",
        items: [],
        entries: {},
        offset: at,
        name: stack.length === 0 ? name : null,
        key: null,
        keyed: false,
      });
      name = null;
      at += 1;
    } else if (char === "}" || char === "]") {
      at += 1;
      if (top === undefined) continue;
      if (top.isArray !== (char === "]")) {
        yield* broken();
        continue;
      }
      stack.pop();
      const value = top.isArray ? top.items : top.entries;
      if (stack.length > 0) {
        if (!put(value)) yield* broken();
      } else if (!top.isArray || top.items.some((item) => typeof item === "object"))
        yield { key: top.name, value, offset: top.offset };
    } else if (char === '"' || char === "'") {
      const end = endOfString(text, at);
      if (end < 0) {
        yield* broken();
        at += 1;
        continue;
      }
      const value = unescaped(text.slice(at + 1, end));
      at = end + 1;
      if (!put(value)) yield* broken();
    } else if (char === ":") {
      if (top === undefined || top.isArray || top.key === null) yield* broken();
      else top.keyed = true;
      at += 1;
    } else if (char === "," || /\s/.test(char)) {
      at += 1;
    } else if (text.startsWith("//", at)) {
      const end = text.indexOf("\n", at);
      at = end < 0 ? text.length : end;
    } else {
      word.lastIndex = at;
      const found = word.exec(text)?.[0];
      at += found?.length ?? 1;
      if (found === undefined || top === undefined) {
        yield* broken();
        continue;
      }
      // A word that goes on is none: half of it would be another value.
      if (!ENDS.test(text[at] ?? " ")) {
        yield* broken();
        continue;
      }
      const value = found in WORDS ? (WORDS[found] ?? null) : /^[-\d]/.test(found) ? Number(found) : found;
      // A bare word is a key of JavaScript; as a value it is prose.
      if (!put(value) || (typeof value === "string" && top.isArray)) yield* broken();
    }
  }
  yield* broken();
}

/** What was read of a value that breaks off, each part under its key, so that nothing is taken out of its context. */
function closedUp(stack: readonly Open[]): FoundValue | null {
  const [outermost] = stack;
  if (outermost === undefined) return null;
  for (let at = stack.length - 1; at > 0; at -= 1) {
    const [inner, outer] = [stack[at], stack[at - 1]];
    if (inner === undefined || outer === undefined) continue;
    const value = inner.isArray ? inner.items : inner.entries;
    if (outer.isArray) outer.items.push(value);
    else if (outer.keyed && outer.key !== null) define(outer.entries, outer.key, value);
  }
  const { isArray, items, entries, name, offset } = outermost;
  return { key: name, value: isArray ? items : entries, offset };
}

/** Any key is a key, also `__proto__`. */
function define(entries: Record<string, Loose>, key: string, value: Loose): void {
  Object.defineProperty(entries, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Where the string that opens at `at` closes; -1 where it does not in time. */
function endOfString(text: string, at: number): number {
  const quote = text[at] ?? "";
  const limit = Math.min(text.length, at + STRING_LIMIT);
  for (let index = at + 1; index < limit; index += 1) {
    const char = text[index];
    if (char === "\\") index += 1;
    else if (char === quote) return index;
  }
  return -1;
}

const ESCAPED: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "", f: "" };

/** A line end inside a string is a wrap of mail. */
function unescaped(literal: string): string {
  return literal
    .replace(/ ?\n\s{0,8}/g, " ")
    .replace(/\\(?:u([\da-fA-F]{4})|(.))/g, (_, code?: string, letter?: string) =>
      code === undefined
        ? (ESCAPED[letter ?? ""] ?? letter ?? "")
        : String.fromCharCode(Number.parseInt(code, 16)),
    );
}
