import { createReadStream, type Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { EcflashError, messageOf } from "../core/errors.js";
import { matchesWildcard } from "./wildcard.js";

/** A text to judge: what to call it, and its bytes. `open` and what it gives throw where it cannot be read. */
export interface TextInput {
  readonly path: string;
  readonly open: () => AsyncIterable<Uint8Array>;
}

const STDIN = "-";
const WILDCARD = /[*?]/;
/** Small enough that what is made of a chunk is gone before the collector looks at it: four times faster than 1 MB. */
const CHUNK_BYTES = 64 * 1024;
/** A folder of captures is small; more than this is a wrong path, such as `/`. */
const FILES_LIMIT = 100_000;
const DEPTH_LIMIT = 32;

/**
 * The texts that `--from` names: files, `-`, folders with all below them in the order of their names, and patterns
 * (`*`, `?`) in any part of a path, which a quoted argument keeps from the shell. Links to files are files; hidden
 * files of folders, and links to folders, which may lead in a circle, are passed over. What cannot be read is an input, too,
 * so that it does not keep the others from being judged: opening it throws `input-unreadable` (a path that is not there, a
 * pattern without a match, a folder that nobody may list) or `input-empty` (a folder without files).
 */
export async function textInputs(
  paths: readonly string[],
  stdin: AsyncIterable<Uint8Array>,
): Promise<TextInput[]> {
  const inputs: TextInput[] = [];
  for (const path of paths) {
    if (path === STDIN) inputs.push({ path, open: () => stdin });
    else inputs.push(...(await inputsAt(path)));
  }
  return inputs;
}

async function inputsAt(path: string): Promise<TextInput[]> {
  try {
    return await filesOf(path);
  } catch (error) {
    return [failing(path, error)];
  }
}

function file(path: string): TextInput {
  return { path, open: () => chunksOf(path) };
}

function failing(path: string, error: unknown): TextInput {
  return {
    path,
    open: () => {
      throw error;
    },
  };
}

async function filesOf(path: string): Promise<TextInput[]> {
  const found = await stat(path).catch((error: unknown) => {
    if (WILDCARD.test(path)) return null;
    throw unreadable(path, error);
  });
  if (found === null) return matchesOf(path);
  if (!found.isDirectory()) return [file(path)];
  const files = await below(path, DEPTH_LIMIT);
  if (files.length === 0) throw new EcflashError("input-empty", { path });
  return files;
}

async function matchesOf(pattern: string): Promise<TextInput[]> {
  const matches = await expanded(pattern, ["file"]);
  const hint = pattern.includes("**") ? "; ** is no pattern: a folder is read with all below it" : "";
  if (matches.length === 0) throw unreadable(pattern, new Error(`no file matches${hint}`));
  return matches;
}

/** What a pattern leads to, in the order of names; a folder on the way that cannot be listed is there as a failure. */
async function expanded(pattern: string, kinds: readonly Name["kind"][]): Promise<TextInput[]> {
  if (!WILDCARD.test(pattern)) return [file(pattern)];
  const matches: TextInput[] = [];
  // A pattern has an end, so that a link to a folder leads in no circle.
  for (const folder of await expanded(dirname(pattern), ["folder", "link to a folder"])) {
    try {
      for (const { name, kind } of await namesIn(folder.path))
        if (kinds.includes(kind) && matchesWildcard(name, basename(pattern)))
          matches.push(file(join(folder.path, name)));
    } catch (error) {
      matches.push(failing(folder.path, error));
    }
  }
  return matches;
}

async function below(folder: string, depth: number): Promise<TextInput[]> {
  if (depth === 0) throw unreadable(folder, new Error("the folders are nested too deeply"));
  const files: TextInput[] = [];
  for (const { name, kind } of await namesIn(folder)) {
    const path = join(folder, name);
    if (kind === "folder") files.push(...(await belowOrFailing(path, depth - 1)));
    else if (kind === "file") files.push(file(path));
    if (files.length > FILES_LIMIT) throw unreadable(folder, new Error(`more than ${FILES_LIMIT} files`));
  }
  return files;
}

async function belowOrFailing(folder: string, depth: number): Promise<TextInput[]> {
  return below(folder, depth).catch((error: unknown) => [failing(folder, error)]);
}

interface Name {
  readonly name: string;
  readonly kind: "file" | "folder" | "link to a folder";
}

async function namesIn(folder: string): Promise<Name[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw unreadable(folder, error);
  });
  const names: Name[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith(".")) continue;
    const kind = await kindOf(entry, join(folder, entry.name));
    if (kind !== null) names.push({ name: entry.name, kind });
  }
  return names.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What a name leads to; null for devices and pipes. A link to nothing is a file that cannot be read, and says so there. */
async function kindOf(entry: Dirent, path: string): Promise<Name["kind"] | null> {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "folder";
  if (!entry.isSymbolicLink()) return null;
  const found = await stat(path).catch(() => null);
  if (found === null || found.isFile()) return "file";
  return found.isDirectory() ? "link to a folder" : null;
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
