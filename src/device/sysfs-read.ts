import { opendir, readFile, readlink } from "node:fs/promises";

/**
 * What reading an attribute of a device that has just left gives: no such entry, or ENODEV and EIO from a file that was
 * opened in time.
 */
const VANISHED = new Set(["ENOENT", "ENOTDIR", "ENODEV", "ENXIO", "EIO"]);

export function vanished(error: unknown): boolean {
  return error instanceof Error && "code" in error && VANISHED.has(String(error.code));
}

export async function readText(path: string): Promise<string> {
  return (await readFile(path, "utf8")).trim();
}

export async function readHex(path: string): Promise<number> {
  return Number.parseInt(await readText(path), 16);
}

/** Where a link leads, or null when there is none. */
export async function linkTarget(path: string): Promise<string | null> {
  try {
    return await readlink(path);
  } catch (error) {
    // EINVAL: a real directory, as in hand-made trees.
    if (vanished(error) || (error instanceof Error && "code" in error && error.code === "EINVAL"))
      return null;
    throw error;
  }
}

/**
 * The names in a directory, none when it is absent. By `opendir`, because umockdev does not redirect Node's `readdir`
 * (packages.md 8).
 */
export async function entries(path: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of await opendir(path)) names.push(name);
  } catch (error) {
    if (!vanished(error)) throw error;
  }
  return names;
}
