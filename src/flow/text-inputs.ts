import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { EcflashError, messageOf } from "../core/errors.js";
import { matchesWildcard } from "./wildcard.js";

/** A text to judge: what to call it, and its bytes. */
export interface TextInput {
  readonly path: string;
  readonly open: () => AsyncIterable<Uint8Array>;
}

const STDIN = "-";
/** Small enough that what is made of a chunk is gone before the collector looks at it: four times faster than 1 MB. */
const CHUNK_BYTES = 64 * 1024;
/** A folder of captures is small; more than this is a wrong path, such as `/`. */
const FILES_LIMIT = 100_000;
const DEPTH_LIMIT = 32;

/**
 * The texts that `--from` names: files, `-`, folders with all below them in the order of their names, and patterns
 * (`*`, `?`) in the last part of a path, which a quoted argument keeps from the shell. Hidden files of folders and links
 * to folders are passed over. Throws `input-unreadable` for a path that is not there and for a pattern without a match,
 * `input-empty` for a folder without files.
 */
export async function textInputs(
  paths: readonly string[],
  stdin: AsyncIterable<Uint8Array>,
): Promise<TextInput[]> {
  const inputs: TextInput[] = [];
  for (const path of paths) {
    if (path === STDIN) inputs.push({ path, open: () => stdin });
    else for (const file of await filesOf(path)) inputs.push({ path: file, open: () => chunksOf(file) });
  }
  return inputs;
}

async function filesOf(path: string): Promise<string[]> {
  const found = await stat(path).catch((error: unknown) => {
    if (/[*?]/.test(basename(path))) return null;
    throw unreadable(path, error);
  });
  if (found === null) return matchesOf(path);
  if (!found.isDirectory()) return [path];
  const files = await below(path, DEPTH_LIMIT);
  if (files.length === 0) throw new EcflashError("input-empty", { path });
  return files;
}

async function matchesOf(pattern: string): Promise<string[]> {
  const folder = dirname(pattern);
  const names = await namesIn(folder);
  const files = names.filter(({ name, isFolder }) => !isFolder && matchesWildcard(name, basename(pattern)));
  if (files.length === 0) throw unreadable(pattern, new Error("no file matches"));
  return files.map(({ name }) => join(folder, name));
}

async function below(folder: string, depth: number): Promise<string[]> {
  if (depth === 0) throw unreadable(folder, new Error("the folders are nested too deeply"));
  const files: string[] = [];
  for (const { name, isFolder } of await namesIn(folder)) {
    const path = join(folder, name);
    if (isFolder) files.push(...(await below(path, depth - 1)));
    else files.push(path);
    if (files.length > FILES_LIMIT) throw unreadable(folder, new Error(`more than ${FILES_LIMIT} files`));
  }
  return files;
}

async function namesIn(folder: string): Promise<{ name: string; isFolder: boolean }[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw unreadable(folder, error);
  });
  return entries
    .filter((entry) => !entry.name.startsWith(".") && (entry.isFile() || entry.isDirectory()))
    .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function* chunksOf(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): EcflashError<"input-unreadable"> {
  return new EcflashError("input-unreadable", { path, reason: messageOf(cause) }, { cause });
}
