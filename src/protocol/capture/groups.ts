import { isOtherMake } from "../../core/maker.js";
import { stemOf } from "../../core/sightings.js";
import { type Finding, type Group, merged, NO_KEY } from "./group.js";
import { isUsbOnly, joinUsb } from "./host/listings.js";

/** Puts findings together that are of one module, by its keys, its IMEI and what is the only thing it can be. */
export function groupsOf(findings: readonly Finding[]): Group[] {
  const apart = [...byKey(findings).values()].flatMap(splitByIdentity);
  const named = joinEqual(apart, imeiOf);
  return joinUsb(joinPlain(named)).sort((a, b) => (a[0]?.line ?? 0) - (b[0]?.line ?? 0));
}

/** One group a key; keys that a reader says are of the same module, and the two AT ports of one, are one. */
function byKey(findings: readonly Finding[]): Map<string, Finding[]> {
  const names = new Map<string, string>();
  const root = (key: string): string => {
    let top = key;
    for (let next = names.get(top); next !== undefined; next = names.get(top)) top = next;
    // Shortened on the way, so that a text of many aliases takes no longer for each.
    for (let at = key; at !== top; ) {
      const next = names.get(at) ?? top;
      names.set(at, top);
      at = next;
    }
    return top;
  };
  const join = (one: string, other: string) => {
    const [a, b] = [root(one), root(other)];
    if (a !== b) names.set(b, a);
  };
  const ports = new Map<number, string>();
  for (const { key, seen } of findings) {
    if (seen.kind === "alias") join(key, seen.key);
    for (const one of seen.kind === "alias" ? [key, seen.key] : [key]) {
      const number = /^port:ttyUSB(?<number>\d{1,4})$/.exec(one)?.groups?.["number"];
      if (number !== undefined) ports.set(Number(number), one);
    }
  }
  for (const [number, key] of ports) {
    const beside = ports.get(number + 1);
    if (beside !== undefined) join(key, beside);
  }
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    if (finding.seen.kind === "alias" || finding.seen.kind === "subject") continue;
    const key = root(finding.key);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return groups;
}

/**
 * Cuts a group where another module begins under the same key: another IMEI, a revision of another model, or another make
 * once the first one told its revision. People who ask for the revision before the IMEI do so for each module, and the
 * other way round.
 */
function splitByIdentity(group: Group): Group[] {
  const parts: Finding[][] = [];
  let part: Finding[] = [];
  let imei: string | null = null;
  let model: string | null = null;
  let isOther: boolean | null = null;
  let hasRevision = false;
  let revisionFirst = false;
  /** Where the part's newest revision begins, once the IMEI was told. */
  let newest = -1;
  const cut = (at: number) => {
    parts.push(part.slice(0, at));
    part = part.slice(at);
    imei = null;
    newest = -1;
    hasRevision = part.some(({ seen }) => seen.kind === "revision");
  };
  for (const finding of group) {
    const { seen } = finding;
    if (seen.kind === "imei") {
      if (imei !== null && imei !== seen.digits) cut(revisionFirst && newest >= 0 ? newest : part.length);
      if (parts.length === 0 && imei === null) revisionFirst = model !== null;
      imei = seen.digits;
    } else if (seen.kind === "revision") {
      const its = modelOf(seen.text);
      if (model !== null && its !== null && its !== model) cut(part.length);
      model = its ?? model;
      if (newest < 0 && imei !== null) newest = part.length;
      hasRevision = true;
    } else if (seen.kind === "maker") {
      if (isOther !== null && isOther !== isOtherMake(seen.text) && hasRevision) cut(part.length);
      isOther = isOtherMake(seen.text);
    }
    part.push(finding);
  }
  return [...parts, part].filter((one) => one.length > 0);
}

function modelOf(revision: string): string | null {
  return /^[A-Z]{2}\d{2,3}/.exec(revision)?.[0] ?? null;
}

function joinEqual(groups: readonly Group[], identity: (group: Group) => string | null): Group[] {
  const joined = new Map<string, Group[]>();
  for (const [at, group] of groups.entries()) {
    const key = identity(group) ?? `${at}`;
    const same = joined.get(key);
    if (same === undefined) joined.set(key, [group]);
    else same.push(group);
  }
  return [...joined.values()].map(merged);
}

function imeiOf(group: Group): string | null {
  const seen = group.find(({ seen: one }) => one.kind === "imei")?.seen;
  return seen?.kind === "imei" ? `imei ${seen.digits}` : null;
}

/**
 * A dialogue that names no module is of the only one the text knows; of several it is of the one with its revision, and
 * else a module of its own if it says who it is. One of another model is never the same.
 */
function joinPlain(groups: readonly Group[]): Group[] {
  const named = groups.filter((group) => !isPlain(group) && !isUsbOnly(group));
  if (named.length === 0) return [...groups];
  const byStem = new Map<string, Set<Group>>();
  for (const group of named)
    for (const stem of stemsOf(group)) byStem.set(stem, (byStem.get(stem) ?? new Set()).add(group));
  const parts = new Map<Group, Group[]>(named.map((group) => [group, [group]]));
  const alone: Group[] = groups.filter((group) => !isPlain(group) && isUsbOnly(group));
  for (const plain of groups.filter(isPlain)) {
    const stems = stemsOf(plain);
    const equal = new Set([...stems].flatMap((stem) => [...(byStem.get(stem) ?? [])]));
    const [only, ...more] = named.length === 1 ? named : equal;
    if (only !== undefined && more.length === 0 && isCompatible(only, plain)) parts.get(only)?.push(plain);
    else if (stems.size > 0) alone.push(plain);
  }
  return [...[...parts.values()].map(merged), ...alone];
}

function isPlain(group: Group): boolean {
  return group[0]?.key === NO_KEY;
}

function isCompatible(one: Group, other: Group): boolean {
  const [imei, otherImei] = [imeiOf(one), imeiOf(other)];
  if (imei !== null && otherImei !== null && imei !== otherImei) return false;
  const models = [one, other].map((group) => new Set([...stemsOf(group)].map(modelOf)));
  const [a = new Set(), b = new Set()] = models;
  return a.size === 0 || b.size === 0 || [...b].some((model) => a.has(model));
}

function stemsOf(group: Group): ReadonlySet<string> {
  return new Set(group.flatMap(({ seen }) => (seen.kind === "revision" ? [stemOf(seen.text)] : [])));
}
