import { readdir, realpath, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as z from "zod/mini";
import { EcflashError, messageOf } from "../core/errors.js";
import { fileSchema, LIST_NAMES, LISTS, type ListName, type RowOf } from "./lists.js";
import { placeOf, readJson } from "./read.js";

/** A row with its place: which file, where in it, and whether a site added it. */
export interface Placed<R> {
  readonly row: R;
  readonly path: string;
  readonly at: string;
  readonly site: boolean;
}

export type Rows = { readonly [N in ListName]: readonly Placed<RowOf<N>>[] };

/** One finding: in which file, where in it, and what is wrong. */
export interface Finding {
  readonly path: string;
  readonly at: string;
  readonly reason: string;
}

type Found = { [N in ListName]: Placed<RowOf<N>>[] };

/**
 * The shipped lists of `wanted` and, behind them, the rows that a site adds: each of `sites` is a file, or a directory of
 * files, with one or several lists. What has not the right shape is a finding, and its file gives no row. Throws
 * `manifest-invalid` for a file that cannot be read or is no JSON.
 */
export async function gatherRows(
  dir: string,
  sites: readonly string[],
  wanted: readonly ListName[] = LIST_NAMES,
): Promise<{ rows: Rows; findings: readonly Finding[] }> {
  const rows = Object.fromEntries(LIST_NAMES.map((name) => [name, []])) as unknown as Found;
  const findings: Finding[] = [];
  const added = await siteFiles(dir, sites);
  const shipped = wanted.map(async (name) => {
    const path = join(dir, LISTS[name].file);
    return { path, site: false, read: z.safeParse(fileSchema(name), await readJson(path)) };
  });
  const ofSites = added.map(async (path) => ({
    path,
    site: true,
    read: z.safeParse(SITE_FILE, await readJson(path)),
  }));
  for (const { path, site, read } of await Promise.all([...shipped, ...ofSites])) {
    if (read.success) take(rows, wanted, read.data, { path, site });
    else
      for (const issue of read.error.issues)
        findings.push({ path, at: placeOf(issue.path), reason: issue.message });
  }
  return { rows, findings };
}

/** A file of a site: any of the lists, and nothing else. */
export const SITE_FILE: z.ZodMiniType<Record<string, readonly unknown[]>> = z.strictObject(
  Object.fromEntries(
    Object.values(LISTS).map(({ list, row }) => [list, z.optional(z.array<z.ZodMiniType>(row))]),
  ),
) as z.ZodMiniType<Record<string, readonly unknown[]>>;

function take(
  rows: Found,
  wanted: readonly ListName[],
  data: Readonly<Record<string, readonly unknown[]>>,
  { path, site }: { path: string; site: boolean },
): void {
  for (const name of wanted) {
    const { list } = LISTS[name];
    // The schema has judged the row; its type is that of the list it stands in.
    const placed = (data[list] ?? []).map((row, index) => ({ row, path, at: `${list}[${index}]`, site }));
    (rows[name] as unknown[]).push(...placed);
  }
}

/** The files of the sites. Those of the shipped directory itself are read anyway. */
async function siteFiles(dir: string, sites: readonly string[]): Promise<string[]> {
  const own = await realpath(dir).catch(() => dir);
  const files: string[] = [];
  for (const path of sites) {
    const found = await filesAt(path);
    const real = await Promise.all(found.map(async (file) => dirname(await realpath(file))));
    files.push(...found.filter((_, index) => real[index] !== own));
  }
  return files;
}

/**
 * Proves that each of `paths` has something to read: a folder without a file of JSON adds no row, and is no input that
 * could be found right. Throws `manifest-invalid`.
 */
export async function requireFiles(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    if ((await filesAt(path)).length > 0) continue;
    throw new EcflashError("manifest-invalid", { path, reason: "the folder has no file that ends in .json" });
  }
}

async function filesAt(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [await realpath(path)];
    const names = (await readdir(path)).filter((name) => name.endsWith(".json"));
    return names.sort().map((name) => join(path, name));
  } catch (error) {
    throw new EcflashError("manifest-invalid", { path, reason: messageOf(error) }, { cause: error });
  }
}
