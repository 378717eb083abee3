import type { Observation } from "./observation.js";

/** An observation with the line it was made at and the key of the module it is about. */
export interface Finding {
  readonly line: number;
  /** When it was written among the others: mail stands the other way round. */
  readonly order: number;
  readonly key: string;
  readonly seen: Observation;
}

/** Findings of one module, in the order they were written. */
export type Group = readonly Finding[];

/** The key of what names no module: a plain dialogue. */
export const NO_KEY = "";

/** Several groups as one, in the order they were written. */
export function merged(groups: readonly Group[]): Group {
  const [only, ...more] = groups;
  if (only !== undefined && more.length === 0) return only;
  return groups.flat().sort((a, b) => a.order - b.order);
}
