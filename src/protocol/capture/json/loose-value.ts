export type Loose = string | number | boolean | null | readonly Loose[] | { readonly [key: string]: Loose };

export interface FoundValue {
  /** The name before the outermost brace, in a fragment such as `"modem": {`. */
  readonly key: string | null;
  readonly value: { readonly [key: string]: Loose } | readonly Loose[];
  readonly offset: number;
}

/** An object or array that is being read. */
export interface Open {
  readonly isArray: boolean;
  readonly items: Loose[];
  readonly entries: Record<string, Loose>;
  readonly offset: number;
  readonly name: string | null;
  key: string | null;
  /** A colon came behind the key. */
  keyed: boolean;
  /** Its braces were cut off; it ends where its fields do. */
  readonly isFragment: boolean;
}

/** What was read of a value that breaks off, each part under its key, so that nothing is taken out of its context. */
export function closedUp(stack: readonly Open[]): FoundValue | null {
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
export function define(entries: Record<string, Loose>, key: string, value: Loose): void {
  Object.defineProperty(entries, key, { value, enumerable: true, configurable: true, writable: true });
}
