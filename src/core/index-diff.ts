import type { Edge } from "./edge.js";

/** An index, as far as comparing two looks at one. */
export interface ComparedIndex {
  readonly name: string;
  readonly version: number;
  readonly issued: string;
  readonly expires: string;
  readonly threshold: number;
  readonly keys: readonly string[];
  readonly releases: readonly {
    readonly revision: string;
    readonly retracted?: { readonly reason: string } | undefined;
  }[];
  readonly edges: readonly Edge[];
}

/** One difference between two editions of an index. */
export type IndexChange =
  | { readonly what: "head"; readonly field: string; readonly before: string; readonly after: string }
  | { readonly what: "key-added" | "key-removed"; readonly key: string }
  | { readonly what: "release-added" | "release-removed"; readonly revision: string }
  | { readonly what: "release-retracted"; readonly revision: string; readonly reason: string }
  | { readonly what: "release-changed"; readonly revision: string; readonly fields: readonly string[] }
  | { readonly what: "edge-added" | "edge-removed"; readonly from: string; readonly to: string };

const HEAD = ["name", "version", "issued", "expires", "threshold"] as const;

/** What changed from one edition to another, in the order an owner reads it. */
export function diffIndexes(before: ComparedIndex, after: ComparedIndex): IndexChange[] {
  const head = HEAD.filter((field) => before[field] !== after[field]).map((field) => ({
    what: "head" as const,
    field,
    before: String(before[field]),
    after: String(after[field]),
  }));
  const keys = [
    ...added(before.keys, after.keys).map((key) => ({ what: "key-added" as const, key })),
    ...added(after.keys, before.keys).map((key) => ({ what: "key-removed" as const, key })),
  ];
  return [...head, ...keys, ...releaseChanges(before, after), ...edgeChanges(before, after)];
}

function releaseChanges(before: ComparedIndex, after: ComparedIndex): IndexChange[] {
  const old = new Map(before.releases.map((release) => [release.revision, release]));
  const names = after.releases.map(({ revision }) => revision);
  const gone = added(names, [...old.keys()]);
  const changes = after.releases.flatMap((release): IndexChange[] => {
    const { revision } = release;
    const was = old.get(revision);
    if (was === undefined) return [{ what: "release-added", revision }];
    const fields = Object.keys({ ...was, ...release }).filter(
      (field) => text(was[field as keyof typeof was]) !== text(release[field as keyof typeof release]),
    );
    if (fields.length === 0) return [];
    if (was.retracted === undefined && release.retracted !== undefined)
      return [{ what: "release-retracted", revision, reason: release.retracted.reason }];
    return [{ what: "release-changed", revision, fields }];
  });
  return [...changes, ...gone.map((revision) => ({ what: "release-removed" as const, revision }))];
}

function edgeChanges(before: ComparedIndex, after: ComparedIndex): IndexChange[] {
  const [old, fresh] = [before.edges.map(text), after.edges.map(text)];
  const tell = (what: "edge-added" | "edge-removed", { edges }: ComparedIndex, without: readonly string[]) =>
    edges
      .filter((edge) => !without.includes(text(edge)))
      .map(({ from, to }) => ({ what, from: endOf(from), to: endOf(to) }));
  return [...tell("edge-added", after, old), ...tell("edge-removed", before, fresh)];
}

function endOf({ hardwareCode, revision, buildLine }: Edge["from"]): string {
  return revision ?? (buildLine === undefined ? hardwareCode : `${hardwareCode}:${buildLine}`);
}

function added(before: readonly string[], after: readonly string[]): string[] {
  return after.filter((one) => !before.includes(one));
}

function text(value: unknown): string {
  return JSON.stringify(value);
}
